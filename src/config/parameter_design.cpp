#include <mercer/config/parameter_design.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

const std::vector<std::string> words{"uniform", "normal", "log_uniform"};  // in the order of Marginal::Kind

/// Why two numbers do not make such a distribution, or nothing.
std::string complaint(const Marginal& marginal) {
  const auto [kind, first, second] = marginal;
  if (kind == Marginal::Kind::normal)
    return second > 0 ? "" : fmt::format("expected a positive deviation, got {}", second);
  if (!(first < second)) return fmt::format("expected a low end below the high one, got {} and {}", first, second);
  if (kind == Marginal::Kind::log_uniform && first <= 0) return fmt::format("expected positive ends, got {}", first);
  return "";
}

}  // namespace

void Option<Marginal>::read(const Node& at, std::string_view path, Marginal& value, Complaints& complaints) {
  if (at.kind() != Node::Kind::map || at.entries().size() != 1)
    return complaints.add(at, path, fmt::format("expected {}, got {}", type(), described(at)));
  const auto& [word, numbers] = at.entries().front();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end())
    return complaints.add(numbers.key_where(), path,
                          fmt::format("there is no distribution '{}'{}", word, suggestion(word, words)));
  std::vector<double> pair;
  const std::size_t before = complaints.lines().size();
  read_option(numbers, joined_path(path, word), pair, {}, complaints);
  if (complaints.lines().size() > before) return;
  if (pair.size() != 2)
    return complaints.add(numbers, joined_path(path, word), fmt::format("expected two numbers, got {}", pair.size()));
  value = {static_cast<Marginal::Kind>(found - words.begin()), pair[0], pair[1]};
  if (const std::string text = complaint(value); !text.empty()) complaints.add(numbers, joined_path(path, word), text);
}

Node Option<Marginal>::show(const Marginal& value) {
  return Node::map(
      {{words[static_cast<std::size_t>(value.kind)], Option<std::vector<double>>::show({value.first, value.second})}});
}

void describe(Binder& binder, ParameterDesignOptions& options) {
  binder.field("parameters", options.parameters, "distribution of each parameter that varies from sample to sample");
  binder.choice(
      "design", options.design,
      {{"latin_hypercube", DesignKind::latin_hypercube}, {"sobol", DesignKind::sobol}, {"random", DesignKind::random}},
      "how samples fill the space of parameters: evenly along each of them, evenly in it (up to 21 "
      "parameters; more samples may follow later), or independently");
}

ParameterDesign::ParameterDesign(const ParameterDesignOptions& options, Index samples, std::uint64_t seed)
    : samples_(samples),
      design_(options.design, samples, std::max(1, static_cast<int>(options.parameters.size())), seed) {
  for (const auto& [name, marginal] : options.parameters) names_.push_back(name), marginals_.push_back(marginal);
}

std::vector<double> ParameterDesign::values(Index sample) const {
  std::vector<double> values(static_cast<std::size_t>(design_.dimensions()));
  design_.point(sample, values);
  values.resize(names_.size());
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = marginals_[k].quantile(values[k]);
  return values;
}

std::vector<double> ParameterDesign::middle() const {
  std::vector<double> values;
  for (const Marginal& marginal : marginals_) values.push_back(marginal.quantile(0.5));
  return values;
}

}  // namespace mercer
