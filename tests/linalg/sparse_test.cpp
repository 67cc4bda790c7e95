// Sparse products and factorisations against dense ones.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/linalg/lapack.hpp>
#include <mercer/linalg/sparse_lu.hpp>

#include <boost/test/unit_test.hpp>
#include <set>

using namespace mercer;

namespace {

/// Random places, each with its mirror image, other values on both, and a dominant diagonal.
SparseMatrix random_dominant(Index size, Index pairs, std::uint64_t seed) {
  const Random random(seed);
  std::vector<Triplet> entries;
  for (Index i = 0; i < size; ++i) entries.push_back({static_cast<Local>(i), static_cast<Local>(i), 0.5});
  for (std::uint64_t p = 0; p < static_cast<std::uint64_t>(pairs); ++p) {
    const auto i = static_cast<Local>(random.integer(4 * p, static_cast<std::uint64_t>(size)));
    const auto j = static_cast<Local>(random.integer(4 * p + 1, static_cast<std::uint64_t>(size)));
    const double a = random.uniform(4 * p + 2), b = random.uniform(4 * p + 3);
    entries.insert(entries.end(), {{i, j, -a}, {j, i, -b}, {i, i, a}, {j, j, b}});
  }
  return SparseMatrix::sum(size, size, entries);
}

Matrix dense(const SparseMatrix& a) {
  Matrix full = Matrix::Zero(a.rows(), a.columns());
  for (Index i = 0; i < a.rows(); ++i)
    for (std::size_t e = 0; e < a.column(i).size(); ++e) full(i, a.column(i)[e]) += a.value(i)[e];
  return full;
}

Tensor<double> random_rows(Index rows, Index columns) {
  Tensor<double> x({rows, columns});
  for (Index i = 0; i < rows; ++i)
    for (Index c = 0; c < columns; ++c) x(i, c) = Random(3).normal(static_cast<std::uint64_t>(i * columns + c));
  return x;
}

}  // namespace

BOOST_AUTO_TEST_CASE(entries_of_one_place_are_summed_in_order_of_rows_and_columns) {
  const std::vector<Triplet> entries{{1, 2, 1}, {0, 1, 2}, {1, 0, 3}, {1, 2, 4}};
  const SparseMatrix a = SparseMatrix::sum(3, 3, entries);
  BOOST_TEST(a.entries() == 3);
  BOOST_TEST(a.column(1)[0] == 0);
  BOOST_TEST(a.value(1)[1] == 5);
  BOOST_TEST(a.column(2).empty());
}

BOOST_AUTO_TEST_CASE(products_with_many_columns_agree_with_those_one_by_one) {
  const std::vector<Triplet> entries{{0, 0, 1}, {0, 4, 2}, {1, 2, -3}, {2, 1, 4}, {2, 4, 0.5}};
  const SparseMatrix a = SparseMatrix::sum(3, 5, entries);
  const Tensor<double> x = random_rows(5, 3), y = random_rows(3, 3);
  Tensor<double> forward({3, 3}), backward({5, 3});
  a.multiply(x.view(), forward.view());
  a.multiply_adjoint(y.view(), backward.view());
  for (Index c = 0; c < 3; ++c) {
    std::vector<double> in(5), out(3), up(3), down(5);
    for (Index i = 0; i < 5; ++i) in[static_cast<std::size_t>(i)] = x(i, c);
    for (Index i = 0; i < 3; ++i) up[static_cast<std::size_t>(i)] = y(i, c);
    a.apply(in, out);
    a.apply_adjoint(up, down);
    for (Index i = 0; i < 3; ++i) BOOST_TEST(forward(i, c) == out[static_cast<std::size_t>(i)]);
    for (Index i = 0; i < 5; ++i) BOOST_TEST(backward(i, c) == down[static_cast<std::size_t>(i)]);
  }
}

BOOST_AUTO_TEST_CASE(a_sparse_matrix_has_an_exact_adjoint) {
  BOOST_TEST(adjoint_gap(Comm::self(), random_dominant(40, 90, 5)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(transposing_swaps_rows_and_columns) {
  const SparseMatrix a = random_dominant(23, 40, 4);
  BOOST_TEST((dense(a.transposed()) - dense(a).transpose()).norm() == 0);
}

BOOST_AUTO_TEST_CASE(a_factorisation_solves_as_a_dense_one_does) {
  for (const Index size : {1, 2, 13, 64, 129}) {
    const SparseMatrix a = random_dominant(size, 2 * size, static_cast<std::uint64_t>(size));
    const SparseLu factors(a);
    const Lu full(dense(a));
    for (const Index count : {1, 2, 3, 4}) {
      Tensor<double> x = random_rows(size, count);
      Matrix b(size, count);
      for (Index i = 0; i < size; ++i)
        for (Index c = 0; c < count; ++c) b(i, c) = x(i, c);
      factors.solve(x.view());
      for (Index c = 0; c < count; ++c) full.solve(b.col(c).data());
      for (Index i = 0; i < size; ++i)
        for (Index c = 0; c < count; ++c) BOOST_TEST(std::abs(x(i, c) - b(i, c)) < 1e-12 * (1 + b.norm()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_chain_fills_no_entry) {
  std::vector<Triplet> entries;
  for (Local i = 0; i < 1000; ++i) {
    entries.push_back({i, i, 2});
    if (i > 0) entries.insert(entries.end(), {{i, i - 1, -1}, {i - 1, i, -1}});
  }
  BOOST_TEST(SparseLu(SparseMatrix::sum(1000, 1000, entries)).entries() == 999);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_factored_is_refused) {
  const std::vector<Triplet> lopsided{{0, 0, 1}, {1, 1, 1}, {0, 1, 1}}, singular{{0, 0, 1}, {1, 1, 0}};
  BOOST_CHECK_EXCEPTION(SparseLu(SparseMatrix::sum(2, 2, lopsided)), Error,
                        failure(Fault::internal, "symmetric pattern"));
  const std::vector<Triplet> upside_down{{0, 0, 1}, {1, 0, 1}, {1, 1, 1}};
  BOOST_CHECK_EXCEPTION(SparseLu(SparseMatrix::sum(2, 2, upside_down)), Error,
                        failure(Fault::internal, "symmetric pattern"));
  BOOST_CHECK_EXCEPTION(SparseLu(SparseMatrix::sum(2, 2, singular)), Error, failure(Fault::numerics, "singular"));
  BOOST_CHECK_EXCEPTION(SparseLu(SparseMatrix::sum(2, 3, singular)), Error, failure(Fault::internal, "square"));
  BOOST_CHECK_EXCEPTION(SparseMatrix::sum(1, 2, singular), Error, failure(Fault::internal, "outside a matrix"));
  BOOST_CHECK_EXCEPTION(SparseMatrix(1, {0, 1}, {3}, {1.0}), Error, failure(Fault::internal, "column 3"));
}
