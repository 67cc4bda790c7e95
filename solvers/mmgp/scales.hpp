// Formulas of the scalar inputs that outputs are divided by before they are learnt, such as P/E for displacements.
#pragma once

#include <mercer/config/expression.hpp>
#include <mercer/solvers/mmgp/specimen.hpp>

#include <map>
#include <string>
#include <vector>

namespace mercer::mmgp {

/// What is known of how outputs grow with the inputs leaves fewer inputs to learn. Local; immutable.
class Scales {
 public:
  Scales() = default;
  /// Formulas by output. Throws Fault::config for names that are no output and formulas of what is no input.
  Scales(const std::map<std::string, std::string>& texts, const Names& names);

  /// 1 for outputs without a formula. Throws Fault::data where the formula is not finite or zero.
  double of(const std::string& output, const MeshSample& sample) const;
  std::vector<double> of(const std::vector<std::string>& outputs, const MeshSample& sample) const;
  void divide(MeshSample& sample) const;  ///< its outputs by their scales

 private:
  std::vector<std::string> inputs_;
  std::map<std::string, Expression> formulas_;
};

}  // namespace mercer::mmgp
