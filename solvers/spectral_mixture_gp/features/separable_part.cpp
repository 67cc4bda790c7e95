// Galerkin matrices of each axis, and iterative refinement around the direct solver.
#include <mercer/solvers/spectral_mixture_gp/features/separable_part.hpp>

namespace mercer::smgp {
namespace {

constexpr int most_refinements = 4;

Matrix galerkin(const Basis& basis, const AxisOperator& c) {
  Matrix sum = Matrix::Zero(basis.size(), basis.size());
  for (std::size_t order = 0; order < c.size(); ++order)
    if (c[order] != 0) sum += c[order] * basis.moments(static_cast<int>(order));
  return sum;
}

std::vector<AxisMatrix> reduced(const Space& space, const std::vector<Matrix>& operators) {
  std::vector<AxisMatrix> axes;
  for (int axis = 0; axis < space.dimensions(); ++axis) {
    const ConditionSpace& conditions = space.conditions(axis);
    const Matrix& whole = operators[static_cast<std::size_t>(axis)];
    axes.push_back({transposed_product(conditions.null, product(whole, conditions.null)),
                    conditions.has_parity ? conditions.even : 0});
  }
  return axes;
}

std::vector<Matrix> galerkin_all(const Space& space, const std::vector<AxisOperator>& operators) {
  std::vector<Matrix> matrices;
  for (int axis = 0; axis < space.dimensions(); ++axis)
    matrices.push_back(galerkin(space.basis(axis), operators[static_cast<std::size_t>(axis)]));
  return matrices;
}

}  // namespace

SeparablePart::SeparablePart(const Space& space, const std::vector<AxisOperator>& operators)
    : operators_(galerkin_all(space, operators)), solver_(reduced(space, operators_)) {
  for (int axis = 0; axis < space.dimensions(); ++axis) {
    const Matrix& null = space.conditions(axis).null;
    embeddings_.push_back(space.dimensions() == 1 ? null : product(null, solver_.vectors(axis)));
  }
  if (space.dimensions() == 3)
    for (int axis = 0; axis < 3; ++axis) free_operators_.push_back(free_operator(axis));
}

Shape SeparablePart::free_shape() const {
  std::vector<Index> sizes;
  for (const Matrix& embedding : embeddings_) sizes.push_back(embedding.cols());
  return Shape(std::span<const Index>(sizes));
}

Matrix SeparablePart::free_operator(int axis) const {
  const Matrix& n = embedding(axis);
  return transposed_product(n, product(operators_[static_cast<std::size_t>(axis)], n));
}

Array SeparablePart::apply(const Array& coefficients, const Range& rows) const {
  Array sum = contract(operators_[0].middleRows(rows.begin, rows.count()), coefficients, 0);
  const Array own = part(coefficients, rows);
  for (std::size_t axis = 1; axis < operators_.size(); ++axis)
    add(sum, 1, contract(operators_[axis], own, static_cast<int>(axis)));
  return sum;
}

Array SeparablePart::embed(const Array& free) const {
  return contract_all(std::vector<MatrixView>(embeddings_.begin(), embeddings_.end()), free);
}

Array SeparablePart::restrict_rows(const Array& rows) const {
  Array restricted = copy(rows);
  for (int axis = static_cast<int>(embeddings_.size()) - 1; axis > 0; --axis)
    restricted = contract(embedding(axis), restricted, axis, Transpose::yes);
  return restricted;
}

Array SeparablePart::restrict_columns(const Array& columns) const {
  return contract(embedding(0), columns, 0, Transpose::yes);
}

Array SeparablePart::apply_to_free(const Array& free) const {
  if (free_operators_.empty())  // the entries of the operators differ by orders, which products of them would lose
    return restrict_columns(restrict_rows(apply(embed(free), {0, operators_[0].rows()})));
  Array sum = contract(free_operators_[0], free, 0);
  for (std::size_t axis = 1; axis < free_operators_.size(); ++axis)
    add(sum, 1, contract(free_operators_[axis], free, static_cast<int>(axis)));
  return sum;
}

Array SeparablePart::solve(const Array& moments) const {
  Array free = copy(moments);
  solver_.solve(free);
  double last = norm(free);
  for (int step = 0; step < most_refinements; ++step) {
    Array correction = copy(moments);
    add(correction, -1, apply_to_free(free));
    solver_.solve(correction);
    const double size = norm(correction), rate = size / last;
    if (step > 0 && rate > 0.5) break;
    add(free, 1, correction);
    if (!(size * rate > 1e-15 * norm(free))) break;  // the next one would be below rounding
    last = size;
  }
  return free;
}

}  // namespace mercer::smgp
