// Hyper-parameters from the most observed block of the data.
#pragma once

#include <mercer/gp/grid_fit.hpp>
#include <mercer/meshes/field.hpp>
#include <mercer/solvers/grid_gp/options.hpp>
#include <mercer/solvers/solver.hpp>

#include <optional>

namespace mercer::grid_gp {

/// What is known of a process, or has been found out. The point is the raw parameters and then log(noise).
struct Parameters {
  std::vector<double> point;
  Index evaluations = 0, learning_points = 0;
  bool converged = true;
  double noise() const;
  std::span<const double> theta() const { return std::span(point).first(point.size() - 1); }
};

/// What of them a case gives.
struct Known {
  std::optional<std::vector<double>> theta;
  std::optional<double> noise;
};

/// The part of a grid from which is learned: a block of the grid's proportions with about `points` points, the one of
/// all side by side that has the most observed points, the first of equals. The whole grid where it has no more.
/// @collective.
Box learning_block(const Comm& comm, const Field& data, Index points);

/// @collective Maximises the evidence of the learning block over what is not known. Every rank does the same work on
/// the block; the result is that of rank 0. `data` have the prior's mean taken off.
Parameters learn(const Context& context, const ProductCovariance& covariance, const Field& data, const Known& known,
                 const Options& options);

GridSpacing spacing_of(const Grid& grid);

}  // namespace mercer::grid_gp
