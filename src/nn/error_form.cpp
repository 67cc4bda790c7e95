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

/// Calls use(begin, count) for the numbers of the own rows of each channel.
template <class Use>
void each_channel(const FieldPart& part, const Use& use) {
  const Index columns = part.whole.columns, plane = part.held.count() * columns;
  for (Index channel = 0; channel < part.whole.channels; ++channel)
    use(channel * plane + (part.own.begin - part.held.begin) * columns, part.own.count() * columns);
}

/// Sets the image of weight |e|^2, and gives that.
double square(const FieldPart& part, double weight, std::span<const double> error, std::span<double> image) {
  std::fill(image.begin(), image.end(), 0.0);
  double sum = 0;
  each_channel(part, [&](Index begin, Index count) {
    for (Index i = begin; i < begin + count; ++i) {
      const double e = error[static_cast<std::size_t>(i)];
      image[static_cast<std::size_t>(i)] = weight * e;
      sum += e * e;
    }
  });
  return weight * sum;
}

class SquareForm : public ErrorForm {
 public:
  explicit SquareForm(const FieldPart& part) : part_(part) {}
  double apply(std::span<const double> error, std::span<double> image) const override {
    return square(part_, 1, error, image);
  }

 private:
  FieldPart part_;
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

/// A difference at one point: the weights of a few points.
struct Stencil {
  std::array<Index, 4> at{};
  std::array<double, 4> weights{};
};

/// The weights of neighbouring points from `first` on.
struct Difference {
  Index first;
  std::array<double, 4> weights;
};

Difference central_difference(Index i, Index points, Ends ends) {
  const double n = static_cast<double>(points), half = n / 2, sixth = n / 6;
  if (ends == Ends::nearest && i == 0) return {0, {-n, n, 0, 0}};
  if (ends == Ends::nearest && i + 1 == points) return {i - 1, {-n, n, 0, 0}};
  if (ends == Ends::one_sided && i == 0) return {0, {-11 * sixth, 18 * sixth, -9 * sixth, 2 * sixth}};
  if (ends == Ends::one_sided && i + 1 == points) return {points - 4, {-2 * sixth, 9 * sixth, -18 * sixth, 11 * sixth}};
  return {i - 1, {-half, 0, half, 0}};
}

Difference forward_difference(Index i, Index points) { return {i, {-1, i + 1 < points ? 1.0 : 0.0, 0, 0}}; }

/// The differences at some points, of which arrays hold some more, wrapped around where they do not hold them; none
/// along an axis of one point, where nothing changes.
template <class Make>
std::vector<Stencil> stencils(Index points, const Range& own, const Range& held, const Make& difference) {
  std::vector<Stencil> list;
  for (Index i = own.begin; points > 1 && i < own.end; ++i) {
    const Difference from = difference(i);
    Stencil stencil{{}, from.weights};
    for (std::size_t k = 0; k < 4; ++k) {
      const Index at = from.first + static_cast<Index>(k);
      if (from.weights[k] != 0) stencil.at[k] = (held.contains(at) ? at : (at + points) % points) - held.begin;
    }
    list.push_back(stencil);
  }
  return list;
}

void require_points(Index points, Ends ends) {
  require(ends != Ends::one_sided || points == 1 || points >= 4, Fault::config,
          "one-sided differences need 4 points or more along an axis, not {}", points);
}

class DifferenceForm : public ErrorForm {
 public:
  DifferenceForm(const FieldPart& part, double values, std::vector<Stencil> along_y, std::vector<Stencil> along_x)
      : part_(part), values_(values), along_y_(std::move(along_y)), along_x_(std::move(along_x)) {}

  double apply(std::span<const double> error, std::span<double> image) const override {
    double form = square(part_, values_, error, image);
    const Index columns = part_.whole.columns, before = (part_.own.begin - part_.held.begin) * columns;
    each_channel(part_, [&](Index begin, Index count) {
      const double* const e = error.data() + begin;
      double* const m = image.data() + begin;
      for (Index i = 0; i < columns; ++i) form += add(along_y_, e - before + i, m - before + i, columns);
      for (Index row = 0; row < count; row += columns) form += add(along_x_, e + row, m + row, 1);
    });
    return form;
  }

 private:
  /// Adds D^T D e of one line to `image` and gives |D e|^2.
  static double add(const std::vector<Stencil>& stencils, const double* error, double* image, Index stride) {
    double form = 0;
    for (const Stencil& stencil : stencils) {
      double difference = 0;
      for (std::size_t k = 0; k < 4; ++k)
        if (stencil.weights[k] != 0) difference += stencil.weights[k] * error[stencil.at[k] * stride];
      for (std::size_t k = 0; k < 4; ++k)
        if (stencil.weights[k] != 0) image[stencil.at[k] * stride] += stencil.weights[k] * difference;
      form += difference * difference;
    }
    return form;
  }

  FieldPart part_;
  double values_;
  std::vector<Stencil> along_y_, along_x_;
};

Range reach(const Range& own, const auto& difference) {
  Range range = own;
  for (Index i = own.begin; i < own.end; ++i) {
    const Difference from = difference(i);
    for (std::size_t k = 0; k < 4; ++k) {
      if (from.weights[k] == 0) continue;
      const Index at = from.first + static_cast<Index>(k);
      range = {std::min(range.begin, at), std::max(range.end, at + 1)};
    }
  }
  return range;
}

}  // namespace

std::unique_ptr<ErrorForm> square_form(const FieldPart& part) { return std::make_unique<SquareForm>(part); }

std::unique_ptr<ErrorForm> fourier_form(const FieldSizes& sizes) { return std::make_unique<FourierForm>(sizes); }

std::unique_ptr<ErrorForm> central_form(const FieldPart& part, Ends ends, double values) {
  const auto along = [&](Index points, const Range& own, const Range& held) {
    require_points(points, ends);
    return stencils(points, own, held, [&](Index i) { return central_difference(i, points, ends); });
  };
  const Range line{0, part.whole.columns};
  return std::make_unique<DifferenceForm>(part, values, along(part.whole.rows, part.own, part.held),
                                          along(part.whole.columns, line, line));
}

Range central_reach(Index rows, const Range& own, Ends ends) {
  if (rows == 1) return own;
  return reach(own, [&](Index i) { return central_difference(i, rows, ends); });
}

std::unique_ptr<ErrorForm> forward_form(const FieldPart& part) {
  const auto along = [&](Index points, const Range& own, const Range& held) {
    return stencils(points, own, held, [&](Index i) { return forward_difference(i, points); });
  };
  const Range line{0, part.whole.columns};
  return std::make_unique<DifferenceForm>(part, 0, along(part.whole.rows, part.own, part.held),
                                          along(part.whole.columns, line, line));
}

Range forward_reach(Index rows, const Range& own) {
  if (rows == 1) return own;
  return reach(own, [&](Index i) { return forward_difference(i, rows); });
}

}  // namespace mercer
