// The block `prior:` of a case with a model: the solver whose answer the model corrects, and what it solves.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/solvers/problem.hpp>
#include <mercer/solvers/support/samples.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace mercer {

struct PriorOptions {
  std::string solver;
  Index resolution = 0;
  Node problem, options;
  std::optional<double> contrast, scale;  ///< none where they are to be estimated
  Index samples = 32;
  bool cache = true;
  std::optional<std::filesystem::path> folder;
};
void describe(Binder& bind, PriorOptions& prior);

/// Cells of the solver's grid from one of `points` data points along x to the next: so many that there are `resolution`
/// or more in all, and that data points are nodes while jumps halfway between data at nodes are not. Data of other
/// sizes keep this number, so that the solver's error falls with the spacing of the data.
Index prior_cells(Index resolution, SampleGrid grid, Index points);

/// The problem of a prior as a solver's case would have it, with a value for every key that was left out: the unit box,
/// zero on all faces, the first input 1 + (contrast - 1) v of the first of the data's arrays, other inputs one.
Node complete_prior_problem(const Node& problem, const ProblemSpec& spec, const LearningData& data, int dimensions);

}  // namespace mercer
