#include <mercer/solvers/support/axis_map.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// A position in spacings of a grid from its first point: `floor` + `fraction`.
struct Position {
  Index floor;
  double fraction;
};

/// Of point i of `to` on `from`; exact as long as the fraction is.
Position position(Index i, const SampleAxis& from, const SampleAxis& to) {
  const Index below = 2 * to.spacings;
  const Index above = (2 * i + to.shift) * from.spacings - from.shift * to.spacings;
  const Index rest = (above % below + below) % below;
  return {(above - rest) / below, static_cast<double>(rest) / static_cast<double>(below)};
}

/// Lagrange's polynomial of point `k` of 0, 1, ..., points - 1.
double weight(Index k, Index points, double at) {
  double product = 1;
  for (Index m = 0; m < points; ++m)
    if (m != k) product *= (at - static_cast<double>(m)) / static_cast<double>(k - m);
  return product;
}

}  // namespace

AxisMap::AxisMap(const SampleAxis& from, const SampleAxis& to, Index points, Beyond beyond) : inputs_(from.count) {
  require((from.count == 1) == (to.count == 1), Fault::internal, "{} points of an axis cannot become {}", from.count,
          to.count);
  const bool stays_inside = beyond == Beyond::nearest || beyond == Beyond::continued;
  for (Index i = 0; i < to.count; ++i) {
    Position at = to.count == 1 ? Position{0, 0} : position(i, from, to);
    if (beyond == Beyond::nearest && at.floor < 0) at = {0, 0};
    if (beyond == Beyond::nearest && at.floor >= from.count - 1) at = {from.count - 1, 0};
    if (at.fraction == 0 && (!stays_inside || (0 <= at.floor && at.floor < from.count))) {
      add(at.floor, 1, from, beyond);
    } else {
      const Index used = stays_inside ? std::min(points, from.count) : points;
      Index first = at.floor - (used - 1) / 2;
      if (stays_inside) first = std::clamp<Index>(first, 0, from.count - used);
      const double inner = static_cast<double>(at.floor - first) + at.fraction;
      for (Index k = 0; k < used; ++k) add(first + k, weight(k, used, inner), from, beyond);
    }
    begins_.push_back(terms_.size());
  }
}

void AxisMap::add(Index point, double weight, const SampleAxis& from, Beyond beyond) {
  if (0 <= point && point < from.count) {
    terms_.push_back({point, weight});
    return;
  }
  const Index period = beyond == Beyond::wrap ? from.spacings : 2 * from.spacings;
  const Index place = (point % period + period) % period;
  if (beyond == Beyond::wrap) terms_.push_back({place, weight});
  if (beyond == Beyond::wrap || place % from.spacings == 0) return;  // zero at both ends
  const bool is_mirrored = place > from.spacings;
  terms_.push_back({is_mirrored ? period - place : place, is_mirrored ? -weight : weight});
}

std::span<const AxisMap::Term> AxisMap::terms(Index output) const noexcept {
  const auto at = static_cast<std::size_t>(output);
  return std::span(terms_).subspan(begins_[at], begins_[at + 1] - begins_[at]);
}

bool AxisMap::is_identity() const noexcept {
  if (inputs() != outputs()) return false;
  for (Index i = 0; i < outputs(); ++i) {
    const std::span<const Term> all = terms(i);
    if (all.size() != 1 || all[0].source != i || all[0].weight != 1) return false;
  }
  return true;
}

void FieldMap::apply(View<const float> from, View<float> to) const {
  const Shape expected{from.shape()[0], y.outputs(), from.shape()[2], x.outputs()};
  require(from.shape()[1] == y.inputs() && from.shape()[3] == x.inputs() && to.shape() == expected, Fault::internal,
          "fields of {} x {} points cannot be taken to {} x {} by a map from {} x {} to {} x {}", from.shape()[1],
          from.shape()[3], to.shape()[1], to.shape()[3], y.inputs(), x.inputs(), y.outputs(), x.outputs());
  const auto sum = [](std::span<const AxisMap::Term> terms, const auto& value) {
    double total = 0;
    for (const AxisMap::Term& term : terms) total += term.weight * value(term.source);
    return total;
  };
  std::vector<double> lines(static_cast<std::size_t>(y.inputs() * x.outputs()));  // [y of from, x of to]
  for (Index sample = 0; sample < expected[0]; ++sample)
    for (Index c = 0; c < expected[2]; ++c) {
      for (Index j = 0; j < y.inputs(); ++j) {
        const float* const row = &from(sample, j, c, 0);
        for (Index i = 0; i < x.outputs(); ++i)
          lines[static_cast<std::size_t>(j * x.outputs() + i)] =
              sum(x.terms(i), [row](Index source) { return static_cast<double>(row[source]); });
      }
      for (Index j = 0; j < y.outputs(); ++j)
        for (Index i = 0; i < x.outputs(); ++i)
          to(sample, j, c, i) = static_cast<float>(
              sum(y.terms(j), [&](Index source) { return lines[static_cast<std::size_t>(source * x.outputs() + i)]; }));
    }
}

}  // namespace mercer
