// Small regular grids with missing points, and their Gaussian processes by dense algebra.
#pragma once

#include <mercer/base/random.hpp>
#include <mercer/gp/grid_fit.hpp>
#include <mercer/gp/kernels.hpp>
#include <mercer/linalg/cholesky.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace mercer::test {

/// A covariance of the grid's dimensions, its parameters, and data of which a share is missing. `theta` ends with
/// log(noise).
struct GridCase {
  ProductCovariance covariance;
  GridSpacing grid;
  std::vector<double> point;
  std::vector<double> data;

  double noise() const { return std::exp(point.back()); }
  std::span<const double> theta() const { return std::span(point).first(point.size() - 1); }
  GridBasis basis(const Comm& comm) const {
    return GridBasis(comm, covariance_columns(covariance, theta(), grid), negligible_share * noise() * noise());
  }
  /// This rank's slab of an array on the whole grid.
  std::vector<double> slab(const GridBasis& basis, const std::vector<double>& whole) const {
    const auto begin = whole.begin() + basis.first_point();
    return {begin, begin + basis.own_count()};
  }
};

inline std::vector<double> wavy_data(const Shape& shape, double missing) {
  const Random random(11), noise(12);
  std::vector<double> data;
  for (Index i = 0; i < shape.count(); ++i) {
    const auto point = static_cast<std::uint64_t>(i);
    const double x = static_cast<double>(i % shape.back()), y = static_cast<double>(i / shape.back());
    const double value = std::sin(0.5 * x) * std::cos(0.3 * y) + 0.3 * std::sin(0.2 * (x + y));
    data.push_back(random.uniform(point) < missing ? std::numeric_limits<double>::quiet_NaN()
                                                   : value + 0.2 * noise.normal(point));
  }
  return data;
}

inline GridCase plane_case(const Shape& shape, double missing) {
  ProductCovariance covariance({scaled(squared_exponential()), matern_five_halves()});
  return {
      covariance, {shape, {0.1, 0.2}}, {0.1, std::log(0.4), std::log(0.9), std::log(0.25)}, wavy_data(shape, missing)};
}

inline GridCase mixture_case(const Shape& shape, double missing) {
  ProductCovariance covariance({gaussian_mixture(2), gaussian_mixture(2)});
  const std::vector<double> axis{-0.3, -0.9, -1.0, 0.3, 0.1, 0.8};
  std::vector<double> point(axis);
  point.insert(point.end(), axis.begin(), axis.end());
  point.push_back(std::log(0.2));
  return {covariance, {shape, {0.1, 0.1}}, point, wavy_data(shape, missing)};
}

inline GridCase line_case(Index points, double missing) {
  return {ProductCovariance({squared_exponential()}),
          {{points}, {0.1}},
          {std::log(0.5), std::log(0.3)},
          wavy_data({points}, missing)};
}

inline GridCase box_case(const Shape& shape, double missing) {
  ProductCovariance covariance({matern_half(), scaled(squared_exponential()), matern_three_halves()});
  return {covariance, {shape, {0.1, 0.1, 0.1}}, {-0.5, 0.2, -1.0, -0.7, std::log(0.3)}, wavy_data(shape, missing)};
}

/// The same by matrices of all points.
struct Dense {
  std::vector<double> mean, deviation;
};

inline Matrix dense_covariance(const GridCase& c) {
  const auto columns = covariance_columns(c.covariance, c.theta(), c.grid);
  const Index points = c.grid.shape.count();
  Matrix k(points, points);
  for (Index j = 0; j < points; ++j)
    for (Index i = 0; i < points; ++i) {
      double product = 1;
      for (Index a = i, b = j, axis = c.grid.shape.dimensions() - 1; axis >= 0; --axis) {
        const Index size = c.grid.shape[static_cast<int>(axis)];
        product *= columns[static_cast<std::size_t>(axis)][static_cast<std::size_t>(std::abs(a % size - b % size))];
        a /= size, b /= size;
      }
      k(i, j) = product;
    }
  return k;
}

/// The matrices of observed points.
struct Observed {
  std::vector<Index> points;
  Matrix values;  ///< [points, 1], times the inverse factor
  Cholesky factor;

  explicit Observed(const GridCase& c, const Matrix& k) : points(observed(c)), values(count(), 1), factor(noisy(c, k)) {
    for (Index i = 0; i < count(); ++i) values(i, 0) = c.data[static_cast<std::size_t>(at(i))];
    factor.divide(values);
  }
  Index count() const { return static_cast<Index>(points.size()); }
  Index at(Index i) const { return points[static_cast<std::size_t>(i)]; }

 private:
  static std::vector<Index> observed(const GridCase& c) {
    std::vector<Index> found;
    for (std::size_t i = 0; i < c.data.size(); ++i)
      if (!std::isnan(c.data[i])) found.push_back(static_cast<Index>(i));
    return found;
  }
  Cholesky noisy(const GridCase& c, const Matrix& k) const {
    Matrix a(count(), count());
    for (Index j = 0; j < count(); ++j)
      for (Index i = 0; i < count(); ++i) a(i, j) = k(at(i), at(j)) + (i == j ? c.noise() * c.noise() : 0);
    return Cholesky::of(std::move(a)).value();
  }
};

inline double dense_evidence(const GridCase& c) {
  const Observed data(c, dense_covariance(c));
  return -0.5 * (data.values.squaredNorm() + data.factor.log_determinant() +
                 static_cast<double>(data.count()) * std::log(2 * std::numbers::pi));
}

inline Dense dense(const GridCase& c) {
  const Matrix k = dense_covariance(c);
  const Observed data(c, k);
  Matrix rows(data.count(), k.cols());
  for (Index i = 0; i < data.count(); ++i) rows.row(i) = k.row(data.at(i));
  data.factor.divide(rows);
  Dense result;
  for (Index i = 0; i < k.cols(); ++i) {
    result.mean.push_back(rows.col(i).dot(data.values.col(0)));
    result.deviation.push_back(std::sqrt(std::max(0.0, k(i, i) - rows.col(i).squaredNorm())));
  }
  return result;
}

}  // namespace mercer::test
