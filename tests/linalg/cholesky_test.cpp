// Cholesky factors against products with the matrix they came from.
#include "support/failure.hpp"
#include <mercer/linalg/cholesky.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace mercer;

namespace {

/// Positive definite, its determinant known: U^T D U with a unit triangle U and D = diag(1, 2, ..., n).
Matrix example(Index n) {
  Matrix u = Matrix::Identity(n, n), d = Matrix::Zero(n, n);
  for (Index j = 0; j < n; ++j) {
    d(j, j) = static_cast<double>(j + 1);
    for (Index i = 0; i < j; ++i) u(i, j) = 0.5 / static_cast<double>(1 + i + j);
  }
  return u.transpose() * d * u;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cholesky)

BOOST_AUTO_TEST_CASE(inverses_and_solutions_undo_the_product) {
  for (const Index n : {1, 2, 31, 64, 101, 333}) {
    const Matrix a = example(n), x = Matrix::Random(n, 3);
    Matrix b = a * x;
    Cholesky factor = *Cholesky::of(a);
    factor.solve(b);
    BOOST_TEST((b - x).norm() <= 1e-12 * x.norm());
    const Matrix inverse = std::move(factor).inverse();
    BOOST_TEST((a * inverse - Matrix::Identity(n, n)).norm() <= 1e-12 * static_cast<double>(n));
    BOOST_TEST((inverse - inverse.transpose()).norm() == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_determinant_is_that_of_the_diagonal) {
  const Index n = 20;
  BOOST_TEST(Cholesky::of(example(n))->log_determinant() == std::lgamma(21.0), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(division_by_the_factor_gives_the_quadratic_form) {
  const Matrix a = example(33), x = Matrix::Random(33, 2);
  const Cholesky factor = *Cholesky::of(a);
  Matrix whitened = x, solved = x;
  factor.divide(whitened);
  factor.solve(solved);
  BOOST_TEST((whitened.transpose() * whitened - x.transpose() * solved).norm() < 1e-12 * x.norm());
}

BOOST_AUTO_TEST_CASE(only_the_lower_triangle_is_read) {
  Matrix a = example(5), wrong = a;
  wrong.triangularView<Eigen::StrictlyUpper>().setConstant(7);
  BOOST_TEST(Cholesky::of(wrong)->log_determinant() == Cholesky::of(a)->log_determinant());
}

BOOST_AUTO_TEST_CASE(indefinite_and_infinite_matrices_have_no_factor) {
  Matrix a = example(4);
  a(2, 2) = -1;
  BOOST_TEST(!Cholesky::of(a).has_value());
  a(2, 2) = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(!Cholesky::of(a).has_value());
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_refused) {
  BOOST_CHECK_EXCEPTION(Cholesky::of(Matrix(2, 3)), Error, failure(Fault::internal, "2 rows and 3 columns"));
  const Cholesky factor = *Cholesky::of(example(3));
  Matrix b(4, 1);
  BOOST_CHECK_EXCEPTION(factor.solve(b), Error, failure(Fault::internal, "3 rows"));
}

BOOST_AUTO_TEST_SUITE_END()
