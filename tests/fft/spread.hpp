// Rows whose steps are spread over the ranks, cut out of whole ones and compared with them.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::test {

/// Part of the last dimension.
inline Tensor<double> steps_of(const Tensor<double>& all, const Range& steps) {
  const Shape& whole = all.shape();
  Tensor<double> part({whole[0], whole[1], steps.count()});
  for (Index row = 0; row < whole[0] * whole[1]; ++row)
    std::copy_n(all.view().row(row).data() + steps.begin, steps.count(), part.data() + row * part.view().strides()[1]);
  return part;
}

inline double gap(View<const double> a, View<const double> b) {
  double most = 0;
  for (Index row = 0; row < a.rows(); ++row)
    for (std::size_t i = 0; i < a.row(row).size(); ++i) most = std::max(most, std::abs(a.row(row)[i] - b.row(row)[i]));
  return most;
}

}  // namespace mercer::test
