#include <mercer/base/error.hpp>
#include <mercer/base/text.hpp>
#include <mercer/solvers/mmgp/functional.hpp>

#include <algorithm>
#include <numeric>
#include <optional>

namespace mercer::mmgp {
namespace {

std::optional<Reduction> reduction_of(std::string_view word) {
  if (word == "max") return Reduction::max;
  if (word == "min") return Reduction::min;
  if (word == "mean") return Reduction::mean;
  return std::nullopt;
}

}  // namespace

std::vector<Functional> functionals_of(const std::map<std::string, std::string>& texts,
                                       const std::vector<std::string>& fields, const std::vector<std::string>& taken) {
  std::vector<Functional> all;
  for (const auto& [name, text] : texts) {
    const std::size_t open = text.find('(');
    const std::optional<Reduction> reduction = reduction_of(std::string_view(text).substr(0, open));
    require(reduction && open != std::string::npos && text.back() == ')', Fault::config,
            "options.functionals.{}: expected max(TEXT), min(TEXT) or mean(TEXT), got '{}'", name, text);
    require(std::ranges::find(taken, name) == taken.end(), Fault::config,
            "options.functionals.{}: the scalar '{}' is learnt by itself; give the functional another name", name,
            name);
    all.push_back({name, *reduction, Expression::parse(text.substr(open + 1, text.size() - open - 2), fields), text});
  }
  return all;
}

double value_of(const Functional& functional, std::span<const std::span<const double>> fields,
                std::span<double> scratch) {
  functional.formula.evaluate(fields, scratch);
  if (functional.reduction == Reduction::max) return *std::ranges::max_element(scratch);
  if (functional.reduction == Reduction::min) return *std::ranges::min_element(scratch);
  return std::accumulate(scratch.begin(), scratch.end(), 0.0) / static_cast<double>(scratch.size());
}

}  // namespace mercer::mmgp
