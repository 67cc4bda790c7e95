// QR of the condition rows; where both ends have like conditions, of their even and odd parts apart.
#include <mercer/solvers/spectral_mixture_gp/features/conditions.hpp>

namespace mercer::smgp {
namespace {

Matrix row_of(const Basis& basis, const Condition& condition) {
  const std::array<double, 2> ends{basis.interval().begin, basis.interval().end};
  const bool is_value = condition.kind == Side::Kind::value;
  if (condition.kind == Side::Kind::periodic) {
    const Matrix both = basis.at(ends, condition.order).back();
    return both.row(1) - both.row(0);
  }
  const double outward = is_value || condition.at_end ? 1 : -1;
  return outward * basis.at(std::span(ends).subspan(condition.at_end ? 1 : 0, 1), is_value ? 0 : 1).back();
}

bool are_alike(const std::vector<Condition>& conditions) {
  return conditions.size() == 2 && conditions[0].kind == conditions[1].kind;
}

/// Null space and right inverse of `rows` that touch the columns `first` to `first + count` alone.
void split(const MatrixView& rows, Index first, Index count, ConditionSpace& space, Index& null_column,
           const MatrixView& data_map, Index data_column) {
  const Index conditions = rows.rows();
  require(count >= conditions, Fault::numerics, "{} basis functions cannot meet {} conditions", count, conditions);
  const FullQr qr = full_qr(rows.middleCols(first, count).transpose());
  const double scale = qr.r.size() == 0 ? 1 : qr.r.cwiseAbs().maxCoeff();
  for (Index i = 0; i < conditions; ++i)
    require(std::abs(qr.r(i, i)) > 1e-12 * scale, Fault::numerics,
            "the conditions at the two ends of an axis depend on each other");
  space.null.block(first, null_column, count, count - conditions) = qr.q.rightCols(count - conditions);
  null_column += count - conditions;
  Matrix inverse = qr.q.leftCols(conditions);  // of R^T: Y R^-T
  inverse = qr.r.transpose().triangularView<Eigen::Lower>().solve<Eigen::OnTheRight>(inverse);
  space.inverse.middleRows(first, count) += inverse * data_map.middleRows(data_column, conditions);
}

}  // namespace

std::vector<Condition> select_conditions(const std::array<Side, 2>& sides, int order, double direction,
                                         std::string_view axis) {
  using Kind = Side::Kind;
  if (order == 0) return {};
  const bool is_periodic = sides[0].kind == Kind::periodic || sides[1].kind == Kind::periodic;
  if (is_periodic) {
    require(sides[0].kind == sides[1].kind, Fault::config, "axis {} is periodic at one end only", axis);
    std::vector<Condition> conditions;
    for (int k = 0; k < order; ++k) conditions.push_back({.kind = Kind::periodic, .order = k});
    return conditions;
  }
  std::vector<Condition> given;
  for (const bool at_end : {false, true})
    if (sides[at_end].kind != Kind::free) given.push_back({.kind = sides[at_end].kind, .at_end = at_end});
  require(
      static_cast<int>(given.size()) >= order, Fault::config,
      "axis {} has derivatives of order {} in the equation and needs as many conditions, but has {}: give its faces "
      "values or derivatives",
      axis, order, given.size());
  if (static_cast<int>(given.size()) > order) given.erase(direction >= 0 ? given.end() - 1 : given.begin());
  return given;
}

ConditionSpace condition_space(const Basis& basis, const std::vector<Condition>& conditions) {
  const auto count = static_cast<Index>(conditions.size());
  ConditionSpace space{Matrix(count, basis.size()), Matrix::Zero(basis.size(), basis.size() - count),
                       Matrix::Zero(basis.size(), count)};
  for (Index i = 0; i < count; ++i) space.rows.row(i) = row_of(basis, conditions[static_cast<std::size_t>(i)]);
  Index null_column = 0;
  if (!are_alike(conditions)) {
    split(space.rows, 0, basis.size(), space, null_column, Matrix::Identity(count, count), 0);
    return space;
  }
  // Sum and difference of the two rows act on even or odd functions alone. A periodic row does so by itself.
  const bool is_periodic = conditions[0].kind == Side::Kind::periodic;
  Matrix mix(2, 2);
  if (is_periodic)
    mix << 0, 1, 1, 0;  // equal slopes restrict the even functions, equal values the odd ones
  else
    mix << 0.5, 0.5, -0.5, 0.5;
  Matrix mixed = mix * space.rows;
  mixed.row(0).rightCols(basis.size() - basis.even()).setZero();
  mixed.row(1).leftCols(basis.even()).setZero();
  split(mixed.topRows(1), 0, basis.even(), space, null_column, mix, 0);
  space.even = null_column;
  split(mixed.bottomRows(1), basis.even(), basis.size() - basis.even(), space, null_column, mix, 1);
  space.has_parity = true;
  return space;
}

}  // namespace mercer::smgp
