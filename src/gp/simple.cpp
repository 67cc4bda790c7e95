// Covariances with one length: squared exponential and Matern.
#include <mercer/gp/envelope.hpp>
#include <mercer/gp/kernels.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace mercer {
namespace {

/// An envelope with scale 1 / length, or 1 / (sqrt(2) length) for the squared exponential.
class Simple final : public Covariance {
 public:
  explicit Simple(Envelope envelope)
      : Covariance({{"length", {1}, ParameterDomain::positive()}}, mercer::smoothness(envelope)), envelope_(envelope) {}

 private:
  double scale(std::span<const double> theta) const {
    return std::exp(-theta[0]) / (envelope_ == Envelope::gaussian ? std::numbers::sqrt2 : 1);
  }

  void do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                   View<double> jacobian) const override {
    const int orders = static_cast<int>(values.shape()[0]);
    Jet jet, by_scale;
    envelope_jet(envelope_, scale(theta), t, orders + 1, jet);
    for (Index n = 0; n < orders; ++n)
      std::copy_n(jet[static_cast<std::size_t>(n)].begin(), t.size(), values.row(n).begin());
    if (jacobian.data() == nullptr) return;
    envelope_scale_jet(jet, t, orders, by_scale);
    for (Index n = 0; n < orders; ++n)
      std::transform(by_scale[static_cast<std::size_t>(n)].begin(),
                     by_scale[static_cast<std::size_t>(n)].begin() + static_cast<std::ptrdiff_t>(t.size()),
                     jacobian.row(n).begin(), std::negate<>());  // log(scale) falls as log(length) rises
  }

  void do_spectrum(std::span<const double> theta, std::span<const double> frequencies,
                   std::span<double> density) const override {
    for (std::size_t i = 0; i < density.size(); ++i)
      density[i] = envelope_density(envelope_, scale(theta), frequencies[i]);
  }

  Features do_features(std::span<const double> theta, Index count) const override {
    Features features = envelope_features(envelope_, count);
    for (double& frequency : features.frequencies) frequency *= scale(theta);
    return features;
  }

  Envelope envelope_;
};

}  // namespace

CovariancePointer squared_exponential() { return std::make_shared<Simple>(Envelope::gaussian); }
CovariancePointer matern_half() { return std::make_shared<Simple>(Envelope::matern_half); }
CovariancePointer matern_three_halves() { return std::make_shared<Simple>(Envelope::matern_three_halves); }
CovariancePointer matern_five_halves() { return std::make_shared<Simple>(Envelope::matern_five_halves); }

}  // namespace mercer
