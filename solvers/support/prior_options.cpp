#include <mercer/solvers/support/prior_options.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

Node unit_box(int dimensions) {
  static constexpr std::array names{"x", "y"};
  std::vector<std::pair<std::string, Node>> axes;
  for (int axis = 0; axis < dimensions; ++axis)
    axes.emplace_back(names[static_cast<std::size_t>(axis)], Node::list({Node::scalar("0"), Node::scalar("1")}));
  return Node::map(std::move(axes));
}

Node zero_faces(const Node& domain) {
  std::vector<std::pair<std::string, Node>> faces;
  for (const auto& [axis, interval] : domain.entries())
    for (const char* end : {"_min", "_max"}) faces.emplace_back(axis + end, Node::scalar("0"));
  return Node::map(std::move(faces));
}

Node first_array(const LearningData& data) {
  return Node::map({{"dataset", Node::quoted(data.inputs.front())}, {"values", Node::quoted("1 + (contrast - 1)*v")}});
}

}  // namespace

void describe(Binder& bind, PriorOptions& prior) {
  bind.required("solver", prior.solver, "name of a solver, see mercer list");
  bind.required("resolution", prior.resolution,
                "cells of its grid along x, or more: a whole number between data points, odd where these are nodes; on "
                "data of other sizes as many between points as in training",
                {1, 1e6});
  bind.field(
      "problem", prior.problem,
      "of the solver, whose array inputs are {dataset, values, interpolation} with an array of data.inputs and a "
      "formula in v and contrast; by default the unit box, zero on its faces, 1 + (contrast - 1)*v of the first "
      "array for the first input, 1 for others");
  bind.field("options", prior.options, "of the solver");
  bind.field("contrast", prior.contrast, "the number of that name in formulas; null: estimated from training samples",
             positive);
  bind.field("scale", prior.scale, "factor of the solver's answer; null: least squares over the training samples");
  bind.field("samples", prior.samples, "at most so many training samples estimate the contrast", {1, 1e9});
  bind.field("cache", prior.cache, "keep the solved fields in a file");
  bind.field("folder", prior.folder, "of that file, relative to the working folder; null: that of the data");
}

Index prior_cells(Index resolution, SampleGrid grid, Index points) {
  const Index spacings = std::max<Index>(1, grid == SampleGrid::nodes ? points - 1 : points);
  const Index cells = (resolution + spacings - 1) / spacings;
  const Index wanted = grid == SampleGrid::cells ? 0 : 1;
  return cells % 2 == wanted ? cells : cells + 1;
}

Node complete_prior_problem(const Node& problem, const ProblemSpec& spec, const LearningData& data, int dimensions) {
  Node complete = problem.is_absent() || problem.is_null() ? Node::map({}) : problem;
  if (complete.kind() != Node::Kind::map) return complete;
  const auto put = [&](const std::string& key, const Node& value) {
    if (complete[key].is_absent()) complete.set(key, value);
  };
  put("domain", unit_box(dimensions));
  for (std::size_t i = 0; i < spec.inputs.size(); ++i)
    put(spec.inputs[i].name, i == 0 && !data.inputs.empty() ? first_array(data) : Node::scalar("1"));
  if (!spec.faces.empty()) put("boundary", zero_faces(complete["domain"]));
  return complete;
}

}  // namespace mercer
