// Galerkin matrices of each axis, and iterative refinement around the direct solver.
#include <mercer/solvers/spectral_mixture_gp/features/separable_part.hpp>

namespace mercer::smgp {
namespace {

constexpr int most_refinements = 5;

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

Array SeparablePart::apply(const Array& coefficients) const {
  Array sum = contract(operators_[0], coefficients, 0);
  for (std::size_t axis = 1; axis < operators_.size(); ++axis)
    add(sum, 1, contract(operators_[axis], coefficients, static_cast<int>(axis)));
  return sum;
}

Array SeparablePart::embed(const Array& free) const {
  return contract_all(std::vector<MatrixView>(embeddings_.begin(), embeddings_.end()), free);
}

Array SeparablePart::restrict_to_free(const Array& moments) const {
  return contract_all(std::vector<MatrixView>(embeddings_.begin(), embeddings_.end()), moments, Transpose::yes);
}

Array SeparablePart::solve(const Array& moments, const Array& lifted) const {
  Array coefficients = copy(lifted);
  double last = 0;
  for (int step = 0; step < most_refinements; ++step) {
    Array defect = copy(moments);
    add(defect, -1, apply(coefficients));
    Array correction = restrict_to_free(defect);
    solver_.solve(correction);
    const double size = norm(correction), rate = step > 0 ? size / last : 1;
    if (step > 1 && rate > 0.5) break;
    add(coefficients, 1, embed(correction));
    if (!(size * rate > 1e-15 * norm(coefficients))) break;  // the next one would be below rounding
    last = size;
  }
  return coefficients;
}

}  // namespace mercer::smgp
