#include <mercer/base/handle.hpp>
#include <mercer/fft/laplacian_modes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fftw3.h>
#include <numbers>
#include <utility>

namespace mercer {
namespace {

struct PlanTraits {
  using type = fftw_plan;
  static constexpr bool collective = false;
  static type empty() noexcept { return nullptr; }
  static void close(type& plan) noexcept { fftw_destroy_plan(plan); }
};

/// How FFTW sums along an axis: `weights` turn coefficients of orthonormal modes into what it expects, point i of the
/// axis is its result i - `skipped`, and a point behind the last result is zero or, for periodic ends, the first one.
struct Sum {
  fftw_r2r_kind kind = FFTW_HC2R;
  Index skipped = 0;
  std::vector<AxisMode> modes;
  std::vector<double> weights;
  double turn = 0;  ///< phase of the first periodic mode at the first point

  Index size() const { return static_cast<Index>(modes.size()); }
  /// `factor` is FFTW's before the mode.
  void add(Index number, double frequency, double amplitude, double factor) {
    modes.push_back({number, frequency});
    weights.push_back(amplitude / factor);
  }
};

/// Halfcomplex order: cosines 0, 1, 2, ..., then sines ..., 2, 1.
Sum periodic_sum(const ModeAxis& axis) {
  const Index count = axis.places == AxisPoints::nodes ? axis.points - 1 : axis.points;
  const double base = 2 * std::numbers::pi / axis.length, flat = 1 / std::sqrt(axis.length);
  const bool shifted = axis.places == AxisPoints::cells;
  Sum sum;
  if (shifted) sum.turn = std::numbers::pi / static_cast<double>(count);
  for (Index slot = 0; slot < count; ++slot) {
    const bool is_sine = 2 * slot > count, is_last = 2 * slot == count;
    const Index wave = is_sine ? count - slot : slot;
    const double frequency = base * static_cast<double>(wave);
    // Of the last wave the points see the cosine alone or, half a step aside, the sine.
    const Index number = is_sine || (is_last && shifted) ? 2 * wave : std::max<Index>(2 * wave - 1, 0);
    const double amplitude = (wave == 0 ? 1 : std::numbers::sqrt2) * flat;
    sum.add(number, frequency, amplitude, wave == 0 || is_last ? 1 : is_sine ? -2 : 2);
  }
  return sum;
}

Sum neumann_sum(const ModeAxis& axis) {
  const bool in_cells = axis.places == AxisPoints::cells;
  const Index count = axis.points + (axis.places == AxisPoints::left ? 1 : 0);
  const double base = std::numbers::pi / axis.length, flat = 1 / std::sqrt(axis.length);
  Sum sum;
  sum.kind = in_cells ? FFTW_REDFT01 : FFTW_REDFT00;
  for (Index k = 0; k < count; ++k) {
    const bool is_single = k == 0 || (!in_cells && k == count - 1);
    sum.add(k, base * static_cast<double>(k), (k == 0 ? 1 : std::numbers::sqrt2) * flat, is_single ? 1 : 2);
  }
  return sum;
}

Sum dirichlet_sum(const ModeAxis& axis) {
  const bool in_cells = axis.places == AxisPoints::cells;
  Sum sum;
  sum.kind = in_cells ? FFTW_RODFT01 : FFTW_RODFT00;
  sum.skipped = in_cells ? 0 : 1;
  const Index count = axis.points - (in_cells ? 0 : axis.places == AxisPoints::left ? 1 : 2);
  const double base = std::numbers::pi / axis.length, amplitude = std::sqrt(2 / axis.length);
  for (Index k = 1; k <= count; ++k)
    sum.add(k, base * static_cast<double>(k), amplitude, in_cells && k == count ? 1 : 2);
  return sum;
}

Sum sum_of(const ModeAxis& axis) {
  const bool has_nodes = axis.places == AxisPoints::nodes;
  const Index least = axis.ends == AxisEnds::dirichlet ? (has_nodes ? 3 : 2) : (has_nodes ? 2 : 1);
  require(axis.points >= least, Fault::config, "an axis with such ends has at least {} points, not {}", least,
          axis.points);
  require(std::isfinite(axis.length) && axis.length > 0, Fault::config, "an axis has a finite, positive length, not {}",
          axis.length);
  switch (axis.ends) {
    case AxisEnds::neumann:
      return neumann_sum(axis);
    case AxisEnds::dirichlet:
      return dirichlet_sum(axis);
    case AxisEnds::periodic:
      break;
  }
  return periodic_sum(axis);
}

/// Calls visit(number, places along three axes) for all entries of an array in row-major order.
template <class F>
void for_each_entry(const std::array<Index, 3>& sizes, const F& visit) {
  Index number = 0;
  for (Index i = 0; i < sizes[0]; ++i)
    for (Index j = 0; j < sizes[1]; ++j)
      for (Index k = 0; k < sizes[2]; ++k) visit(number++, std::array<Index, 3>{i, j, k});
}

}  // namespace

/// Axes are the last of three; the others have one point and one mode.
struct LaplacianModes::Parts {
  explicit Parts(const std::vector<ModeAxis>& axes) : skipped_axes(3 - static_cast<int>(axes.size())) {
    std::vector<int> counts;
    std::vector<fftw_r2r_kind> kinds;
    for (std::size_t at = 0; at < axes.size(); ++at) {
      const std::size_t axis = at + static_cast<std::size_t>(skipped_axes);
      sums[axis] = sum_of(axes[at]);
      sizes[axis] = sums[axis].size(), points[axis] = axes[at].points;
      periodic[axis] = axes[at].ends == AxisEnds::periodic;
      counts.push_back(narrow<int>(sizes[axis])), kinds.push_back(sums[axis].kind);
    }
    scratch = Tensor<double>({sizes[0] * sizes[1] * sizes[2]}, Rows::dense);
    plan = Handle<PlanTraits>(fftw_plan_r2r(narrow<int>(counts.size()), counts.data(), scratch.data(), scratch.data(),
                                            kinds.data(), FFTW_ESTIMATE));
    require(plan.get() != nullptr, Fault::internal, "FFTW has no plan for sums of {} x {} x {} modes", sizes[0],
            sizes[1], sizes[2]);
  }

  /// Sums at points half a step aside: turns each pair of a cosine and a sine.
  void turn(std::size_t axis) {
    const Index count = sizes[axis];
    Index inner = 1;
    for (std::size_t later = axis + 1; later < 3; ++later) inner *= sizes[later];
    for (Index begin = 0; begin < scratch.count(); begin += count * inner)
      for (Index wave = 1; 2 * wave < count; ++wave) {
        const double angle = sums[axis].turn * static_cast<double>(wave), c = std::cos(angle), s = std::sin(angle);
        double *const cosines = scratch.data() + begin + wave * inner, *const sines = scratch.data() + begin +
                                                                                      (count - wave) * inner;
        for (Index i = 0; i < inner; ++i) {
          const double a = cosines[i], b = -sines[i];  // FFTW takes sines with the other sign
          cosines[i] = a * c + b * s, sines[i] = a * s - b * c;
        }
      }
  }

  /// Where the value at a point is among the sums, or -1 where it is zero.
  Index source(std::size_t axis, Index point) const {
    const Index at = point - sums[axis].skipped;
    if (0 <= at && at < sizes[axis]) return at;
    return periodic[axis] ? 0 : -1;
  }

  int skipped_axes;
  std::array<Sum, 3> sums;
  std::array<Index, 3> sizes{1, 1, 1}, points{1, 1, 1};
  std::array<bool, 3> periodic{true, true, true};
  Tensor<double> scratch;
  Handle<PlanTraits> plan;
};

LaplacianModes::LaplacianModes(std::vector<ModeAxis> axes) {
  require(!axes.empty() && axes.size() <= 3, Fault::config, "modes of a box have one to three axes, not {}",
          axes.size());
  parts_ = std::make_unique<Parts>(axes);
  std::vector<Index> points, modes;
  for (std::size_t axis = 3 - axes.size(); axis < 3; ++axis)
    points.push_back(parts_->points[axis]), modes.push_back(parts_->sizes[axis]);
  points_ = Shape(points), modes_ = Shape(modes);
}

LaplacianModes::LaplacianModes(LaplacianModes&&) noexcept = default;
LaplacianModes& LaplacianModes::operator=(LaplacianModes&&) noexcept = default;
LaplacianModes::~LaplacianModes() = default;

std::span<const AxisMode> LaplacianModes::axis_modes(int axis) const {
  return parts_->sums[static_cast<std::size_t>(axis + parts_->skipped_axes)].modes;
}

void LaplacianModes::synthesise(std::span<const double> coefficients, std::span<double> field) const {
  require(std::cmp_equal(coefficients.size(), modes_.count()) && std::cmp_equal(field.size(), points_.count()),
          Fault::internal, "{} modes at {} points were given {} coefficients and room for {}", modes_.count(),
          points_.count(), coefficients.size(), field.size());
  Parts& parts = *parts_;
  const auto weight = [&](std::size_t axis, Index mode) {
    const std::vector<double>& weights = parts.sums[axis].weights;
    return weights.empty() ? 1.0 : weights[static_cast<std::size_t>(mode)];
  };
  for_each_entry(parts.sizes, [&](Index number, const std::array<Index, 3>& at) {
    parts.scratch(number) =
        weight(0, at[0]) * weight(1, at[1]) * weight(2, at[2]) * coefficients[static_cast<std::size_t>(number)];
  });
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (parts.sums[axis].turn != 0) parts.turn(axis);
  fftw_execute(parts.plan.get());
  for_each_entry(parts.points, [&](Index number, const std::array<Index, 3>& at) {
    Index from = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const Index place = parts.source(axis, at[axis]);
      from = place < 0 || from < 0 ? -1 : from * parts.sizes[axis] + place;
    }
    field[static_cast<std::size_t>(number)] = from < 0 ? 0 : parts.scratch(from);
  });
}

}  // namespace mercer
