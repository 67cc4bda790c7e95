// Spectral mixtures: sums of envelopes times cosines.
#include <mercer/gp/envelope.hpp>
#include <mercer/gp/kernels.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

namespace mercer {
namespace {

constexpr double full_turn = 2 * std::numbers::pi;

/// The parameters of one component.
struct Component {
  double weight, scale, frequency;
};

class Mixture final : public Covariance {
 public:
  Mixture(Index components, Envelope envelope)
      : Covariance({{"weight", {components}, ParameterDomain::positive()},
                    {envelope == Envelope::gaussian ? "inverse_square_length" : "inverse_length",
                     {components},
                     ParameterDomain::positive()},
                    {"frequency", {components}, ParameterDomain::real()}},
                   mercer::smoothness(envelope)),
        components_(components),
        envelope_(envelope) {}

 private:
  /// The scale is lambda to this power.
  double exponent() const noexcept { return envelope_ == Envelope::gaussian ? 0.5 : 1; }

  Component component(std::span<const double> theta, Index q) const {
    const double* const raw = theta.data() + q;
    return {std::exp(raw[0]), std::exp(exponent() * raw[components_]), raw[2 * components_]};
  }

  void do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                   View<double> jacobian) const override {
    for (Index order = 0; order < values.shape()[0]; ++order) std::ranges::fill(values.row(order), 0.0);
    for (Index q = 0; q < components_; ++q) add_component(component(theta, q), q, t, values, jacobian);
  }

  void add_component(const Component& part, Index q, std::span<const double> t, View<double> values,
                     View<double> jacobian) const;

  void do_spectrum(std::span<const double> theta, std::span<const double> frequencies,
                   std::span<double> density) const override {
    std::ranges::fill(density, 0.0);
    for (Index q = 0; q < components_; ++q) {
      const Component part = component(theta, q);
      for (std::size_t i = 0; i < density.size(); ++i)
        density[i] += part.weight / 2 *
                      (envelope_density(envelope_, part.scale, frequencies[i] - part.frequency) +
                       envelope_density(envelope_, part.scale, frequencies[i] + part.frequency));
    }
  }

  Features do_features(std::span<const double> theta, Index count) const override {
    const Features unit = envelope_features(envelope_, count);
    Features features;
    for (Index q = 0; q < components_; ++q) {
      const Component part = component(theta, q);
      for (std::size_t j = 0; j < unit.weights.size(); ++j) {
        features.frequencies.push_back(part.frequency + part.scale * unit.frequencies[j]);
        features.weights.push_back(part.weight * unit.weights[j]);
      }
    }
    return features;
  }

  Index components_;
  Envelope envelope_;
};

/// carrier[n][i] = d^n cos(m t_i) / dt^n = m^n cos(m t_i + n pi / 2), for n < orders <= 6, m = 2 pi frequency.
void carrier_jet(double frequency, std::span<const double> t, int orders, Jet& carrier) {
  const double m = full_turn * frequency;
  for (std::size_t i = 0; i < t.size(); ++i) {
    carrier[0][i] = std::cos(m * t[i]);
    carrier[1][i] = -m * std::sin(m * t[i]);
  }
  for (std::size_t n = 2; n < static_cast<std::size_t>(orders); ++n)
    for (std::size_t i = 0; i < t.size(); ++i) carrier[n][i] = -m * m * carrier[n - 2][i];
}

/// out[n] = d carrier[n] / d frequency = 2 pi (n m^(n-1) cos(m t + n pi / 2) - m^n t sin(m t + n pi / 2)). With D =
/// d/dt this is the n-th derivative of -2 pi t sin(m t), by Leibniz' rule.
void carrier_frequency_jet(double frequency, std::span<const double> t, int orders, Jet& out) {
  const double m = full_turn * frequency;
  Jet sine;
  for (std::size_t i = 0; i < t.size(); ++i) {
    sine[0][i] = std::sin(m * t[i]);
    sine[1][i] = m * std::cos(m * t[i]);
  }
  for (std::size_t n = 0; n < static_cast<std::size_t>(orders); ++n)
    for (std::size_t i = 0; i < t.size(); ++i) {
      if (n >= 2) sine[n][i] = -m * m * sine[n - 2][i];
      const double lower = n == 0 ? 0 : static_cast<double>(n) * sine[n - 1][i];
      out[n][i] = -full_turn * (t[i] * sine[n][i] + lower);
    }
}

void Mixture::add_component(const Component& part, Index q, std::span<const double> t, View<double> values,
                            View<double> jacobian) const {
  const int orders = static_cast<int>(values.shape()[0]);
  const bool with_jacobian = jacobian.data() != nullptr;
  Jet envelope, carrier, by_scale, by_frequency;
  envelope_jet(envelope_, part.scale, t, orders + 1, envelope);
  carrier_jet(part.frequency, t, orders, carrier);
  if (with_jacobian) {
    envelope_scale_jet(envelope, t, orders, by_scale);
    carrier_frequency_jet(part.frequency, t, orders, by_frequency);
  }
  std::array<double, block> memory;
  const std::span<double> value = std::span(memory).first(t.size());
  for (Index n = 0; n < orders; ++n) {
    const auto order = static_cast<std::size_t>(n);
    set_product(envelope, carrier, order, part.weight, value);
    std::ranges::transform(values.row(n), value, values.row(n).begin(), std::plus<>());
    if (!with_jacobian) continue;
    const auto row = [&](Index kind) { return jacobian.row((n * 3 + kind) * components_ + q); };
    std::ranges::copy(value, row(0).begin());
    set_product(by_scale, carrier, order, part.weight * exponent(), row(1));
    set_product(envelope, by_frequency, order, part.weight, row(2));
  }
}

CovariancePointer make_mixture(Index components, Envelope envelope) {
  require(components >= 1, Fault::config, "a spectral mixture has one component or more, not {}", components);
  return std::make_shared<Mixture>(components, envelope);
}

}  // namespace

CovariancePointer gaussian_mixture(Index components) { return make_mixture(components, Envelope::gaussian); }
CovariancePointer student_mixture(Index components) { return make_mixture(components, Envelope::matern_five_halves); }

}  // namespace mercer
