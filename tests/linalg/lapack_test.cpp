// Products and factorisations of dense matrices against their definitions.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/linalg/lapack.hpp>

#include <Eigen/LU>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>

using namespace mercer;

namespace {

Matrix random_matrix(Index rows, Index columns, std::uint64_t stream = 0) {
  const Random random(7, stream);
  Matrix a(rows, columns);
  for (Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  return a;
}

double gap(const Matrix& a, const Matrix& b) { return (a - b).norm() / (1 + b.norm()); }

}  // namespace

BOOST_AUTO_TEST_CASE(products_agree_with_eigen_for_blocks_and_odd_sizes) {
  for (const Index n : {1, 2, 7, 33}) {
    const Matrix a = random_matrix(n + 2, n), b = random_matrix(n, 5, 1);
    BOOST_TEST(gap(product(a.topRows(n), b), a.topRows(n) * b) < 1e-14);
    BOOST_TEST(gap(transposed_product(a, random_matrix(n + 2, 3, 2)), a.transpose() * random_matrix(n + 2, 3, 2)) <
               1e-14);
  }
  BOOST_TEST(test::failure([] { product(Matrix(2, 3), Matrix(2, 3)); }).is(Fault::internal, "3 columns"));
}

BOOST_AUTO_TEST_CASE(products_of_triangles_take_the_symmetric_matrix) {
  for (const Index n : {1, 2, 7, 33}) {
    const Matrix a = random_matrix(n, 3), b = random_matrix(n, 2, 1), s = random_matrix(n, n, 2);
    const Matrix whole = s + s.transpose();
    Matrix lower = whole;
    lower.triangularView<Eigen::StrictlyUpper>().setConstant(1e9);
    BOOST_TEST(gap(symmetric_product(lower, b), whole * b) < 1e-14);
    add_outer_product(-2, a, 3, lower);
    const Matrix expected = 3 * whole - 2 * a * a.transpose();
    BOOST_TEST(gap(lower.triangularView<Eigen::Lower>(), expected.triangularView<Eigen::Lower>()) < 1e-14);
  }
  BOOST_TEST(test::failure([] { symmetric_product(Matrix(2, 2), Matrix(3, 1)); }).is(Fault::internal, "3 rows"));
  Matrix c(2, 2);
  BOOST_TEST(test::failure([&] { add_outer_product(1, Matrix(3, 1), 0, c); }).is(Fault::internal, "3 rows"));
}

BOOST_AUTO_TEST_CASE(pivoted_qr_keeps_the_columns_that_others_do_not_express) {
  Matrix a = random_matrix(20, 6);
  a.col(4) = a.col(1) - 2 * a.col(3);
  const PivotedQr qr = pivoted_qr(a, 1e-12);
  BOOST_REQUIRE(qr.q.cols() == 5);
  BOOST_TEST(gap(qr.q.transpose() * qr.q, Matrix::Identity(5, 5)) < 1e-14);
  Matrix kept(20, 5);
  for (Index k = 0; k < 5; ++k) kept.col(k) = a.col(qr.order[static_cast<std::size_t>(k)]);
  BOOST_TEST(gap(qr.q * qr.r, kept) < 1e-14);
  divide_by_triangle(kept, qr.r);
  BOOST_TEST(gap(kept, qr.q) < 1e-13);
  BOOST_TEST(pivoted_qr(Matrix(4, 0), 1e-12).q.cols() == 0);
}

BOOST_AUTO_TEST_CASE(full_qr_completes_the_columns_to_a_basis) {
  const Matrix a = random_matrix(9, 2);
  const FullQr qr = full_qr(a);
  BOOST_TEST(gap(qr.q.transpose() * qr.q, Matrix::Identity(9, 9)) < 1e-14);
  BOOST_TEST(gap(qr.q.leftCols(2) * qr.r, a) < 1e-14);
  BOOST_TEST(test::failure([] { full_qr(Matrix(1, 2)); }).is(Fault::internal, "at least as many rows"));
}

BOOST_AUTO_TEST_CASE(eigenvectors_diagonalise_a_symmetric_matrix) {
  const Matrix half = random_matrix(31, 31), a = half + half.transpose();
  const SymmetricEigen eigen = symmetric_eigen(a);
  BOOST_TEST(gap(eigen.vectors * eigen.values.asDiagonal() * eigen.vectors.transpose(), a) < 1e-13);
  BOOST_TEST(symmetric_eigen(Matrix(0, 0)).values.size() == 0);
}

BOOST_AUTO_TEST_CASE(products_of_columns_are_added_to_the_lower_triangle) {
  const Matrix a = random_matrix(9, 4);
  Matrix c = Matrix::Identity(4, 4);
  add_gram(4, 7, a.data(), 9, c.data(), 4);
  const Matrix expected = Matrix::Identity(4, 4) + a.topRows(7).transpose() * a.topRows(7);
  BOOST_TEST(gap(c.triangularView<Eigen::Lower>(), expected.triangularView<Eigen::Lower>()) < 1e-14);
  BOOST_TEST(c(0, 3) == 0);
}

BOOST_AUTO_TEST_CASE(singular_values_and_vectors_rebuild_tall_and_wide_matrices) {
  for (const Index rows : {1, 5, 23}) {
    const Matrix a = random_matrix(rows, 7);
    const SingularValues svd = singular_values(a);
    BOOST_TEST(svd.values.size() == std::min<Index>(rows, 7));
    BOOST_TEST(gap(svd.left * svd.values.asDiagonal() * svd.right.transpose(), a) < 1e-14);
    BOOST_TEST(std::is_sorted(svd.values.begin(), svd.values.end(), std::greater<>()));
  }
  BOOST_TEST(singular_values(Matrix(3, 0)).values.size() == 0);
}

BOOST_AUTO_TEST_CASE(schur_form_is_triangular_but_for_blocks_of_two) {
  const Matrix a = random_matrix(24, 24);
  const RealSchur schur = real_schur(a);
  BOOST_TEST(gap(schur.vectors * schur.form * schur.vectors.transpose(), a) < 1e-13);
  const Matrix below = schur.form.bottomLeftCorner(22, 22).triangularView<Eigen::Lower>();
  BOOST_TEST(below.norm() == 0);
}

BOOST_AUTO_TEST_CASE(a_sylvester_equation_is_solved_both_ways) {
  const Matrix s = real_schur(random_matrix(13, 13)).form,
               t = real_schur(random_matrix(8, 8, 3) + 9 * Matrix::Identity(8, 8)).form;
  const Matrix right = random_matrix(13, 8, 4);
  Matrix x = right;
  solve_sylvester(s, t, x.data());
  BOOST_TEST(gap(s * x + x * t.transpose(), right) < 1e-12);
  x = right;
  solve_sylvester(s, t, x.data(), Transpose::yes);
  BOOST_TEST(gap(s.transpose() * x + x * t, right) < 1e-12);
}

BOOST_AUTO_TEST_CASE(lu_solves_and_estimates_the_norm_of_the_inverse) {
  const Matrix a = random_matrix(17, 17);
  const Lu lu(a);
  const Eigen::VectorXd right = random_matrix(17, 1, 5);
  Eigen::VectorXd x = right;
  lu.solve(x.data());
  BOOST_TEST((a * x - right).norm() < 1e-12);
  x = right;
  lu.solve(x.data(), Transpose::yes);
  BOOST_TEST((a.transpose() * x - right).norm() < 1e-12);
  const double exact = a.inverse().cwiseAbs().colwise().sum().maxCoeff();
  BOOST_TEST(lu.inverse_norm() <= exact * 1.0001);
  BOOST_TEST(lu.inverse_norm() >= exact / 3);
}

BOOST_AUTO_TEST_CASE(matrices_that_cannot_be_factorised_are_refused) {
  BOOST_TEST(test::failure([] { Lu(Matrix::Zero(3, 3)); }).is(Fault::numerics, "singular"));
  Matrix bad = Matrix::Identity(3, 3);
  bad(1, 1) = NAN;
  BOOST_TEST(test::failure([&] { symmetric_eigen(bad); }).is(Fault::numerics, "not finite"));
  BOOST_TEST(test::failure([&] { real_schur(bad); }).is(Fault::numerics, "not finite"));
}
