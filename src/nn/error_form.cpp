#include <mercer/fft/transform.hpp>
#include <mercer/nn/error_form.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <vector>

namespace mercer {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

class SquareForm : public ErrorForm {
 public:
  double apply(std::span<const double> error, std::span<double> image) const override {
    std::copy(error.begin(), error.end(), image.begin());
    return dot(error, error);
  }
};

class FourierForm : public ErrorForm {
 public:
  explicit FourierForm(const FieldSizes& sizes)
      : transform_({sizes.rows, sizes.columns}, Planning::estimate, sizes.channels),
        squares_(static_cast<std::size_t>(transform_.spectrum_shape().count())),
        spectrum_(squares_.size() * static_cast<std::size_t>(sizes.channels)) {
    const Index columns = transform_.spectrum_shape()[1];
    const auto wave = [](Index k, Index size) {
      const Index signless = std::min(k, size - k);
      return signless < 20 ? static_cast<double>(signless) : 0.0;
    };
    for (Index at = 0; double& square : squares_) {
      const double ky = wave(at / columns, sizes.rows), kx = wave(at % columns, sizes.columns);
      const double root = static_cast<float>(std::sqrt(1 + kx * kx + ky * ky));
      square = root * root;
      ++at;
    }
  }
  double apply(std::span<const double> error, std::span<double> image) const override {
    transform_.forward(error, spectrum_);
    for (std::size_t at = 0; at < spectrum_.size(); ++at) spectrum_[at] *= squares_[at % squares_.size()];
    transform_.backward(spectrum_, image);
    return dot(error, image);
  }

 private:
  RealTransform<double> transform_;
  std::vector<double> squares_;
  mutable std::vector<std::complex<double>> spectrum_;
};

/// A difference at one point: the weights of a few points from `first` on, wrapped around where the axis is periodic.
struct Stencil {
  Index first = 0;
  std::array<double, 4> weights{};
};

/// The stencils of all points of an axis; none where it has one point only, along which nothing changes.
std::vector<Stencil> central_stencils(Index points, Ends ends) {
  if (points == 1) return {};
  require(ends == Ends::periodic || points >= 4, Fault::config,
          "one-sided differences need 4 points or more along an axis, not {}", points);
  const double n = static_cast<double>(points), half = n / 2, sixth = n / 6;
  std::vector<Stencil> stencils;
  for (Index i = 0; i < points; ++i) stencils.push_back({(i + points - 1) % points, {-half, 0, half, 0}});
  if (ends == Ends::periodic) return stencils;
  stencils.front() = {0, {-11 * sixth, 18 * sixth, -9 * sixth, 2 * sixth}};
  stencils.back() = {points - 4, {-2 * sixth, 9 * sixth, -18 * sixth, 11 * sixth}};
  return stencils;
}

std::vector<Stencil> forward_stencils(Index points) {
  if (points == 1) return {};
  std::vector<Stencil> stencils;
  for (Index i = 0; i + 1 < points; ++i) stencils.push_back({i, {-1, 1, 0, 0}});
  stencils.push_back({points - 1, {-1, 0, 0, 0}});
  return stencils;
}

class DifferenceForm : public ErrorForm {
 public:
  DifferenceForm(const FieldSizes& sizes, bool has_values, std::vector<Stencil> along_y, std::vector<Stencil> along_x)
      : sizes_(sizes), has_values_(has_values), along_y_(std::move(along_y)), along_x_(std::move(along_x)) {}

  double apply(std::span<const double> error, std::span<double> image) const override {
    double form = has_values_ ? dot(error, error) : 0;
    if (has_values_)
      std::copy(error.begin(), error.end(), image.begin());
    else
      std::fill(image.begin(), image.end(), 0.0);
    for (Index channel = 0; channel < sizes_.channels; ++channel) {
      const double* const e = error.data() + channel * sizes_.points();
      double* const m = image.data() + channel * sizes_.points();
      for (Index i = 0; i < sizes_.columns; ++i) form += add(along_y_, e + i, m + i, sizes_.columns);
      for (Index j = 0; j < sizes_.rows; ++j) form += add(along_x_, e + j * sizes_.columns, m + j * sizes_.columns, 1);
    }
    return form;
  }

 private:
  /// Adds D^T D e of one line to `image` and gives |D e|^2.
  static double add(const std::vector<Stencil>& stencils, const double* error, double* image, Index stride) {
    const auto points = static_cast<Index>(stencils.size());
    double form = 0;
    for (const Stencil& stencil : stencils) {
      double difference = 0;
      const auto visit = [&](const auto& use) {
        Index at = stencil.first;
        for (const double weight : stencil.weights) {
          if (weight != 0) use(at * stride, weight);
          at = at + 1 == points ? 0 : at + 1;
        }
      };
      visit([&](Index at, double weight) { difference += weight * error[at]; });
      visit([&](Index at, double weight) { image[at] += weight * difference; });
      form += difference * difference;
    }
    return form;
  }

  FieldSizes sizes_;
  bool has_values_;
  std::vector<Stencil> along_y_, along_x_;
};

}  // namespace

std::unique_ptr<ErrorForm> square_form(const FieldSizes&) { return std::make_unique<SquareForm>(); }

std::unique_ptr<ErrorForm> fourier_form(const FieldSizes& sizes) { return std::make_unique<FourierForm>(sizes); }

std::unique_ptr<ErrorForm> central_form(const FieldSizes& sizes, Ends ends) {
  return std::make_unique<DifferenceForm>(sizes, true, central_stencils(sizes.rows, ends),
                                          central_stencils(sizes.columns, ends));
}

std::unique_ptr<ErrorForm> forward_form(const FieldSizes& sizes) {
  return std::make_unique<DifferenceForm>(sizes, false, forward_stencils(sizes.rows), forward_stencils(sizes.columns));
}

}  // namespace mercer
