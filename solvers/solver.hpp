// What a solver is: a problem in, fields and a record out.
#pragma once

#include <mercer/meshes/field.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/report/log.hpp>
#include <mercer/report/progress.hpp>
#include <mercer/report/record.hpp>
#include <mercer/report/timer.hpp>
#include <mercer/solvers/problem.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace mercer {

/// What a solver may use of the run. All members outlive it.
struct Context {
  const Comm& comm;
  Log& log;
  Phases& phases;
  std::uint64_t seed = 0;
  ProgressStyle progress = ProgressStyle::none;
  std::filesystem::path scratch = {};  ///< folder for what does not fit into memory, the one of the output
};

/// Fields on the nodes of a mesh: each rank holds its block of nodes, in the order of the file.
struct MeshSolution {
  std::shared_ptr<const MeshDomain> domain;
  std::vector<MeshField> fields;  ///< [nodes of the block, components]
};

/// The answer. The first field is the solution itself. On a box, where the problem knows the exact one, the driver
/// measures its error; a solver on a mesh does so itself and records the number of its unknowns, too.
struct Solution {
  std::vector<Field> fields;
  std::optional<MeshSolution> mesh;  ///< in place of fields on a grid
  Record record;  ///< named numbers for --json and the output file: iterations, residual, certified, ...
};

/// The cost of a solve before it is run.
struct Estimate {
  Index unknowns = 0;           ///< of the whole problem
  Index unknowns_per_rank = 0;  ///< on the fullest rank
  double bytes_per_rank = 0;
  double flops_per_rank = 0;
};

/// Constructed with its options; then asked. `estimate` and `solve` are @collective.
class Solver {
 public:
  virtual ~Solver() = default;
  /// Complains of what this solver cannot take of a problem that is well-formed in itself; before any work.
  virtual void check(const Problem& problem, Complaints& complaints) const = 0;
  virtual Estimate estimate(const Context& context, const Problem& problem) const = 0;
  virtual Solution solve(const Context& context, const Problem& problem) = 0;
};

}  // namespace mercer
