// Trapezoidal sums over a Gaussian, which converge geometrically because j_k^2 is entire and of exponential type two.
#include <mercer/linalg/lapack.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/prior_variances.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <utility>
#include <vector>

namespace mercer::smgp {
namespace {

constexpr double node_step = 0.1;  // in log width

/// log j_k(z)^2 for k = 0..: by the recurrence upwards as long as k <= z, beyond by the continued fraction for
/// j_k / j_{k-1}, where all are positive and nothing cancels or underflows.
void log_squared_bessel(double z, Eigen::Ref<Eigen::VectorXd> out) {
  z = std::max(std::abs(z), 1e-8);
  const Index last = out.size() - 1, turn = std::min(last, static_cast<Index>(z));
  double before = std::cos(z) / z, now = std::sin(z) / z;
  out[0] = 2 * std::log(std::abs(now));
  for (Index k = 1; k <= turn; ++k) {
    const double next = static_cast<double>(2 * k - 1) / z * now - before;
    before = std::exchange(now, next);
    out[k] = 2 * std::log(std::max(std::abs(now), 1e-300));
  }
  const Index start = last + 40 + static_cast<Index>(8 * std::cbrt(z));
  double ratio = 0;
  for (Index k = start; k > turn; --k) {
    ratio = 1 / (static_cast<double>(2 * k + 1) / z - ratio);
    if (k <= last) out[k] = 2 * std::log(ratio);
  }
  for (Index k = turn + 1; k <= last; ++k) out[k] += out[k - 1];
}

LogVariances gaussian_variances(double centre, double width, int degree) {
  // z^2k times a Gaussian peaks at width sqrt(2 k), but j_k^2 grows no further than z = k
  const double reach = std::min(width * (std::sqrt(2.0 * degree) + 9), degree + 9 * width);
  const double step = width / (2 + 0.4 * width);
  const auto half = static_cast<Index>(std::ceil(reach / step));
  Matrix terms(degree + 1, 2 * half + 1);
  Eigen::VectorXd moment(terms.cols());
  for (Index i = 0; i < terms.cols(); ++i) {
    const double offset = static_cast<double>(i - half) * step, u = offset / width;
    log_squared_bessel(centre + offset, terms.col(i));
    terms.col(i).array() -= u * u / 2;
    moment[i] = u * u - 1;
  }
  LogVariances result{Eigen::VectorXd(degree + 1), Eigen::VectorXd(degree + 1)};
  const double density = std::log(step / width / std::sqrt(2 * std::numbers::pi));
  for (Index k = 0; k <= degree; ++k) {
    const double largest = terms.row(k).maxCoeff();
    const Eigen::VectorXd shares = (terms.row(k).array() - largest).exp().matrix().transpose();
    const double sum = shares.sum();
    result.value[k] = largest + std::log(sum) + density + std::log(2 * static_cast<double>(k) + 1);
    result.slope[k] = shares.dot(moment) / sum;
  }
  return result;
}

/// A Student's t of some width is a mixture of Gaussians of widths that are greater by e^(node_step offset).
struct Share {
  int offset = 0;
  double log = 0;
};

/// By the trapezoidal rule in the logarithm of the width, whose inverse square has a gamma distribution; up to `widest`
/// of the width. Where the step is too coarse for many degrees of freedom, one Gaussian is left.
std::vector<Share> shares(double freedom, double widest) {
  std::vector<Share> all;
  double total = 0;
  for (int offset = -60;; ++offset) {
    const double t = node_step * offset, log = freedom * (0.5 - t - std::exp(-2 * t) / 2);  // zero at t = 0
    if (log < -50 && offset > 0) break;
    total += std::exp(log);
    if (log >= -50 && (offset <= 0 || t < std::log(widest))) all.push_back({offset, log});
  }
  for (Share& share : all) share.log -= std::log(total);
  return all;
}

/// `gaussian(offset)` gives the parts.
LogVariances mixture(const std::vector<Share>& shares, const std::function<LogVariances(int)>& gaussian) {
  LogVariances sum;
  for (const Share& share : shares) {
    const LogVariances part = gaussian(share.offset);
    const Eigen::ArrayXd value = part.value.array() + share.log;
    if (sum.value.size() == 0) {
      sum = {value.matrix(), part.slope};
      continue;
    }
    const Eigen::ArrayXd largest = value.max(sum.value.array());
    const Eigen::ArrayXd before = (sum.value.array() - largest).exp(), more = (value - largest).exp();
    sum.slope = (before * sum.slope.array() + more * part.slope.array()) / (before + more);
    sum.value = largest + (before + more).log();
  }
  return sum;
}

void check_freedom(double freedom) {
  require(freedom > 0, Fault::config, "a spectrum needs a positive number of degrees of freedom, not {}", freedom);
}

/// Gaussians so wide do no longer change with the degree.
double widest(int degree, double centre) { return 8 * (1 + degree + std::abs(centre)); }

}  // namespace

LogVariances log_variances(double centre, double width, int degree, double freedom) {
  check_freedom(freedom);
  if (std::isinf(freedom)) return gaussian_variances(centre, width, degree);
  return mixture(shares(freedom, widest(degree, centre) / width),
                 [&](int offset) { return gaussian_variances(centre, width * std::exp(node_step * offset), degree); });
}

VarianceTable::VarianceTable(int degree, double freedom) : degree_(degree), freedom_(freedom) {
  check_freedom(freedom);
}

const LogVariances& VarianceTable::gaussian(int number) const {
  auto place = gaussians_.find(number);
  if (place == gaussians_.end())
    place = gaussians_.emplace(number, gaussian_variances(0, std::exp(node_step * number), degree_)).first;
  return place->second;
}

const LogVariances& VarianceTable::node(int number) const {
  const std::scoped_lock lock(mutex_);
  if (std::isinf(freedom_)) return gaussian(number);
  auto place = nodes_.find(number);
  if (place == nodes_.end()) {
    const double width = std::exp(node_step * number);
    place = nodes_
                .emplace(number, mixture(shares(freedom_, widest(degree_, 0) / width),
                                         [&](int offset) { return gaussian(number + offset); }))
                .first;
  }
  return place->second;
}

LogVariances VarianceTable::at(double log_width, int degree) const {
  require(degree <= degree_, Fault::internal, "a table of variances up to degree {} does not hold degree {}", degree_,
          degree);
  const int number = static_cast<int>(std::floor(log_width / node_step));
  const LogVariances &a = node(number), &b = node(number + 1);
  const double t = log_width / node_step - number;
  const auto cut = [degree](const Eigen::VectorXd& v) { return v.head(degree + 1); };
  const Eigen::VectorXd rise = cut(b.value) - cut(a.value);
  const Eigen::VectorXd first = node_step * cut(a.slope), second = node_step * cut(b.slope);
  const Eigen::VectorXd quadratic = 3 * rise - 2 * first - second, cubic = first + second - 2 * rise;  // Hermite
  return {cut(a.value) + t * (first + t * (quadratic + t * cubic)),
          (first + t * (2 * quadratic + 3 * t * cubic)) / node_step};
}

}  // namespace mercer::smgp
