#include <mercer/gp/grid_fit.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mercer {
namespace {

std::vector<double> distances(Index points, double spacing) {
  std::vector<double> t(static_cast<std::size_t>(points));
  for (std::size_t lag = 0; lag < t.size(); ++lag) t[lag] = static_cast<double>(lag) * spacing;
  return t;
}

Index product_of(const std::vector<Index>& sizes, std::size_t begin, std::size_t end) {
  Index product = 1;
  for (std::size_t i = begin; i < end; ++i) product *= sizes[i];
  return product;
}

/// The derivatives of a function of the covariance K by the first columns of its axes, from <C, dK> for several C.
class ColumnGradients {
 public:
  explicit ColumnGradients(const GridBasis& basis) : basis_(&basis) {
    for (const Index points : basis.shape().span()) {
      gradients_.emplace_back(static_cast<std::size_t>(points), 0.0);
      halves_.emplace_back();
    }
    for (int axis = 0; axis < basis.shape().dimensions(); ++axis) {
      const AxisBasis& own = basis.axis(axis);
      halves_[static_cast<std::size_t>(axis)] = own.vectors * own.values.cwiseSqrt().asDiagonal();
    }
  }

  const std::vector<std::vector<double>>& all() const { return gradients_; }

  /// C = factor v w^T for two arrays on the grid.
  void add_pair(double factor, std::span<const double> v, std::span<const double> w) {
    for (std::size_t axis = 0; axis < gradients_.size(); ++axis) {
      const Matrix left = reduced(v, axis), right = reduced(w, axis);
      Matrix c(left.rows(), left.rows());
      multiply({.b = Transpose::yes, .m = left.rows(), .n = left.rows(), .k = left.cols()}, left.data(), left.rows(),
               right.data(), right.rows(), c.data(), c.rows());
      add_diagonals(factor, c, axis);
    }
  }

  /// C = factor I.
  void add_identity(double factor, const std::vector<std::vector<double>>& columns) {
    for (std::size_t axis = 0; axis < gradients_.size(); ++axis) {
      double rest = static_cast<double>(basis_->shape().count());
      for (std::size_t other = 0; other < columns.size(); ++other)
        if (other != axis) rest *= columns[other][0];
      gradients_[axis][0] += factor * rest;
    }
  }

  /// C = factor U diag(weights) U^T.
  void add_spectrum(double factor, std::span<const double> weights) {
    for (std::size_t axis = 0; axis < gradients_.size(); ++axis) {
      const AxisBasis& own = basis_->axis(static_cast<int>(axis));
      Index stride = 1;
      for (std::size_t later = axis + 1; later < gradients_.size(); ++later)
        stride *= basis_->axis(static_cast<int>(later)).values.size();
      Eigen::VectorXd sums = Eigen::VectorXd::Zero(own.values.size());
      for (std::size_t k = 0; k < weights.size(); ++k) {
        const Index i = static_cast<Index>(k) / stride % own.values.size();
        sums[i] += weights[k] * basis_->values()[k] / own.values[i];
      }
      const Matrix scaled = own.vectors * sums.asDiagonal();
      Matrix c(own.vectors.rows(), own.vectors.rows());
      multiply({.b = Transpose::yes, .m = c.rows(), .n = c.rows(), .k = scaled.cols()}, scaled.data(), scaled.rows(),
               own.vectors.data(), own.vectors.rows(), c.data(), c.rows());
      add_diagonals(factor, c, axis);
    }
  }

 private:
  /// [points of the axis, modes of all others]: the array times the square root of the covariance of the other axes.
  Matrix reduced(std::span<const double> array, std::size_t axis) const {
    std::vector<Index> sizes(basis_->shape().span().begin(), basis_->shape().span().end());
    std::vector<double> now(array.begin(), array.end()), next;
    for (std::size_t other = sizes.size(); other-- > 0;) {
      if (other == axis) continue;
      const Matrix& half = halves_[other];
      const Index before = product_of(sizes, 0, other), after = product_of(sizes, other + 1, sizes.size());
      sizes[other] = half.cols();
      next.resize(static_cast<std::size_t>(before * half.cols() * after));
      contract(half, before, after, now.data(), next.data());
      now.swap(next);
    }
    const Index before = product_of(sizes, 0, axis), points = sizes[axis],
                after = product_of(sizes, axis + 1, sizes.size());
    Matrix rows(points, before * after);
    for (Index b = 0; b < before; ++b)
      for (Index i = 0; i < points; ++i)
        for (Index a = 0; a < after; ++a)
          rows(i, b * after + a) = now[static_cast<std::size_t>((b * points + i) * after + a)];
    return rows;
  }

  void add_diagonals(double factor, const Matrix& c, std::size_t axis) {
    for (Index j = 0; j < c.cols(); ++j)
      for (Index i = 0; i < c.rows(); ++i)
        gradients_[axis][static_cast<std::size_t>(std::abs(i - j))] += factor * c(i, j);
  }

  const GridBasis* basis_;
  std::vector<Matrix> halves_;  ///< eigenvectors times roots of eigenvalues
  std::vector<std::vector<double>> gradients_;
};

/// Whether all numbers are finite, and the noise does not vanish in rounding, which would make G singular.
bool is_workable(const std::vector<std::vector<double>>& columns, double variance) {
  double largest = 1;
  for (const auto& column : columns) {
    if (!std::ranges::all_of(column, [](double entry) { return std::isfinite(entry); })) return false;
    largest *= column[0];
  }
  return std::isfinite(variance) && variance > 1e-14 * largest;
}

}  // namespace

std::vector<std::vector<double>> covariance_columns(const ProductCovariance& covariance, std::span<const double> theta,
                                                    const GridSpacing& grid) {
  std::vector<std::vector<double>> columns;
  for (int axis = 0; axis < covariance.dimensions(); ++axis) {
    const std::vector<double> t = distances(grid.shape[axis], grid.spacing[static_cast<std::size_t>(axis)]);
    std::vector<double>& column = columns.emplace_back(t.size());
    covariance.factor(axis).evaluate(covariance.theta_of(theta, axis), t,
                                     View<double>(column.data(), {1, grid.shape[axis]}));
  }
  return columns;
}

GridObjective::GridObjective(const Comm& self, const ProductCovariance& covariance, GridSpacing grid,
                             std::vector<double> data, FitOptions options)
    : self_(&self),
      covariance_(&covariance),
      grid_(std::move(grid)),
      data_(std::move(data)),
      options_(std::move(options)) {}

void GridObjective::pull_back_columns(std::span<const double> theta, const std::vector<std::vector<double>>& by_column,
                                      std::span<double> gradient) const {
  std::size_t begin = 0;
  for (int axis = 0; axis < covariance_->dimensions(); ++axis) {
    const auto number = static_cast<std::size_t>(axis);
    const std::span<const double> parameters = covariance_->theta_of(theta, axis);
    pull_back(covariance_->factor(axis), parameters, distances(grid_.shape[axis], grid_.spacing[number]),
              View<const double>(by_column[number].data(), {1, grid_.shape[axis]}),
              gradient.subspan(begin, parameters.size()));
    begin += parameters.size();
  }
}

double GridObjective::operator()(std::span<const double> point, std::span<double> gradient) const {
  const std::span<const double> theta = point.first(point.size() - 1);
  const double noise = std::exp(point.back()), variance = noise * noise;
  const auto columns = covariance_columns(*covariance_, theta, grid_);
  if (!is_workable(columns, variance)) return std::numeric_limits<double>::infinity();
  const GridBasis basis(*self_, columns, negligible_share * variance);
  const GridRegression regression(basis, noise, data_, options_.krylov);

  ColumnGradients by_column(basis);
  double probe_noise = 0;
  const double share = regression.missing() > 0 ? 1.0 / static_cast<double>(options_.probes) : 0;
  const auto evidence = regression.evidence(options_.probes, options_.seed, [&](auto left, auto right) {
    by_column.add_pair(0.5 * share / variance, left, right);
    for (std::size_t i = 0; i < left.size(); ++i) probe_noise += share * left[i] * right[i];
  });
  const auto weights = regression.weights();
  by_column.add_pair(0.5, weights, weights);
  by_column.add_identity(-0.5 / variance, columns);  // Q = (I - U diag(shrinkage) U^T) / variance
  std::vector<double> shrinkage;
  double shrunk = 0, squares = 0;
  for (const double value : basis.values()) shrunk += shrinkage.emplace_back(value / (value + variance));
  by_column.add_spectrum(0.5 / variance, shrinkage);
  for (const double weight : weights) squares += weight * weight;

  std::fill(gradient.begin(), gradient.end(), 0.0);
  pull_back_columns(theta, by_column.all(), gradient.first(theta.size()));
  const double points = static_cast<double>(grid_.shape.count());
  gradient.back() = variance * squares - (points - shrunk) + probe_noise;  // by log(noise)
  const double scale = -1 / static_cast<double>(regression.observed());
  for (double& slope : gradient) slope *= scale;
  // The gradient's probes do not know the trace, so the value does without it, too.
  return scale * (evidence.log_evidence - evidence.control);
}

}  // namespace mercer
