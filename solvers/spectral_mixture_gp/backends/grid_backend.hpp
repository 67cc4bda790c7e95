// What backends on a grid of equally spaced nodes share: from the case to the grid, from the grid to the answer.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>

namespace mercer::smgp {

/// The unknown on a tensor grid, one list of points an axis.
using Interpolant = std::function<Matrix(const Coordinates& grid)>;

/// Every rank does all of the work; the answer is divided.
class GridBackend : public Solver {
 public:
  explicit GridBackend(Index nodes) : nodes_(nodes) {}
  void check(const Problem& problem, Complaints& complaints) const override;
  Estimate estimate(const Context& context, const Problem& problem) const override;
  Solution solve(const Context& context, const Problem& problem) override;

 protected:
  /// The work itself, the same on every rank; notes what it found in the record.
  virtual Interpolant run(const Context& context, GridProblem problem, Record& record) const = 0;
  /// Products of matrices and factorisations of the size of the nodes.
  virtual double passes() const = 0;

 private:
  Index nodes_;
};

}  // namespace mercer::smgp
