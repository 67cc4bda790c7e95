#include <mercer/base/random.hpp>
#include <mercer/base/text.hpp>
#include <mercer/fft/embedding.hpp>
#include <mercer/gp/field_source.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace mercer {
namespace {

/// u = sum_k sqrt(S(omega_k)) xi_k psi_k; xi_k depends on the number of the mode, not on the grid.
class Modes final : public RandomField::Source {
 public:
  Modes(const RandomFieldOptions& options, const FieldGrid& grid, AxisEnds ends) : modes_(axes_of(grid, ends)) {
    const FieldCovariance covariance(options.covariance, grid.points.dimensions());
    const bool has_constant = ends != AxisEnds::dirichlet;
    require(has_constant || options.average == FieldAverage::random, Fault::config,
            "a field that is zero at its ends has no constant part to fix; set `average: random`");
    deviations_.reserve(static_cast<std::size_t>(modes_.modes().count()));
    for_each_mode([&](std::uint64_t number, std::span<const double> frequency) {
      const bool is_fixed = has_constant && number == 0 && options.average == FieldAverage::fixed;
      deviations_.push_back(is_fixed ? 0 : std::sqrt(covariance.density(frequency)));
    });
    volume_ = std::accumulate(grid.lengths.begin(), grid.lengths.end(), 1.0, std::multiplies<>());
  }

  void draw(std::uint64_t seed, std::uint64_t stream, std::span<double> field) const override {
    const Random random(seed, stream);
    std::vector<double> coefficients(deviations_.size());
    std::size_t next = 0;
    for_each_mode([&](std::uint64_t number, std::span<const double>) {
      coefficients[next] = deviations_[next] * random.normal(number), ++next;
    });
    modes_.synthesise(coefficients, field);
  }

  double variance() const override {
    return std::inner_product(deviations_.begin(), deviations_.end(), deviations_.begin(), 0.0) / volume_;
  }

 private:
  static constexpr int number_bits = 21;

  static std::vector<ModeAxis> axes_of(const FieldGrid& grid, AxisEnds ends) {
    std::vector<ModeAxis> axes;
    for (int axis = 0; axis < grid.points.dimensions(); ++axis) {
      require(grid.points[axis] < Index{1} << (number_bits - 1), Fault::config,
              "an axis of a random field has fewer than 2^{} points, not {}", number_bits - 1, grid.points[axis]);
      axes.push_back({grid.points[axis], grid.lengths[static_cast<std::size_t>(axis)], grid.places, ends});
    }
    return axes;
  }

  /// Calls visit(number that tells the mode apart on all grids, frequencies along the axes) in the order of
  /// coefficients.
  template <class F>
  void for_each_mode(const F& visit) const {
    const int dimensions = modes_.modes().dimensions();
    std::array<double, 3> frequency{};
    const auto descend = [&](const auto& self, int axis, std::uint64_t number) -> void {
      if (axis == dimensions) return visit(number, std::span(frequency).first(static_cast<std::size_t>(dimensions)));
      for (const AxisMode& mode : modes_.axis_modes(axis)) {
        frequency[static_cast<std::size_t>(axis)] = mode.frequency;
        self(self, axis + 1, number << number_bits | static_cast<std::uint64_t>(mode.number));
      }
    };
    descend(descend, 0, 0);
  }

  LaplacianModes modes_;
  std::vector<double> deviations_;  ///< [modes]
  double volume_ = 1;
};

/// Part of a field on a torus that is so large that the covariance there is one.
class Embedding final : public RandomField::Source {
 public:
  Embedding(const RandomFieldOptions& options, const FieldGrid& grid)
      : comm_(Comm::self()), covariance_(options.covariance, grid.points.dimensions()) {
    require(options.average == FieldAverage::random, Fault::config,
            "the average of a field with free ends is random; set `average: random`, or other ends");
    std::vector<Index> sizes(grid.points.span().begin(), grid.points.span().end());
    std::vector<double> steps;
    for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
      const auto gaps = static_cast<double>(sizes[axis] - (grid.places == AxisPoints::nodes ? 1 : 0));
      steps.push_back(gaps > 0 ? grid.lengths[axis] / gaps : 0);
    }
    if (sizes.size() == 1) sizes.insert(sizes.begin(), 1);
    embedding_ = grown(Shape(sizes), [&](std::span<const Index> lag) {
      std::array<double, 3> difference{};
      const std::size_t first = lag.size() - steps.size();
      for (std::size_t axis = 0; axis < steps.size(); ++axis)
        difference[axis] = static_cast<double>(lag[first + axis]) * steps[axis];
      return covariance_.value(std::span(difference).first(steps.size()));
    });
  }

  void draw(std::uint64_t seed, std::uint64_t stream, std::span<double> field) const override {
    embedding_->draw(seed, stream, field);
  }
  double variance() const override { return covariance_.value({}); }

 private:
  static constexpr double most_negative = 1e-9;  // share of the spectrum that draws may leave out
  // Of a torus that is grown: half a gigabyte for each array on it.
  static constexpr Index most_points = Index{1} << 26;
  static constexpr Index most_growth = 16;  // along an axis, against the smallest torus

  std::unique_ptr<CirculantEmbedding> grown(const Shape& grid, const CirculantEmbedding::LagFunction& k) const {
    Shape torus = CirculantEmbedding::exact_torus(grid);
    const auto longest = [&torus] { return *std::max_element(torus.span().begin(), torus.span().end()); };
    const Index most = most_growth * longest();
    for (;;) {
      auto embedding = std::make_unique<CirculantEmbedding>(comm_, grid, torus, k);
      const double share = embedding->negative_share();
      if (share <= most_negative) return embedding;
      for (int axis = 0; axis < grid.dimensions(); ++axis)
        if (grid[axis] > 1) torus[axis] = fast_size(torus[axis] + torus[axis] / 2);
      require(longest() <= most && torus.count() <= most_points, Fault::config,
              "the covariance reaches too far beyond the domain for a field with free ends ({:.1e} of its spectrum "
              "would be lost); choose a shorter `length` or other `ends`",
              share);
    }
  }

  Comm comm_;
  FieldCovariance covariance_;
  std::unique_ptr<CirculantEmbedding> embedding_;
};

}  // namespace

std::unique_ptr<const RandomField::Source> source_of_modes(const RandomFieldOptions& options, const FieldGrid& grid) {
  const AxisEnds ends = options.ends == FieldEnds::neumann     ? AxisEnds::neumann
                        : options.ends == FieldEnds::dirichlet ? AxisEnds::dirichlet
                                                               : AxisEnds::periodic;
  return std::make_unique<Modes>(options, grid, ends);
}

std::unique_ptr<const RandomField::Source> source_by_embedding(const RandomFieldOptions& options,
                                                               const FieldGrid& grid) {
  return std::make_unique<Embedding>(options, grid);
}

}  // namespace mercer
