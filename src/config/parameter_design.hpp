// Which numbers an experiment varies, how they are distributed, and the values of each run.
#pragma once

#include <mercer/base/design.hpp>
#include <mercer/base/marginal.hpp>
#include <mercer/config/binder.hpp>

#include <map>
#include <string>
#include <vector>

namespace mercer {

template <>
struct Option<Marginal> {
  static std::string type() {
    return "{uniform: [low, high]}, {normal: [mean, deviation]} or {log_uniform: [low, high]}";
  }
  static void read(const Node& at, std::string_view path, Marginal& value, Complaints& complaints);
  static Node show(const Marginal& value);
};

struct ParameterDesignOptions {
  std::map<std::string, Marginal> parameters;
  DesignKind design = DesignKind::latin_hypercube;
};
void describe(Binder& binder, ParameterDesignOptions& options);

/// The values of all parameters in each of `samples` runs. Run i depends on (seed, i) and, for a Latin hypercube, on
/// `samples`, whatever rank asks. Parameters are in the order of their names. Local.
class ParameterDesign {
 public:
  /// Throws Fault::config where there are too many samples or parameters for the kind of design.
  ParameterDesign(const ParameterDesignOptions& options, Index samples, std::uint64_t seed);

  Index samples() const noexcept { return samples_; }
  const std::vector<std::string>& names() const noexcept { return names_; }
  std::vector<double> values(Index sample) const;  ///< [names]
  std::vector<double> middle() const;              ///< [names] medians

 private:
  Index samples_;
  std::vector<std::string> names_;
  std::vector<Marginal> marginals_;
  Design design_;
};

}  // namespace mercer
