// Quadrilaterals as pairs of triangles, and chosen rows of an array.
#pragma once

#include <mercer/meshes/read/raw_mesh.hpp>

#include <algorithm>

namespace mercer {

/// Each quadrilateral along the diagonal whose triangles are the larger at their worst, which in one that is not convex
/// lies inside; of equal ones, along that from the lowest node number.
CellBlock split_quads(const CellBlock& quads, const Tensor<double>& points);

/// The rows of a dense array [row, column] in the order of `kept`.
template <class T>
Tensor<T> rows_of(const Tensor<T>& all, const std::vector<Index>& kept) {
  const Index width = all.shape()[1];
  Tensor<T> some({static_cast<Index>(kept.size()), width}, Rows::dense);
  for (std::size_t row = 0; row < kept.size(); ++row)
    std::copy_n(all.data() + kept[row] * width, width, some.data() + static_cast<Index>(row) * width);
  return some;
}

}  // namespace mercer
