#include <mercer/gp/regression.hpp>
#include <mercer/gp/regression_folds.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mercer {
namespace {

struct InputMoments {
  Eigen::RowVectorXd mean, deviation;
};

/// Of constant inputs the deviation is given as one.
InputMoments moments_of_inputs(const Matrix& x) {
  InputMoments moments{x.colwise().mean(), {}};
  const auto points = static_cast<double>(x.rows());
  moments.deviation = ((x.rowwise() - moments.mean).colwise().squaredNorm() / points).cwiseSqrt();
  for (Index k = 0; k < x.cols(); ++k)
    if (!(moments.deviation[k] > 1e-14 * x.col(k).cwiseAbs().maxCoeff())) moments.deviation[k] = 1;
  return moments;
}

Matrix standardise(const MatrixView& x, const InputMoments& moments) {
  return (x.rowwise() - moments.mean).array().rowwise() / moments.deviation.array();
}

void require_finite(const MatrixView& x) {
  for (Index k = 0; k < x.cols(); ++k)
    for (Index i = 0; i < x.rows(); ++i)
      require(std::isfinite(x(i, k)), Fault::data, "input {} of sample {} is {}; a finite number was expected", k, i,
              x(i, k));
}

void check_data(const Matrix& x, const Matrix& y, const std::vector<Index>& outputs) {
  require(x.rows() == y.rows(), Fault::data, "there are {} samples of inputs and {} of outputs; as many were expected",
          x.rows(), y.rows());
  require(x.rows() >= 2 && x.cols() >= 1 && y.cols() >= 1, Fault::data,
          "{} samples of {} inputs and {} outputs are too few to learn from; at least 2, 1 and 1 were expected",
          x.rows(), x.cols(), y.cols());
  require(x.rows() <= most_regression_points, Fault::data,
          "exact regression takes at most {} samples, not {}: its cost grows with their cube; choose some of them",
          most_regression_points, x.rows());
  require(std::accumulate(outputs.begin(), outputs.end(), Index{0}) == y.cols(), Fault::internal,
          "the outputs have {} columns in all, and the values {}",
          std::accumulate(outputs.begin(), outputs.end(), Index{0}), y.cols());
  require_finite(x);
  for (Index column = 0; column < y.cols(); ++column) {
    bool is_there = false;
    for (Index i = 0; i < y.rows(); ++i) {
      require(!std::isinf(y(i, column)), Fault::data,
              "output column {} of sample {} is infinite; a number, or NaN where it is missing, was expected", column,
              i);
      is_there = is_there || !std::isnan(y(i, column));
    }
    require(is_there, Fault::data, "output column {} has no value in any of {} samples", column, y.rows());
  }
}

/// The median distance of a point from the nearest other one that is not the same; one where all are the same.
double spacing_of(const Matrix& x) {
  std::vector<double> nearest;
  for (Index i = 0; i < x.rows(); ++i) {
    double least = std::numeric_limits<double>::infinity();
    const Matrix squares = squared_distances(x, x.row(i));
    for (const double square : squares.reshaped())
      if (square > 0) least = std::min(least, square);
    nearest.push_back(least);
  }
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return std::isfinite(*middle) ? std::sqrt(*middle) : 1;
}

}  // namespace

RegressionFit fit_regression(const Comm& comm, Matrix x, Matrix y, const RegressionOptions& options,
                             const std::vector<Index>& outputs) {
  const std::vector<Index> counts = outputs.empty() ? std::vector<Index>{y.cols()} : outputs;
  together(comm, [&] {
    check(options);
    check_data(x, y, counts);
  });
  const Matrix standard = standardise(x, moments_of_inputs(x));
  SearchResult found = search_hyper_parameters(comm, standard, y, counts, options);
  const std::vector<double> factors = cross_validated_factors(comm, standard, y, found.columns, options);
  for (std::size_t c = 0; c < factors.size(); ++c) found.columns[c].widening = factors[c];
  return {options.covariance, std::move(x), std::move(y), std::move(found.columns), std::move(found.records)};
}

Regression::Regression(RegressionFit fit) : fit_(std::move(fit)) {
  require(static_cast<Index>(fit_.columns.size()) == fit_.y.cols() && fit_.x.rows() == fit_.y.rows(), Fault::internal,
          "a fit of {} columns and {} samples does not go with {} columns of {} samples", fit_.columns.size(),
          fit_.x.rows(), fit_.y.cols(), fit_.y.rows());
  const InputMoments moments = moments_of_inputs(fit_.x);
  mean_ = moments.mean;
  deviation_ = moments.deviation;
  x_ = standardise(fit_.x, moments);
  Matrix z(fit_.y.rows(), fit_.y.cols());
  for (std::size_t c = 0; c < fit_.columns.size(); ++c) {
    const auto column = static_cast<Index>(c);
    z.col(column) = fit_.y.col(column).unaryExpr([&](double value) { return fit_.columns[c].warp.forward(value); });
  }
  for (const std::vector<Index>& columns : columns_alike(fit_.columns))
    for (Pattern& pattern : patterns(z, columns)) add_group(z, std::move(pattern));
  spacing_ = spacing_of(x_);
}

void Regression::add_group(const Matrix& z, Pattern pattern) {
  Matrix values(static_cast<Index>(pattern.rows.size()), static_cast<Index>(pattern.columns.size()));
  for (std::size_t c = 0; c < pattern.columns.size(); ++c)
    values.col(static_cast<Index>(c)) = rows_of(z.col(pattern.columns[c]), pattern.rows);
  const std::vector<double>& theta = fit_.columns[static_cast<std::size_t>(pattern.columns.front())].theta;
  const Matrix x = rows_of(x_, pattern.rows);
  ArdPosterior posterior(fit_.covariance, x, values, theta);
  if (posterior.jitter() > 0) {
    const auto [first, second, distance] = nearest_pair(x, theta);
    const auto row = [&](Index known) { return pattern.rows[static_cast<std::size_t>(known)]; };
    jitters_.push_back({posterior.jitter(), pattern.columns, {row(first), row(second), distance}});
  }
  groups_.push_back({std::move(pattern), std::move(posterior)});
}

Matrix Regression::standardised(const MatrixView& points) const {
  require(points.cols() == fit_.x.cols(), Fault::data, "points of {} inputs came, and {} were learnt from",
          points.cols(), fit_.x.cols());
  require_finite(points);
  return standardise(points, {mean_, deviation_});
}

Regression::Prediction Regression::predict(const MatrixView& points, NoiseOf noise) const {
  const Matrix z = standardised(points);
  Prediction prediction{Matrix(points.rows(), fit_.y.cols()), Matrix::Zero(points.rows(), fit_.y.cols())};
  for (Index c = 0; c < fit_.y.cols(); ++c)
    prediction.mean.col(c).setConstant(fit_.columns[static_cast<std::size_t>(c)].warp.backward(0));
  for (const Group& group : groups_) {
    const ArdPosterior::Prediction here = group.posterior.predict(z);
    const double added = noise == NoiseOf::values ? std::exp(group.posterior.theta().back()) : 0;
    for (std::size_t c = 0; c < group.pattern.columns.size(); ++c) {
      const Index column = group.pattern.columns[c];
      for (Index i = 0; i < points.rows(); ++i) {
        const ColumnFit& fit = fit_.columns[static_cast<std::size_t>(column)];
        const Moments moments = moments_of(
            fit.warp, {here.mean(i, static_cast<Index>(c)), fit.widening * std::sqrt(here.variance[i] + added)});
        prediction.mean(i, column) = moments.mean;
        prediction.deviation(i, column) = moments.deviation;
      }
    }
  }
  return prediction;
}

Regression::Prediction Regression::leave_one_out() const {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  Prediction prediction{fit_.y, Matrix::Zero(fit_.y.rows(), fit_.y.cols())};
  for (const Group& group : groups_) {
    const ArdPosterior::LeaveOneOut left = group.posterior.leave_one_out();
    for (std::size_t c = 0; c < group.pattern.columns.size(); ++c) {
      const Index column = group.pattern.columns[c];
      const ColumnFit& fit = fit_.columns[static_cast<std::size_t>(column)];
      prediction.deviation.col(column).setConstant(missing);
      for (std::size_t i = 0; i < group.pattern.rows.size(); ++i) {
        const auto here = static_cast<Index>(i);
        const Index row = group.pattern.rows[i];
        const double expected = fit.warp.forward(fit_.y(row, column)) - left.residual(here, static_cast<Index>(c));
        const Moments moments = moments_of(fit.warp, {expected, fit.widening * std::sqrt(left.variance[here])});
        prediction.mean(row, column) = moments.mean;
        prediction.deviation(row, column) = moments.deviation;
      }
    }
  }
  return prediction;
}

Eigen::VectorXd Regression::novelty(const MatrixView& points) const {
  const Matrix z = standardised(points);
  Eigen::VectorXd distance(points.rows());
  constexpr Index together = 256;  // points whose distances are held at once
  for (Index begin = 0; begin < points.rows(); begin += together) {
    const Index count = std::min(together, points.rows() - begin);
    distance.segment(begin, count) =
        squared_distances(x_, z.middleRows(begin, count)).colwise().minCoeff().cwiseSqrt().transpose() / spacing_;
  }
  return distance;
}

}  // namespace mercer
