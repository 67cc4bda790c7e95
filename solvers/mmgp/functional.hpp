// Scalars of predicted fields, such as the largest von Mises stress: nonlinear, so by draws.
#pragma once

#include <mercer/config/expression.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace mercer::mmgp {

enum class Reduction { max, min, mean };

/// A formula of fields at each node, and what is made of its values.
struct Functional {
  std::string name;
  Reduction reduction = Reduction::max;
  Expression formula;  ///< in the names of the fields
  std::string text;    ///< all of it, as the case has it
};

/// Of a functional, by its text: values lie about draws of mean m and deviation s like m + s (shift + scale z), z
/// standard normal.
struct Correction {
  std::string text;
  double shift = 0, scale = 1;
};

/// Reads "max(TEXT)", "min(TEXT)" or "mean(TEXT)" by name. Throws Fault::config for other texts, for formulas of what
/// is no field, and for names that `taken` has.
std::vector<Functional> functionals_of(const std::map<std::string, std::string>& texts,
                                       const std::vector<std::string>& fields, const std::vector<std::string>& taken);

/// Of fields at the nodes, one column each.
double value_of(const Functional& functional, std::span<const std::span<const double>> fields,
                std::span<double> scratch);

}  // namespace mercer::mmgp
