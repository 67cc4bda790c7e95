// A named quantity on a grid, of which each rank holds one box.
#pragma once

#include <mercer/meshes/grid.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace mercer {

/// One number a point. Values are a dense array of the owned box, slowest axis first, zero at first. Move only.
class Field {
 public:
  /// Values of many points: out[i] at the i-th entries of `columns`, one column an axis in the order of `Grid::symbols`
  /// (x, y, z); a column of one entry stands for all points. `Expression::evaluate` is one.
  using Formula = std::function<void(std::span<const std::span<const double>> columns, std::span<double> out)>;

  /// `unit` may be empty. Throws Fault::internal where the decomposition is of another shape.
  Field(std::string name, std::string unit, std::shared_ptr<const Grid> grid, const Decomposition& decomposition,
        int rank);

  const std::string& name() const noexcept { return name_; }
  const std::string& unit() const noexcept { return unit_; }
  const Grid& grid() const noexcept { return *grid_; }
  const std::shared_ptr<const Grid>& shared_grid() const noexcept { return grid_; }
  const Decomposition& decomposition() const noexcept { return decomposition_; }
  int rank() const noexcept { return rank_; }
  const Box& box() const noexcept { return box_; }  ///< positions in the grid that this rank owns
  View<double> values() noexcept { return values_.view(); }
  View<const double> values() const noexcept { return values_.view(); }
  std::span<double> span() { return values_.span(); }
  std::span<const double> span() const { return values_.span(); }

  /// Sets the owned values, one row along the fastest axis at a time.
  void fill(const Formula& formula);

 private:
  std::string name_, unit_;
  std::shared_ptr<const Grid> grid_;
  Decomposition decomposition_;
  int rank_;
  Box box_;
  Tensor<double> values_;
};

/// @collective Euclidean norm of the values at all points, the same bits on every number of ranks.
double l2_norm(const Comm& comm, const Field& field);

/// @collective |a - b| / |b| of the values at all points: the relative L2 error of `a` against `b`, 0 where both are
/// equal, infinite where only `b` vanishes. The same bits on every number of ranks. Throws Fault::internal for fields
/// on different grids.
double relative_l2(const Comm& comm, const Field& a, const Field& b);

/// @collective Extremes over all points, NaN where any value is.
double smallest(const Comm& comm, const Field& field);
double largest(const Comm& comm, const Field& field);

}  // namespace mercer
