// Gaussian and Matern functions of distance: derivatives, spectral densities, quadrature of these.
#include <mercer/gp/envelope.hpp>
#include <mercer/gp/quadrature.hpp>

#include <cmath>
#include <numbers>

namespace mercer {
namespace {

using std::numbers::pi;

/// Twice the order nu of a Matern function: 1, 3, 5.
int twice_nu(Envelope envelope) {
  if (envelope == Envelope::matern_half) return 1;
  return envelope == Envelope::matern_three_halves ? 3 : 5;
}

/// Hermite's recursion: with y = exp(-u^2), y^(n+1) = -2 u y^(n) - 2 n y^(n-1).
void gaussian_jet(double scale, std::span<const double> t, int orders, Jet& jet) {
  for (std::size_t i = 0; i < t.size(); ++i) jet[0][i] = std::exp(-(scale * t[i]) * (scale * t[i]));
  for (std::size_t n = 1; n < static_cast<std::size_t>(orders); ++n) {
    const double* const lower = jet[n >= 2 ? n - 2 : 0].data();
    const double slope = -2 * scale * scale, curve = slope * static_cast<double>(n - 1);
    for (std::size_t i = 0; i < t.size(); ++i) jet[n][i] = slope * t[i] * jet[n - 1][i] + curve * lower[i];
  }
}

/// d^n/dr^n of p(r) exp(-r), p = 1 + p1 r + p2 r^2, is (-1)^n (c0 + c1 r + p2 r^2) exp(-r), c0 = 1 - n p1 + n (n - 1)
/// p2, c1 = p1 - 2 n p2.
void matern_jet(int twice_nu, double scale, std::span<const double> t, int orders, Jet& jet) {
  const double rate = std::sqrt(static_cast<double>(twice_nu)) * scale;
  const bool square = twice_nu == 5;
  const double p1 = twice_nu == 1 ? 0 : 1, p2 = square ? 1.0 / 3 : 0;
  std::array<double, Covariance::block> r, decay;
  for (std::size_t i = 0; i < t.size(); ++i) {
    r[i] = rate * std::abs(t[i]);
    decay[i] = std::exp(-r[i]);
  }
  double power = 1;
  for (int n = 0; n < orders; ++n, power *= -rate) {
    // In this form c0 is exactly zero where it should be, so that odd derivatives vanish at zero.
    const double c0 = square ? (n - 1) * (n - 3) / 3.0 : 1 - n * p1, c1 = square ? (3 - 2 * n) / 3.0 : p1;
    auto& row = jet[static_cast<std::size_t>(n)];
    for (std::size_t i = 0; i < t.size(); ++i) row[i] = power * ((p2 * r[i] + c1) * r[i] + c0) * decay[i];
    if (n % 2 == 1)
      for (std::size_t i = 0; i < t.size(); ++i) row[i] *= t[i] > 0 ? 1 : t[i] < 0 ? -1 : 0;
  }
}

/// The integral of (1 + s^2)^-(nu + 1/2) over all real s: sqrt(pi) Gamma(nu) / Gamma(nu + 1/2).
double student_integral(int twice_nu) {
  if (twice_nu == 1) return pi;
  return twice_nu == 3 ? pi / 2 : 3 * pi / 8;
}

}  // namespace

int smoothness(Envelope envelope) noexcept {
  if (envelope == Envelope::gaussian) return Covariance::most_orders - 1;
  return twice_nu(envelope) - 1;
}

void envelope_jet(Envelope envelope, double scale, std::span<const double> t, int orders, Jet& jet) {
  if (envelope == Envelope::gaussian) return gaussian_jet(scale, t, orders, jet);
  matern_jet(twice_nu(envelope), scale, t, orders, jet);
}

void envelope_scale_jet(const Jet& jet, std::span<const double> t, int orders, Jet& out) {
  for (std::size_t n = 0; n < static_cast<std::size_t>(orders); ++n)
    for (std::size_t i = 0; i < t.size(); ++i) out[n][i] = static_cast<double>(n) * jet[n][i] + t[i] * jet[n + 1][i];
}

double envelope_density(Envelope envelope, double scale, double frequency) {
  if (envelope == Envelope::gaussian) {
    const double u = pi * frequency / scale;
    return std::sqrt(pi) / scale * std::exp(-u * u);
  }
  const int degrees = twice_nu(envelope);
  const double unit = 2 * pi / (std::sqrt(static_cast<double>(degrees)) * scale), s = unit * frequency;
  return unit / student_integral(degrees) * std::pow(1 + s * s, -0.5 * (degrees + 1));
}

Features envelope_features(Envelope envelope, Index count) {
  const bool gaussian = envelope == Envelope::gaussian;
  const GaussRule rule = gaussian ? gauss_hermite(count) : gauss_legendre(count);
  Features features;
  for (std::size_t j = 0; j < rule.nodes.size(); ++j) {
    if (gaussian) {
      features.frequencies.push_back(rule.nodes[j] / pi);
      features.weights.push_back(rule.weights[j] / std::sqrt(pi));
      continue;
    }
    const int degrees = twice_nu(envelope);
    const double phi = pi / 2 * rule.nodes[j];
    features.frequencies.push_back(std::sqrt(static_cast<double>(degrees)) * std::tan(phi) / (2 * pi));
    features.weights.push_back(pi / 2 * rule.weights[j] * std::pow(std::cos(phi), degrees - 1) /
                               student_integral(degrees));
  }
  return features;
}

}  // namespace mercer
