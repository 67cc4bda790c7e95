// Legendre recurrences, the product rule, and row-wise products over the axes.
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/weight_space.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

/// Normalised Legendre polynomials of degrees 0 to `degree` and their derivatives in x = half t.
std::array<Matrix, 3> legendre(const Eigen::ArrayXd& t, double half, int degree) {
  std::array<Matrix, 3> p;
  for (Matrix& values : p) values = Matrix::Zero(t.size(), degree + 1);
  p[0].col(0).setOnes();
  if (degree > 0) p[0].col(1) = t;
  for (int k = 2; k <= degree; ++k)
    p[0].col(k) = ((2 * k - 1.0) * t * p[0].col(k - 1).array() - (k - 1.0) * p[0].col(k - 2).array()) / k;
  for (std::size_t order = 1; order < p.size(); ++order)  // P'_k = P'_{k-2} + (2 k - 1) P_{k-1}
    for (int k = 1; k <= degree; ++k) {
      p[order].col(k) = (2 * k - 1) / half * p[order - 1].col(k - 1);
      if (k > 1) p[order].col(k) += p[order].col(k - 2);
    }
  for (Matrix& values : p)
    for (int k = 0; k <= degree; ++k) values.col(k) *= std::sqrt(2 * k + 1.0);
  return p;
}

/// p times `factor`, a sine or cosine whose derivative is `rate` times `slope`, differentiated `order` times.
Matrix modulated(const std::array<Matrix, 3>& p, Index columns, const Eigen::ArrayXd& factor,
                 const Eigen::ArrayXd& slope, double rate, int order) {
  const auto at = [&](std::size_t k) { return p[k].leftCols(columns).array(); };
  switch (order) {
    case 0:
      return at(0).colwise() * factor;
    case 1:
      return at(1).colwise() * factor + rate * (at(0).colwise() * slope);
    default:
      return (at(2) - rate * rate * at(0)).colwise() * factor + 2 * rate * (at(1).colwise() * slope);
  }
}

Index count_of(const std::vector<Band>& bands) {
  Index count = 0;
  for (const Band& band : bands) count += (band.frequency == 0 ? 1 : 2) * (band.degree + 1);
  return count;
}

Matrix feature_values(const Interval& interval, const std::vector<Band>& bands, std::span<const double> points,
                      int order) {
  require(0 <= order && order <= 2, Fault::internal, "features have derivatives of orders 0 to 2, not {}", order);
  Eigen::ArrayXd t(static_cast<Index>(points.size()));
  for (std::size_t i = 0; i < points.size(); ++i) t[static_cast<Index>(i)] = interval.local(points[i]);
  int degree = 0;
  for (const Band& band : bands) degree = std::max(degree, band.degree);
  const std::array<Matrix, 3> p = legendre(t, interval.half(), degree);
  Matrix out(t.size(), count_of(bands));
  Index first = 0;
  for (const Band& band : bands) {
    const Index columns = band.degree + 1;
    if (band.frequency == 0) {
      out.middleCols(first, columns) = p[static_cast<std::size_t>(order)].leftCols(columns);
      first += columns;
      continue;
    }
    const double w = band.frequency;
    const Eigen::ArrayXd cosine = (w * interval.half() * t).cos(), sine = (w * interval.half() * t).sin();
    out.middleCols(first, columns) = modulated(p, columns, cosine, sine, -w, order);
    out.middleCols(first + columns, columns) = modulated(p, columns, sine, cosine, w, order);
    first += 2 * columns;
  }
  return out;
}

/// Row i of the result holds all products of row i of `a` with row i of `b`.
Matrix row_products(const Matrix& a, const Matrix& b) {
  Matrix out(a.rows(), a.cols() * b.cols());
  for (Index j = 0; j < a.cols(); ++j) out.middleCols(j * b.cols(), b.cols()) = b.array().colwise() * a.col(j).array();
  return out;
}

/// Chebyshev's points of the second kind: the ends, and dense near them.
std::vector<double> face_points(const Interval& interval, Index count) {
  std::vector<double> points;
  for (Index i = 0; i < count; ++i)
    points.push_back(
        interval.global(-std::cos(std::numbers::pi * static_cast<double>(i) / static_cast<double>(count - 1))));
  return points;
}

void append(ExactData& all, const Matrix& rows, std::span<const double> data) {
  const Index before = all.rows.rows(), more = rows.rows();
  all.rows.conservativeResize(before + more, rows.cols());
  all.rows.bottomRows(more) = rows;
  all.data.conservativeResize(before + more);
  std::copy(data.begin(), data.end(), all.data.data() + before);
}

}  // namespace

WeightSpace::WeightSpace(std::vector<Interval> axes, std::vector<std::vector<Band>> bands)
    : axes_(std::move(axes)), bands_(std::move(bands)) {
  require(!axes_.empty() && axes_.size() <= 3 && bands_.size() == axes_.size(), Fault::internal,
          "{} axes do not go with {} lists of bands", axes_.size(), bands_.size());
  for (const std::vector<Band>& list : bands_)
    require(!list.empty() && list[0].frequency == 0, Fault::internal, "the first band is that of plain polynomials");
}

WeightSpace::WeightSpace(std::vector<Interval> axes, std::vector<std::vector<Band>> bands, std::vector<Place> chosen)
    : WeightSpace(std::move(axes), std::move(bands)) {
  is_whole_ = false;
  chosen_ = std::move(chosen);
  for (const Place& place : chosen_)
    for (int axis = 0; axis < dimensions(); ++axis)
      require(0 <= place[static_cast<std::size_t>(axis)] && place[static_cast<std::size_t>(axis)] < features(axis),
              Fault::internal, "axis {} has {} features and none of number {}", axis, features(axis),
              place[static_cast<std::size_t>(axis)]);
}

Index WeightSpace::features(int axis) const noexcept { return count_of(bands_[static_cast<std::size_t>(axis)]); }

Index WeightSpace::whole_size() const noexcept {
  Index product = 1;
  for (const std::vector<Band>& list : bands_) product *= count_of(list);
  return product;
}

std::vector<WeightSpace::Place> WeightSpace::places() const {
  if (!is_whole_) return chosen_;
  std::vector<Place> all{{}};
  for (int axis = 0; axis < dimensions(); ++axis) {
    std::vector<Place> next;
    next.reserve(all.size() * static_cast<std::size_t>(features(axis)));
    for (const Place& place : all)
      for (Index k = 0; k < features(axis); ++k) {
        next.push_back(place);
        next.back()[static_cast<std::size_t>(axis)] = k;
      }
    all = std::move(next);
  }
  return all;
}

std::vector<WeightSpace::Origin> WeightSpace::origins() const {
  std::vector<std::vector<std::array<int, 2>>> along;  // band and degree of each feature of each axis
  for (const std::vector<Band>& list : bands_) {
    along.emplace_back();
    for (std::size_t q = 0; q < list.size(); ++q)
      for (int part = 0; part < (list[q].frequency == 0 ? 1 : 2); ++part)
        for (int k = 0; k <= list[q].degree; ++k) along.back().push_back({static_cast<int>(q), k});
  }
  std::vector<Origin> all;
  for (const Place& place : places()) {
    Origin& origin = all.emplace_back();
    for (std::size_t axis = 0; axis < along.size(); ++axis) {
      const auto& [band, degree] = along[axis][static_cast<std::size_t>(place[axis])];
      origin.band[axis] = band;
      origin.degree[axis] = degree;
    }
  }
  return all;
}

Matrix WeightSpace::axis_values(int axis, std::span<const double> points, int order) const {
  const auto a = static_cast<std::size_t>(axis);
  return feature_values(axes_[a], bands_[a], points, order);
}

Matrix WeightSpace::values(const Points& points, const Orders& orders) const {
  require(points.size() == axes_.size(), Fault::internal, "points with {} coordinates are none of {} axes",
          points.size(), axes_.size());
  std::vector<Matrix> along;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis)
    along.push_back(axis_values(static_cast<int>(axis), points[axis], orders[axis]));
  if (is_whole_) {
    Matrix product = std::move(along[0]);
    for (std::size_t axis = 1; axis < along.size(); ++axis) product = row_products(product, along[axis]);
    return product;
  }
  Matrix out(along[0].rows(), size());
  for (Index j = 0; j < out.cols(); ++j) {
    const Place& place = chosen_[static_cast<std::size_t>(j)];
    out.col(j) = along[0].col(place[0]);
    for (std::size_t axis = 1; axis < along.size(); ++axis) out.col(j).array() *= along[axis].col(place[axis]).array();
  }
  return out;
}

Points scattered(const Coordinates& grid) {
  Points points(grid.size());
  std::size_t count = 1;
  for (const std::vector<double>& axis : grid) count *= axis.size();
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t axis = grid.size(), rest = i; axis-- > 0; rest /= grid[axis].size())
      points[axis].push_back(grid[axis][rest % grid[axis].size()]);
  return points;
}

Matrix operator_rows(const WeightSpace& space, const Statement& statement, const Points& points) {
  require(!statement.reaction, Fault::unavailable,
          "a noisy source needs a linear equation: leave out the data, or the part that is not linear in the unknown");
  const auto count = static_cast<Index>(points[0].size());
  Matrix rows = Matrix::Zero(count, space.size());
  for (const Term& term : statement.terms) {
    if (!term.coefficient) {
      rows += term.constant * space.values(points, term.orders);
      continue;
    }
    Eigen::ArrayXd factor(count);
    term.coefficient(std::vector<std::span<const double>>(points.begin(), points.end()),
                     {factor.data(), static_cast<std::size_t>(count)});
    rows += Matrix(space.values(points, term.orders).array().colwise() * factor);
  }
  require(rows.allFinite(), Fault::numerics, "a coefficient of the equation is not finite on the points of the data");
  return rows;
}

ExactData exact_data(const WeightSpace& space, const Statement& statement) {
  const ConditionLists lists = select_conditions(statement);
  ExactData all{Matrix(0, space.size()), {}};
  for (std::size_t axis = 0; axis < lists.size(); ++axis) {
    Coordinates face;
    for (std::size_t other = 0; other < lists.size(); ++other)
      face.push_back(other == axis ? std::vector<double>(1)
                                   : face_points(space.axes()[other], count_of(space.bands()[other]) + 1));
    for (const Condition& condition : lists[axis]) {
      const AxisStatement& across = statement.axes[axis];
      Orders orders{};
      face[axis][0] = condition.at_end ? across.interval.end : across.interval.begin;
      if (condition.kind == Side::Kind::periodic) {
        orders[axis] = condition.order;
        const Matrix begin = space.values(scattered(face), orders);
        face[axis][0] = across.interval.end;
        append(all, space.values(scattered(face), orders) - begin,
               std::vector<double>(static_cast<std::size_t>(begin.rows())));
        continue;
      }
      const bool is_slope = condition.kind == Side::Kind::derivative;
      orders[axis] = is_slope ? 1 : 0;
      const double outward = is_slope && !condition.at_end ? -1 : 1;
      const Array data = sample(across.sides[condition.at_end].data, face, "a boundary condition");
      append(all, outward * space.values(scattered(face), orders), data.span());
    }
  }
  return all;
}

}  // namespace mercer::smgp
