#include <mercer/base/text.hpp>
#include <mercer/solvers/support/prior_solver.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
namespace {

const std::vector<std::string> symbols{"v", "contrast"};

Placement placement(SampleGrid grid) {
  if (grid == SampleGrid::nodes) return Placement::nodes;
  return grid == SampleGrid::cells ? Placement::cells : Placement::left;
}

const char* word(Placement placement) {
  return placement == Placement::nodes ? "nodes" : placement == Placement::cells ? "cells" : "left";
}

/// The channel where the array `name` of the data begins, or none.
std::optional<Index> channel_of(const std::string& name, const LearningData& data, const Channels& inputs) {
  Index channel = 0;
  for (std::size_t i = 0; i < data.inputs.size(); ++i) {
    if (data.inputs[i] == name) return channel;
    channel += Channels{{inputs.arrays[i]}}.sample()[1];
  }
  return std::nullopt;
}

}  // namespace

PriorSolver::PriorSolver(const PriorOptions& options, const Registry& registry, const LearningData& data,
                         const Channels& inputs, Index cells, Complaints& complaints)
    : rows_(inputs.sample()[0]),
      columns_(inputs.sample()[2]),
      cells_(cells),
      dimensions_(inputs.arrays.front().dimensions() == 1 ? 1 : 2),
      grid_(data.grid),
      name_(options.solver) {
  if (!registry.solvers().has(name_))
    complaints.add("", "prior.solver",
                   fmt::format("there is no solver '{}'{}", name_, suggestion(name_, registry.solvers().names())));
  else if (registry.solvers().at(name_).problem.takes_mesh)
    complaints.add("", "prior.solver", fmt::format("'{}' answers on a mesh, and the data are on a grid", name_));
  else if (registry.solvers().at(name_).problem.takes_grid_data)
    complaints.add("", "prior.solver", fmt::format("'{}' answers on the grid of its readings", name_));
  else
    make(registry.solvers().at(name_), options, data, inputs, complaints);
}

void PriorSolver::make(const SolverEntry& entry, const PriorOptions& options, const LearningData& data,
                       const Channels& inputs, Complaints& complaints) {
  written_ = complete_prior_problem(options.problem, entry.problem, data, dimensions_);
  Complaints wrong;
  problem_.spec = entry.problem;
  const Node problem = prepared(written_, data, inputs, wrong);
  const auto sizes = points(written_["domain"], wrong);
  if (wrong.empty()) problem_ = Problem::read(problem, sizes, entry.problem, {}, wrong);
  solver_ = entry.make(options.options, "options", wrong);
  if (wrong.empty()) solver_->check(problem_, wrong);
  for (const std::string& line : wrong.lines()) complaints.add("", "prior", line);
  if (complaints.empty()) options_ = entry.complete(options.options);
}

Node PriorSolver::prepared(const Node& problem, const LearningData& data, const Channels& inputs,
                           Complaints& complaints) {
  Node prepared = problem;
  for (const InputSpec& spec : problem_.spec.inputs)
    if (problem[spec.name].kind() == Node::Kind::map) add_source(spec, prepared, data, inputs, complaints);
  if (problem.kind() == Node::Kind::map && sources_.empty() && complaints.empty())
    complaints.add(problem, "problem",
                   fmt::format("no input takes an array of data.inputs, e.g. {}: {{dataset: {}}}; the answer would be "
                               "the same for all samples",
                               problem_.spec.inputs.empty() ? "coefficient" : problem_.spec.inputs.front().name,
                               data.inputs.front()));
  return prepared;
}

void PriorSolver::add_source(const InputSpec& spec, Node& problem, const LearningData& data, const Channels& inputs,
                             Complaints& complaints) {
  const Node given = problem[spec.name];
  const std::string path = "problem." + spec.name;
  for (const char* key : {"file", "sample", "grid"})
    if (!given[key].is_absent())
      complaints.add(given[key], path + "." + key, "the samples of the block data: are taken; leave this out");
  const std::string array = given["dataset"].is_absent() ? data.inputs.front() : given["dataset"].text();
  const std::optional<Index> channel = channel_of(array, data, inputs);
  if (!channel)
    complaints.add(given["dataset"], path + ".dataset",
                   fmt::format("'{}' is none of data.inputs{}", array, suggestion(array, data.inputs)));
  const std::string formula = given["values"].is_absent() ? "v" : given["values"].text();
  try {
    const Expression values = Expression::parse(formula, symbols);
    sources_.push_back({spec.name, channel.value_or(0), values});
    problem.set(spec.name + ".values", Node::quoted(values.substitute("contrast", Expression::constant(2)).text()));
  } catch (const Error& error) {
    complaints.add(given["values"], path + ".values", error.what());
  }
  problem.set(spec.name + ".file", Node::quoted(data.file.string()));
  problem.set(spec.name + ".dataset", Node::quoted(array));
  problem.set(spec.name + ".sample", Node::scalar("0"));
  problem.set(spec.name + ".grid", Node::scalar(word(placement(grid_))));
}

std::map<std::string, Index> PriorSolver::points(const Node& domain, Complaints& complaints) const {
  std::map<std::string, Index> sizes;
  const Index ends = grid_ == SampleGrid::nodes ? 1 : 0;
  for (const char* axis : {"x", "y", "z", "t"})
    if (!domain[axis].is_absent()) {
      const Index points = sizes.empty() ? columns_ : rows_;
      sizes[axis] = cells_ * (points - ends) + 1;
    }
  if (std::ssize(sizes) != dimensions_)
    complaints.add(domain, "problem.domain",
                   fmt::format("expected as many axes as the samples have, {}, got {}", dimensions_, sizes.size()));
  return sizes;
}

bool PriorSolver::uses_contrast() const {
  return std::ranges::any_of(sources_, [](const Source& source) { return source.values.uses("contrast"); });
}

std::string PriorSolver::key() const {
  return fmt::format("solver: {}\nproblem: {}\noptions: {}\ncells: {}\ngrid: {}\npoints: {} x {}\n", name_,
                     to_yaml_line(written_), to_yaml_line(options_), cells_, word(placement(grid_)), rows_, columns_);
}

std::shared_ptr<const Field> PriorSolver::values_of(const Source& source, View<const float> samples, Index sample,
                                                    double contrast) const {
  std::vector<Axis> axes = problem_.axes();
  axes.back().points = columns_;
  if (dimensions_ == 2) axes.front().points = rows_;
  for (Axis& axis : axes) axis.placement = placement(grid_);
  const auto grid = std::make_shared<const Grid>(axes);
  auto field = std::make_shared<Field>(source.input, "", grid, Decomposition(grid->shape(), self_), 0);
  std::vector<double> stored;
  for (Index j = 0; j < rows_; ++j) {
    const float* const row = &samples(sample, j, source.channel, 0);
    stored.insert(stored.end(), row, row + columns_);
  }
  const std::array<std::span<const double>, 2> columns{stored, std::span(&contrast, 1)};
  source.values.evaluate(columns, field->span());
  return field;
}

void PriorSolver::pick(const Field& solution, std::span<double> field) const {
  const Index first = grid_ == SampleGrid::cells ? cells_ / 2 : 0, width = solution.grid().shape().back();
  auto into = field.begin();
  for (Index j = 0; j < rows_; ++j)
    for (Index i = 0; i < columns_; ++i) {
      const Index row = dimensions_ == 2 ? first + j * cells_ : 0;
      const double value = solution.span()[static_cast<std::size_t>(row * width + first + i * cells_)];
      require(std::isfinite(value), Fault::numerics, "the solution holds {}; finite numbers were expected", value);
      *into++ = value;
    }
}

void PriorSolver::solve(View<const float> samples, Index sample, double contrast, std::span<double> field) {
  try {
    for (const Source& source : sources_)
      problem_.inputs.at(source.input).field = values_of(source, samples, sample, contrast);
    pick(solver_->solve({self_, log_, phases_}, problem_).fields.front(), field);
  } catch (const Error& error) {
    throw Error(error.fault(), fmt::format("prior of sample {}: {}", sample, error.what()), error.where());
  }
}

}  // namespace mercer
