// Suprema over higher degrees, one axis after the other.
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/weight_choice.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

/// Whether the feature after `number` has the next degree of the same band and the same of sine and cosine.
std::vector<bool> has_next_degree(const std::vector<Band>& bands) {
  std::vector<bool> flags;
  for (const Band& band : bands)
    for (int part = 0; part < (band.frequency == 0 ? 1 : 2); ++part)
      for (int k = 0; k <= band.degree; ++k) flags.push_back(k < band.degree);
  return flags;
}

}  // namespace

Visibility visibility(const GridModel& model, const Statement& statement) {
  const WeightSpace& space = model.space();
  const Places places = space.places();
  Visibility seen{model.sizes(), Eigen::VectorXd::Zero(static_cast<Index>(places.size()))};
  const ConditionLists lists = select_conditions(statement);
  for (int axis = 0; axis < space.dimensions(); ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const Interval& interval = space.axes()[a];
    for (const Condition& condition : lists[a]) {
      const bool is_periodic = condition.kind == Side::Kind::periodic;
      const int order = is_periodic ? condition.order : condition.kind == Side::Kind::derivative ? 1 : 0;
      const std::array<double, 2> ends{interval.begin, interval.end};
      const Matrix both = space.axis_values(axis, ends, order) * std::pow(interval.half(), order);
      Eigen::VectorXd trace = both.row(condition.at_end || is_periodic ? 1 : 0);
      if (is_periodic) trace -= both.row(0).transpose();
      for (std::size_t j = 0; j < places.size(); ++j) {
        double& face = seen.faces[static_cast<Index>(j)];
        face = std::max(face, std::abs(trace[places[j][a]]));
      }
    }
  }
  return seen;
}

std::vector<Index> visible_weights(const WeightSpace& space, const Eigen::VectorXd& log_variances,
                                   const Visibility& seen, const Threshold& threshold) {
  Eigen::ArrayXd size =
      (log_variances / 2).array().exp() * (seen.source.array() / (threshold.noise_share * threshold.noise))
                                              .max(seen.faces.array() / (threshold.face_share * threshold.unknown));
  Index after = 1;
  for (int axis = space.dimensions() - 1; axis >= 0; --axis) {
    const std::vector<bool> next = has_next_degree(space.bands()[static_cast<std::size_t>(axis)]);
    const Index count = space.features(axis);
    for (Index j = size.size() - 1 - after; j >= 0; --j)
      if (next[static_cast<std::size_t>(j / after % count)]) size[j] = std::max(size[j], size[j + after]);
    after *= count;
  }
  std::vector<Index> chosen;
  for (Index j = 0; j < size.size(); ++j)
    if (size[j] > 1) chosen.push_back(j);
  return chosen;
}

ExactData independent_conditions(ExactData all, const Eigen::VectorXd& deviations, double accuracy) {
  const Index weights = all.rows.cols();
  if (all.rows.rows() > 2 * weights) {  // faces of three axes have far more points than weights reach
    Matrix joint(all.rows.rows(), weights + 1);
    joint << all.rows, all.data;
    const Matrix triangle = qr_triangle(std::move(joint));
    all = {triangle.topLeftCorner(weights, weights), triangle.col(weights).head(weights)};
  }
  const std::vector<int> order = pivoted_qr(deviations.asDiagonal() * all.rows.transpose(), accuracy).order;
  return {all.rows(order, Eigen::all), all.data(order)};
}

WeightSpace cut_to(const WeightSpace& space, const Places& places) {
  std::vector<std::vector<Band>> bands = space.bands();
  std::vector<std::vector<Index>> renumbered;  // by axis and feature
  for (std::size_t axis = 0; axis < bands.size(); ++axis) {
    std::vector<bool> occurs(static_cast<std::size_t>(space.features(static_cast<int>(axis))));
    for (const WeightSpace::Place& place : places) occurs[static_cast<std::size_t>(place[axis])] = true;
    std::vector<Index>& numbers = renumbered.emplace_back(occurs.size());
    Index old = 0, now = 0;
    for (Band& band : bands[axis]) {
      const int parts = band.frequency == 0 ? 1 : 2, all = band.degree + 1;
      int highest = 0;
      for (int part = 0; part < parts; ++part)
        for (int k = 0; k < all; ++k)
          if (occurs[static_cast<std::size_t>(old + part * all + k)]) highest = std::max(highest, k);
      for (int part = 0; part < parts; ++part)
        for (int k = 0; k <= highest; ++k) numbers[static_cast<std::size_t>(old + part * all + k)] = now++;
      old += parts * all;
      band.degree = highest;
    }
  }
  Places cut = places;
  for (WeightSpace::Place& place : cut)
    for (std::size_t axis = 0; axis < bands.size(); ++axis)
      place[axis] = renumbered[axis][static_cast<std::size_t>(place[axis])];
  return {space.axes(), std::move(bands), std::move(cut)};
}

}  // namespace mercer::smgp
