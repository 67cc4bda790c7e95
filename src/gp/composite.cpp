// Sums and multiples of covariances.
#include <mercer/gp/kernels.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace mercer {
namespace {

std::span<const double> part(std::span<const double> theta, Index begin, const Covariance& covariance) {
  return theta.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(covariance.parameter_count()));
}

/// The rows of a jacobian that belong to the parameters of `covariance`.
View<double> part(View<double> jacobian, Index begin, const Covariance& covariance) {
  if (jacobian.data() == nullptr) return {};
  Shape shape = jacobian.shape();
  shape[1] = covariance.parameter_count();
  return {jacobian.data() + begin * jacobian.strides()[1], shape, jacobian.strides()};
}

std::vector<ParameterInfo> all_parameters(const std::vector<CovariancePointer>& terms) {
  std::vector<ParameterInfo> infos;
  for (std::size_t number = 0; number < terms.size(); ++number)
    for (ParameterInfo info : terms[number]->parameters()) {
      info.name = fmt::format("term{}.{}", number + 1, info.name);
      infos.push_back(std::move(info));
    }
  return infos;
}

int least_smoothness(const std::vector<CovariancePointer>& terms) {
  int least = Covariance::most_orders - 1;
  for (const CovariancePointer& term : terms) least = std::min(least, term->smoothness());
  return least;
}

class Sum final : public Covariance {
 public:
  explicit Sum(std::vector<CovariancePointer> terms)
      : Covariance(all_parameters(terms), least_smoothness(terms)), terms_(std::move(terms)) {}

 private:
  /// Calls f(term, number of its first parameter) for all terms.
  template <class F>
  void for_each(const F& f) const {
    Index begin = 0;
    for (const CovariancePointer& term : terms_) {
      f(*term, begin);
      begin += term->parameter_count();
    }
  }

  void do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                   View<double> jacobian) const override {
    std::array<double, most_orders * block> memory;
    const View<double> one(memory.data(), values.shape());
    for (Index n = 0; n < values.shape()[0]; ++n) std::ranges::fill(values.row(n), 0.0);
    for_each([&](const Covariance& term, Index begin) {
      term.evaluate(part(theta, begin, term), t, one, part(jacobian, begin, term));
      for (Index n = 0; n < values.shape()[0]; ++n)
        std::ranges::transform(values.row(n), one.row(n), values.row(n).begin(), std::plus<>());
    });
  }

  void do_spectrum(std::span<const double> theta, std::span<const double> frequencies,
                   std::span<double> density) const override {
    std::vector<double> one(density.size());
    std::ranges::fill(density, 0.0);
    for_each([&](const Covariance& term, Index begin) {
      term.spectrum(part(theta, begin, term), frequencies, one);
      for (std::size_t i = 0; i < density.size(); ++i) density[i] += one[i];
    });
  }

  Features do_features(std::span<const double> theta, Index count) const override {
    Features features;
    for_each([&](const Covariance& term, Index begin) {
      const Features one = term.features(part(theta, begin, term), count);
      features.frequencies.insert(features.frequencies.end(), one.frequencies.begin(), one.frequencies.end());
      features.weights.insert(features.weights.end(), one.weights.begin(), one.weights.end());
    });
    return features;
  }

  std::vector<CovariancePointer> terms_;
};

std::vector<ParameterInfo> with_variance(const Covariance& covariance) {
  std::vector<ParameterInfo> infos{{"variance", {1}, ParameterDomain::positive()}};
  infos.insert(infos.end(), covariance.parameters().begin(), covariance.parameters().end());
  return infos;
}

class Scaled final : public Covariance {
 public:
  explicit Scaled(CovariancePointer base)
      : Covariance(with_variance(*base), base->smoothness()), base_(std::move(base)) {}

 private:
  void do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                   View<double> jacobian) const override {
    base_->evaluate(theta.subspan(1), t, values, part(jacobian, 1, *base_));
    const double variance = std::exp(theta[0]);
    const auto scale = [&](std::span<double> row) {
      for (double& entry : row) entry *= variance;
    };
    for (Index n = 0; n < values.shape()[0]; ++n) {
      scale(values.row(n));
      if (jacobian.data() == nullptr) continue;
      const Index first = n * parameter_count();
      std::ranges::copy(values.row(n), jacobian.row(first).begin());
      for (Index p = 1; p < parameter_count(); ++p) scale(jacobian.row(first + p));
    }
  }

  void do_spectrum(std::span<const double> theta, std::span<const double> frequencies,
                   std::span<double> density) const override {
    base_->spectrum(theta.subspan(1), frequencies, density);
    for (double& entry : density) entry *= std::exp(theta[0]);
  }

  Features do_features(std::span<const double> theta, Index count) const override {
    Features features = base_->features(theta.subspan(1), count);
    for (double& weight : features.weights) weight *= std::exp(theta[0]);
    return features;
  }

  CovariancePointer base_;
};

}  // namespace

CovariancePointer sum(std::vector<CovariancePointer> terms) {
  require(!terms.empty(), Fault::config, "a sum of covariances needs one term or more");
  return std::make_shared<Sum>(std::move(terms));
}

CovariancePointer scaled(CovariancePointer covariance) { return std::make_shared<Scaled>(std::move(covariance)); }

}  // namespace mercer
