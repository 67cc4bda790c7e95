// Weights as multiples of their prior standard deviations; exact conditions leave coordinates in their null space,
// which a QR of the design stacked on noise * identity then solves.
#include <mercer/solvers/spectral_mixture_gp/noise/evidence.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace mercer::smgp {
namespace {

constexpr double dependent_condition = 1e-12;

const double log_two_pi = std::log(2 * std::numbers::pi);

/// Conditions of full rank that the same weights meet best in the sense of least squares: from faces, whose corners are
/// given twice, and whose data the features may not express.
ExactData reduced(const ExactData& all) {
  const double largest = all.rows.rowwise().norm().maxCoeff();
  if (largest == 0) return {Matrix(0, all.rows.cols()), {}};
  const Matrix basis = pivoted_qr(all.rows.transpose() / largest, dependent_condition).q;
  const Index rank = basis.cols();
  Matrix joint(all.rows.rows(), rank + 1);
  joint << product(all.rows, basis), all.data;
  const Matrix triangle = qr_triangle(std::move(joint));
  return {basis.transpose(),
          triangle.topLeftCorner(rank, rank).triangularView<Eigen::Upper>().solve(triangle.col(rank).head(rank))};
}

/// Numbers of rows of `transposed`^T that do not depend on others.
std::vector<int> independent(const Matrix& transposed) {
  std::vector<int> all(static_cast<std::size_t>(transposed.cols()));
  std::iota(all.begin(), all.end(), 0);
  const double largest = transposed.colwise().norm().maxCoeff();
  if (all.size() <= 2 || largest == 0) return all;
  std::vector<int> order = pivoted_qr(transposed / largest, dependent_condition).order;
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace

/// The data in whitened coordinates v, weights = scale * v, v = fixed + null z with z standard normal a priori.
struct Evidence::System {
  double noise = 0;
  Eigen::VectorXd scale, fixed;
  Matrix null, design;     ///< design: [triangle and readings, z]
  Eigen::VectorXd rest;    ///< what z has to explain
  Index readings = 0;      ///< rows at the end of the design, in units in which their noise is that of the source
  double log_density = 0;  ///< of the exact data, and of the change of units
};

struct Evidence::Solved {
  Matrix triangle;  ///< T, T^T T = design^T design + noise^2
  Eigen::VectorXd z;
  double square = 0;  ///< |rest - design z|^2 + noise^2 |z|^2
};

Evidence::Evidence(const DataModel& model, Prior prior) : model_(&model), prior_(std::move(prior)) {
  const Index n = model.rows.cols(), points = model.rows.rows();
  require(model.source.size() == points && model.exact.rows.cols() == n &&
              model.exact.rows.rows() == model.exact.data.size() &&
              (model.readings.values.size() == 0 || model.readings.rows.cols() == n) &&
              model.readings.rows.rows() == model.readings.values.size(),
          Fault::internal, "the sizes of rows and data do not fit for {} weights and {} points", n, points);
  require(model.source.allFinite() && model.exact.data.allFinite() && model.readings.values.allFinite(),
          Fault::numerics, "the data are not finite");
  conditions_ = has_density() ? model.exact : reduced(model.exact);
  require(conditions_.rows.rows() < n, Fault::numerics,
          "exact conditions of rank {} leave no freedom to {} weights; take a larger base degree or more bands",
          conditions_.rows.rows(), n);
  rest_ = model.unreached_square;
  if (n >= points) {
    triangle_ = model.rows;
    projected_ = model.source;
    return;
  }
  Matrix joint(points, n + 1);
  joint << model.rows, model.source;
  const Matrix reduced = qr_triangle(std::move(joint));
  triangle_ = reduced.topLeftCorner(n, n);
  projected_ = reduced.col(n).head(n);
  rest_ += reduced(n, n) * reduced(n, n);
}

double Evidence::reading_noise(std::span<const double> theta) const {
  return estimates_reading_noise() ? std::exp(theta[static_cast<std::size_t>(prior_.parameters())] / 2)
                                   : model_->readings.noise;
}

Evidence::System Evidence::whiten(std::span<const double> theta, double noise_factor, Matrix* slopes) const {
  require(static_cast<Index>(theta.size()) == parameters(), Fault::internal, "there are {} hyper-parameters, not {}",
          parameters(), theta.size());
  const Index n = triangle_.cols();
  System system{.noise = noise_factor * std::exp(theta[0] / 2),
                .scale = (prior_.log_variances(theta, slopes) / 2).array().exp(),
                .fixed = Eigen::VectorXd::Zero(n),
                .null = {},
                .design = {},
                .rest = {},
                .readings = model_->readings.values.size()};
  const Matrix all = (conditions_.rows * system.scale.asDiagonal()).transpose();
  const std::vector<int> chosen = independent(all);
  const auto conditions = static_cast<Index>(chosen.size());
  const FullQr qr = full_qr(Matrix(all(Eigen::all, chosen)));
  const Eigen::VectorXd image =
      qr.r.transpose().triangularView<Eigen::Lower>().solve(Eigen::VectorXd(conditions_.data(chosen)));
  system.fixed = qr.q.leftCols(conditions) * image;
  system.null = qr.q.rightCols(n - conditions);
  if (has_density())
    system.log_density = -0.5 * (static_cast<double>(conditions) * log_two_pi + image.squaredNorm()) -
                         qr.r.diagonal().cwiseAbs().array().log().sum();
  Matrix whole(triangle_.rows() + system.readings, n);
  whole.topRows(triangle_.rows()) = triangle_ * system.scale.asDiagonal();
  system.rest.resize(whole.rows());
  system.rest.head(triangle_.rows()) = projected_;
  if (system.readings > 0) {
    const double unit = system.noise / (noise_factor * reading_noise(theta));
    whole.bottomRows(system.readings) = unit * model_->readings.rows * system.scale.asDiagonal();
    system.rest.tail(system.readings) = unit * model_->readings.values;
    system.log_density += static_cast<double>(system.readings) * std::log(unit);
  }
  system.rest -= whole * system.fixed;
  system.design = product(whole, system.null);
  return system;
}

Evidence::Solved Evidence::solve(const System& system) const {
  const Index rows = system.design.rows(), m = system.design.cols();
  Matrix stacked = Matrix::Zero(rows + m, m + 1);
  stacked.topLeftCorner(rows, m) = system.design;
  stacked.col(m).head(rows) = system.rest;
  stacked.bottomLeftCorner(m, m).diagonal().setConstant(system.noise);
  const Matrix reduced = qr_triangle(std::move(stacked));
  Solved solved{reduced.topLeftCorner(m, m), {}, reduced(m, m) * reduced(m, m)};
  solved.z = solved.triangle.triangularView<Eigen::Upper>().solve(reduced.col(m).head(m));
  return solved;
}

double Evidence::operator()(std::span<const double> theta, std::span<double> gradient) const {
  Matrix slopes;
  const System system = whiten(theta, 1, gradient.empty() ? nullptr : &slopes);
  const Solved solved = solve(system);
  const Index count = model_->points() + system.readings, m = system.design.cols();
  const double variance = system.noise * system.noise;
  const double value = system.log_density -
                       0.5 * (static_cast<double>(count) * log_two_pi + (solved.square + rest_) / variance) -
                       solved.triangle.diagonal().cwiseAbs().array().log().sum() -
                       static_cast<double>(count - m) * std::log(system.noise);
  if (gradient.empty()) return value;
  // d log evidence / d log s^2 = (E v^2 - 1) / 2
  Matrix spread = system.null;  // of orthonormal columns
  divide_by_triangle(spread, solved.triangle);
  const Eigen::VectorXd mean = system.fixed + system.null * solved.z;
  Eigen::VectorXd pull = 0.5 * (mean.array().square() + variance * spread.rowwise().squaredNorm().array() - 1);
  if (!has_density())  // without what the density of the exact data would give
    pull.array() -= 0.5 * (system.fixed.array().square() + system.null.rowwise().squaredNorm().array() - 1);
  Eigen::Map<Eigen::VectorXd>(gradient.data(), parameters()).setZero();
  Eigen::Map<Eigen::VectorXd>(gradient.data(), prior_.parameters()) = slopes.transpose() * pull;
  add_noise_slopes(system, solved, spread.squaredNorm(), gradient);
  return value;
}

/// `inverse_square` is that of the Frobenius norm of the triangle's inverse.
void Evidence::add_noise_slopes(const System& system, const Solved& solved, double inverse_square,
                                std::span<double> gradient) const {
  const double variance = system.noise * system.noise;
  const Index m = system.design.cols(), own = system.design.rows() - system.readings;
  const Eigen::VectorXd left = system.rest - system.design * solved.z;
  Matrix readings = system.design.bottomRows(system.readings);
  divide_by_triangle(readings, solved.triangle);
  // traces of the covariance of all predictions and of those of the readings, by the variance
  const double all = static_cast<double>(m) - variance * inverse_square, theirs = readings.squaredNorm();
  gradient[0] +=
      0.5 * ((left.head(own).squaredNorm() + rest_) / variance + all - theirs - static_cast<double>(model_->points()));
  if (estimates_reading_noise())
    gradient.back() +=
        0.5 * (left.tail(system.readings).squaredNorm() / variance + theirs - static_cast<double>(system.readings));
}

Weights Evidence::posterior(std::span<const double> theta, double noise_factor) const {
  const System system = whiten(theta, noise_factor, nullptr);
  const Solved solved = solve(system);
  Matrix factor = system.null;
  divide_by_triangle(factor, solved.triangle);
  return {system.scale.asDiagonal() * (system.fixed + system.null * solved.z),
          system.noise * (system.scale.asDiagonal() * factor)};
}

}  // namespace mercer::smgp
