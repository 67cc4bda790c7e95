// Direct solves of Kronecker sums against their definition.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/separable_solver.hpp>

#include <Eigen/LU>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;

namespace {

enum class Form { symmetric, general };

/// A matrix with eigenvalues well away from minus those of its like.
Matrix matrix(Index n, Form form, std::uint64_t stream) {
  const Random random(3, stream);
  Matrix a(n, n);
  for (Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  if (form == Form::symmetric) a = Matrix(a + a.transpose()) / 2;
  return a + 3 * std::sqrt(static_cast<double>(n)) * Matrix::Identity(n, n);
}

Array random_array(const Shape& shape) {
  const Random random(5);
  Array values = dense(shape);
  for (Index i = 0; i < values.count(); ++i) values.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  return values;
}

/// The residual of a solve, relative, in the solver's coordinates.
double residual(const std::vector<Form>& forms, double shift, Transpose transpose = Transpose::no) {
  std::vector<AxisMatrix> axes;
  std::vector<Matrix> matrices;
  std::vector<Index> sizes;
  for (std::size_t axis = 0; axis < forms.size(); ++axis) {
    sizes.push_back(static_cast<Index>(7 + 4 * axis));
    matrices.push_back(matrix(sizes.back(), forms[axis], axis));
    axes.push_back({matrices.back(), 0});
  }
  SeparableSolver solver(std::move(axes));
  solver.set_shift(shift);
  const Array right = random_array(Shape(std::span<const Index>(sizes)));
  Array x = copy(right), product = dense(right.shape());
  solver.solve(x, {0, solver.size(0)}, transpose);
  add(product, shift, x);
  for (int axis = 0; axis < static_cast<int>(forms.size()); ++axis) {
    const Matrix& v = solver.vectors(axis);
    add(product, 1, contract(v.transpose() * matrices[static_cast<std::size_t>(axis)] * v, x, axis, transpose));
  }
  add(product, -1, right);
  return norm(product) / norm(right);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_mixture_of_symmetric_and_general_axes_is_solved_to_rounding) {
  constexpr Form s = Form::symmetric, g = Form::general;
  const std::vector<std::vector<Form>> cases{{s},       {g},       {s, s},    {s, g},    {g, s},
                                             {g, g},    {s, s, s}, {s, s, g}, {s, g, s}, {g, s, s},
                                             {s, g, g}, {g, s, g}, {g, g, s}, {g, g, g}};
  for (const std::vector<Form>& forms : cases)
    for (const double shift : {0.0, 2.5}) {
      BOOST_TEST(residual(forms, shift) < 1e-12);
      BOOST_TEST(residual(forms, shift, Transpose::yes) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(rows_of_a_symmetric_first_axis_can_be_solved_apart) {
  for (const Form second : {Form::symmetric, Form::general}) {
    const SeparableSolver solver({{matrix(9, Form::symmetric, 1), 0}, {matrix(6, second, 2), 0}});
    BOOST_REQUIRE(solver.rows_are_independent());
    const Array right = random_array({9, 6});
    Array whole = copy(right), part = dense({4, 6});
    std::copy_n(right.data() + 3 * 6, 24, part.data());
    solver.solve(whole);
    solver.solve(part, {3, 7});
    for (Index i = 0; i < 24; ++i) BOOST_TEST(part.data()[i] == whole.data()[18 + i]);
  }
  const SeparableSolver other({{matrix(9, Form::general, 1), 0}, {matrix(6, Form::symmetric, 2), 0}});
  BOOST_TEST(!other.rows_are_independent());
}

BOOST_AUTO_TEST_CASE(uncoupled_blocks_give_the_same_eigenvalues_as_the_whole) {
  Matrix blocks = Matrix::Zero(11, 11);
  blocks.topLeftCorner(5, 5) = matrix(5, Form::symmetric, 1);
  blocks.bottomRightCorner(6, 6) = matrix(6, Form::symmetric, 2);
  const SeparableSolver whole({{blocks, 0}, {matrix(3, Form::symmetric, 3), 0}});
  const SeparableSolver split({{blocks, 5}, {matrix(3, Form::symmetric, 3), 0}});
  BOOST_TEST(std::abs(whole.inverse_norm() / split.inverse_norm() - 1) < 1e-12);
  BOOST_TEST(split.vectors(0).topRightCorner(5, 6).norm() == 0);
}

BOOST_AUTO_TEST_CASE(the_norm_of_the_inverse_is_estimated_from_below_and_closely) {
  const Matrix a = matrix(8, Form::general, 1), b = matrix(5, Form::general, 2);
  const SeparableSolver solver({{a, 0}, {b, 0}});
  Matrix sum = Matrix::Zero(40, 40);
  for (Index i = 0; i < 8; ++i)
    for (Index j = 0; j < 8; ++j)
      sum.block(5 * i, 5 * j, 5, 5) = a(i, j) * Matrix::Identity(5, 5) + (i == j ? b : Matrix::Zero(5, 5));
  const double exact = std::sqrt(symmetric_eigen((sum * sum.transpose()).inverse()).values.maxCoeff());
  BOOST_TEST(solver.inverse_norm() <= exact * 1.0001);
  BOOST_TEST(solver.inverse_norm() >= exact / 3);
}

BOOST_AUTO_TEST_CASE(singular_sums_are_refused) {
  const Matrix laplacian = Eigen::Vector3d(0, 1, 4).asDiagonal();
  BOOST_TEST(test::failure([&] {
               SeparableSolver({{laplacian, 0}, {laplacian, 0}});
             }).is(Fault::numerics, "leave a constant free"));
}
