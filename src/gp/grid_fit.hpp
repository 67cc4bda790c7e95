// Hyper-parameters of Gaussian processes on regular grids by their evidence: value, gradient, and a start for the
// search.
#pragma once

#include <mercer/gp/grid_regression.hpp>
#include <mercer/gp/product.hpp>
#include <mercer/optim/objective.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace mercer {

/// A regular grid whose axes are those of the covariance, in the order of its arrays.
struct GridSpacing {
  Shape shape;
  std::vector<double> spacing;  ///< distance of neighbours, one an axis
};

/// The first column of the covariance along each axis.
std::vector<std::vector<double>> covariance_columns(const ProductCovariance& covariance, std::span<const double> theta,
                                                    const GridSpacing& grid);

/// Eigenvalues below this share of the noise's variance are left out: a relative change of A of at most that.
inline constexpr double negligible_share = 1e-10;

struct FitOptions {
  Index probes = 8;
  std::uint64_t seed = 0;
  KrylovOptions krylov{1e-8, 2000};
};

/// -log p(y) / observed points, as a function of theta and log(noise); all data are on this rank (NaN where missing).
/// The gradient of the part that probes estimate is an estimate with the same probes. Local.
class GridObjective {
 public:
  /// `self` and `covariance` must outlive it.
  GridObjective(const Comm& self, const ProductCovariance& covariance, GridSpacing grid, std::vector<double> data,
                FitOptions options);
  /// `point` is theta and then log(noise).
  double operator()(std::span<const double> point, std::span<double> gradient) const;

 private:
  void pull_back_columns(std::span<const double> theta, const std::vector<std::vector<double>>& by_column,
                         std::span<double> gradient) const;

  const Comm* self_;
  const ProductCovariance* covariance_;
  GridSpacing grid_;
  std::vector<double> data_;
  FitOptions options_;
};

/// A start for the search, theta and log(noise), from autocovariances along the axes: variance and noise, and for each
/// axis a length or the strongest frequencies of its spectrum. Local.
std::vector<double> grid_start(const ProductCovariance& covariance, const GridSpacing& grid,
                               std::span<const double> data);

}  // namespace mercer
