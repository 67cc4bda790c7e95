// The periodic covariance of MacKay (1998).
#include <mercer/gp/jet.hpp>
#include <mercer/gp/kernels.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer {
namespace {

/// exp(-z) I_j(z) for j < count, by the ratios I_j / I_(j-1) = 1 / (2 j / z + I_(j+1) / I_j), which are stable
/// downwards, and the identity I_0 + 2 (I_1 + I_2 + ...) = exp(z). NIST Handbook (2010), 10.29.1 and 10.35.5.
std::vector<double> scaled_bessel(double z, Index count) {
  // Values below the largest by more than rounding lie beyond 12 sqrt(z) and a few.
  const auto last = static_cast<std::size_t>(count) + 20 + static_cast<std::size_t>(12 * std::sqrt(z));
  std::vector<double> values(last + 1);
  double ratio = 0;
  for (std::size_t j = last; j >= 1; --j) values[j] = ratio = 1 / (2 * static_cast<double>(j) / z + ratio);
  values[0] = 1;
  double total = 0;
  for (std::size_t j = 1; j <= last; ++j) total += 2 * (values[j] *= values[j - 1]);
  values.resize(static_cast<std::size_t>(count));
  for (double& value : values) value /= 1 + total;
  return values;
}

/// With tau = rate t, the derivatives by tau of h = cos(tau) - 1 and, from k^(n+1) = z (k h')^(n), of k = exp(z h).
void make_jets(double rate, double z, std::span<const double> t, int orders, Jet& k, Jet& h) {
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double half = std::sin(rate * t[i] / 2);
    h[0][i] = -2 * half * half;  // without the cancellation of cos - 1
    k[0][i] = std::exp(z * h[0][i]);
    h[1][i] = -std::sin(rate * t[i]);
    h[2][i] = -std::cos(rate * t[i]);
  }
  Jet slope;  // h' as a jet of its own
  for (std::size_t n = 1; n < static_cast<std::size_t>(orders); ++n) {
    if (n >= 3)
      for (std::size_t i = 0; i < t.size(); ++i) h[n][i] = -h[n - 2][i];
    slope[n - 1] = h[n];
    set_product(k, slope, n - 1, z, std::span(k[n]).first(t.size()));
  }
}

/// k = exp(z (cos(tau) - 1)) with tau = 2 pi t / period and z = 1 / length^2. All derivatives are first taken by tau.
class Periodic final : public Covariance {
 public:
  Periodic()
      : Covariance({{"period", {1}, ParameterDomain::positive()}, {"length", {1}, ParameterDomain::positive()}},
                   most_orders - 1) {}

 private:
  void do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                   View<double> jacobian) const override;

  void do_spectrum(std::span<const double>, std::span<const double>, std::span<double>) const override {
    fail(Fault::unavailable, "the periodic covariance has a spectrum of lines and no density; ask for its features");
  }

  Features do_features(std::span<const double> theta, Index count) const override {
    Features features{{}, scaled_bessel(std::exp(-2 * theta[1]), count)};
    for (Index j = 0; j < count; ++j) {
      features.frequencies.push_back(static_cast<double>(j) * std::exp(-theta[0]));
      if (j > 0) features.weights[static_cast<std::size_t>(j)] *= 2;
    }
    return features;
  }
};

void Periodic::do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                           View<double> jacobian) const {
  const int orders = static_cast<int>(values.shape()[0]);
  const double rate = 2 * std::numbers::pi * std::exp(-theta[0]), z = std::exp(-2 * theta[1]);
  Jet k, h;
  make_jets(rate, z, t, orders + 1, k, h);
  double power = 1;
  for (Index n = 0; n < orders; ++n, power *= rate) {
    const auto order = static_cast<std::size_t>(n);
    std::transform(k[order].begin(), k[order].begin() + static_cast<std::ptrdiff_t>(t.size()), values.row(n).begin(),
                   [&](double x) { return power * x; });
    if (jacobian.data() == nullptr) continue;
    // d rate / d log(period) = -rate, in rate^n as well as in tau; d z / d log(length) = -2 z, and dk/dz = k (cos(tau)
    // - 1).
    const std::span<double> by_period = jacobian.row(2 * n), by_length = jacobian.row(2 * n + 1);
    for (std::size_t i = 0; i < t.size(); ++i)
      by_period[i] = -power * (static_cast<double>(n) * k[order][i] + rate * t[i] * k[order + 1][i]);
    set_product(k, h, order, -2 * z * power, by_length);
  }
}

}  // namespace

CovariancePointer periodic() { return std::make_shared<Periodic>(); }

}  // namespace mercer
