#include <mercer/gp/ard_covariance.hpp>
#include <mercer/gp/ard_kernels.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {

const char* name(Radial family) noexcept {
  switch (family) {
    case Radial::squared_exponential:
      return "squared_exponential";
    case Radial::matern_half:
      return "matern_1/2";
    case Radial::matern_three_halves:
      return "matern_3/2";
    case Radial::matern_five_halves:
      break;
  }
  return "matern_5/2";
}

Matrix divide_by_lengths(const MatrixView& x, std::span<const double> theta) {
  require(static_cast<Index>(theta.size()) == x.cols() + 2, Fault::internal,
          "{} inputs have {} hyper-parameters, not {}", x.cols(), x.cols() + 2, theta.size());
  Matrix scaled(x.rows(), x.cols());
  for (Index k = 0; k < x.cols(); ++k) scaled.col(k) = x.col(k) * std::exp(-theta[static_cast<std::size_t>(k) + 1]);
  return scaled;
}

void covariance_triangle(Radial family, double variance, const MatrixView& scaled, Matrix& values, Matrix* slopes) {
  constexpr Index width = 4, height = 256;  // a tile of distances that stays in the first cache
  const ArdKernels& kernels = ard_kernels(simd_level());
  const auto radial = kernels.radial[static_cast<std::size_t>(family)];
  const Index n = scaled.rows(), stride = scaled.outerStride();
  values.resize(n, n);
  if (slopes != nullptr) slopes->resize(n, n);
  for (Index column = 0; column < n; column += width) {
    const Index columns = std::min(width, n - column);
    for (Index row = column; row < n; row += height) {
      const Index rows = std::min(height, n - row);
      kernels.squared_distances({scaled.data() + row, stride, scaled.data() + column, stride, scaled.cols(), rows,
                                 columns, &values(row, column), n});
      for (Index c = column; c < column + columns; ++c)
        radial(variance, rows, &values(row, c), slopes == nullptr ? nullptr : &(*slopes)(row, c));
    }
  }
}

Matrix squared_distances(const MatrixView& a, const MatrixView& b) {
  require(a.cols() == b.cols(), Fault::internal, "points of {} inputs have no distance from points of {}", a.cols(),
          b.cols());
  Matrix squares(a.rows(), b.rows());
  if (squares.size() == 0) return squares;
  ard_kernels(simd_level())
      .squared_distances({a.data(), a.outerStride(), b.data(), b.outerStride(), a.cols(), a.rows(), b.rows(),
                          squares.data(), squares.rows()});
  return squares;
}

Matrix covariance_between(Radial family, std::span<const double> theta, const MatrixView& a, const MatrixView& b) {
  Matrix values = squared_distances(divide_by_lengths(a, theta), divide_by_lengths(b, theta));
  const auto radial = ard_kernels(simd_level()).radial[static_cast<std::size_t>(family)];
  radial(std::exp(theta.front()), values.size(), values.data(), nullptr);
  return values;
}

}  // namespace mercer
