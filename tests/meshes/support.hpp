// Grids and smooth fields to test with.
#pragma once

#include <mercer/meshes/field.hpp>

#include <memory>
#include <vector>

inline std::shared_ptr<const mercer::Grid> grid_of(std::vector<mercer::Axis> axes) {
  return std::make_shared<const mercer::Grid>(std::move(axes));
}

/// The coordinate at point `i` of a column, which has one entry for all points or one for each.
inline double at(std::span<const double> column, std::size_t i) { return column.size() == 1 ? column[0] : column[i]; }

/// A field of `value(coordinates by alphabet)`.
template <class F>
mercer::Field made_field(const mercer::Comm& comm, const std::shared_ptr<const mercer::Grid>& grid, mercer::Split split,
                         const F& value) {
  mercer::Field field("u", "m", grid, mercer::Decomposition(grid->shape(), comm, split), comm.rank());
  field.fill([&](std::span<const std::span<const double>> columns, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::array<double, 3> x{};
      for (std::size_t axis = 0; axis < columns.size(); ++axis) x[axis] = at(columns[axis], i);
      out[i] = value(x);
    }
  });
  return field;
}
