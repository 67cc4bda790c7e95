// Toeplitz, circulant and Kronecker operators against their matrices, and as PETSc's matrices and preconditioners.
#include "fft/numbers.hpp"
#include "support/failure.hpp"
#include <mercer/fft/toeplitz.hpp>
#include <mercer/linalg/petsc_bridge.hpp>

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <functional>

using namespace mercer;
using namespace mercer::test;

namespace {

using Numbers = std::vector<double>;
using Entry = std::function<double(Index, Index)>;

Numbers image(const LinearOperator<double>& a, const Numbers& x) {
  Numbers y(static_cast<std::size_t>(a.rows()));
  a.apply(x, y);
  return y;
}

/// Largest difference of a product from that with a matrix given by its entries, over the largest possible one.
double product_error(const LinearOperator<double>& a, const Entry& entry) {
  const Index size = a.rows();
  const Numbers x = reals(size, 5), y = image(a, x);
  double worst = 0, scale = 0;
  for (Index i = 0; i < size; ++i) {
    double sum = 0, most = 0;
    for (Index j = 0; j < size; ++j) {
      sum += entry(i, j) * x[static_cast<std::size_t>(j)];
      most += std::abs(entry(i, j) * x[static_cast<std::size_t>(j)]);
    }
    worst = std::max(worst, std::abs(sum - y[static_cast<std::size_t>(i)]));
    scale = std::max(scale, most);
  }
  return worst / scale;
}

Entry toeplitz(const Numbers& column, const Numbers& row) {
  return [column, row](Index i, Index j) {
    return i >= j ? column[static_cast<std::size_t>(i - j)] : row[static_cast<std::size_t>(j - i)];
  };
}

Entry circulant(const Numbers& column) {
  const auto size = static_cast<Index>(column.size());
  return [column, size](Index i, Index j) { return column[static_cast<std::size_t>((i - j + size) % size)]; };
}

double slope(const std::function<double(const Numbers&)>& f, const Numbers& at, std::size_t i) {
  Numbers up = at, down = at;
  up[i] += 0.5, down[i] -= 0.5;  // exact, since f is linear
  return f(up) - f(down);
}

Numbers decaying(Index size, double length) {
  Numbers column;
  for (Index lag = 0; lag < size; ++lag) column.push_back(std::exp(-static_cast<double>(lag) / length));
  return column;
}

const std::vector<Index> sizes{1, 2, 3, 7, 8, 13, 65, 300};

}  // namespace

BOOST_AUTO_TEST_SUITE(toeplitz_operators)

BOOST_AUTO_TEST_CASE(a_toeplitz_product_is_that_of_its_matrix) {
  const Comm self = Comm::self();
  for (const Index size : sizes) {
    const Numbers column = reals(size, 1), row = reals(size, 2);
    const Toeplitz general(column, row), symmetric(column);
    BOOST_TEST(product_error(general, toeplitz(column, row)) < 1e-14);
    BOOST_TEST(product_error(symmetric, toeplitz(column, column)) < 1e-14);
    BOOST_TEST(adjoint_gap(self, general) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_toeplitz_gradient_is_the_slope_by_each_entry) {
  for (const Index size : {Index{1}, Index{2}, Index{9}, Index{70}}) {
    const Numbers column = reals(size, 1), row = reals(size, 2), left = reals(size, 3), right = reals(size, 4);
    Numbers by_column(column.size()), by_row(row.size()), by_both(column.size());
    Toeplitz(column, row).add_gradient(left, right, by_column, by_row);
    Toeplitz(column).add_gradient(left, right, by_both);
    for (std::size_t i = 0; i < column.size(); ++i) {
      const auto form = [&](const Numbers& c, const Numbers& r) { return dot(left, image(Toeplitz(c, r), right)); };
      BOOST_TEST(std::abs(by_column[i] - slope([&](auto& c) { return form(c, row); }, column, i)) < 1e-11);
      if (i > 0) BOOST_TEST(std::abs(by_row[i] - slope([&](auto& r) { return form(column, r); }, row, i)) < 1e-11);
      BOOST_TEST(std::abs(by_both[i] - slope([&](auto& c) { return form(c, c); }, column, i)) < 1e-11);
    }
    BOOST_TEST(by_row[0] == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_circulant_product_and_its_inverse_are_those_of_the_matrix) {
  const Comm self = Comm::self();
  for (const Index size : sizes) {
    Numbers column = reals(size, 1);
    column[0] += 3 * static_cast<double>(size);  // far from singular
    const Circulant c(column);
    BOOST_TEST(product_error(c, circulant(column)) < 1e-14);
    BOOST_TEST(adjoint_gap(self, c) < 1e-13);
    const Numbers x = reals(size, 6);
    BOOST_TEST(difference(image(c.inverse(), image(c, x)), x) < 1e-12);
    BOOST_TEST(adjoint_gap(self, c.inverse()) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_circulant_gradient_is_the_slope_by_each_entry) {
  for (const Index size : {1, 2, 9, 12}) {
    const Numbers column = reals(size, 1), left = reals(size, 3), right = reals(size, 4);
    Numbers gradient(column.size());
    Circulant(column).add_gradient(left, right, gradient);
    for (std::size_t i = 0; i < column.size(); ++i)
      BOOST_TEST(std::abs(gradient[i] -
                          slope([&](auto& c) { return dot(left, image(Circulant(c), right)); }, column, i)) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(strang_keeps_the_central_diagonals_and_chan_is_nearest) {
  const Numbers column = reals(7, 1), row = reals(7, 2);
  BOOST_TEST(product_error(Circulant::strang(column), circulant({column[0], column[1], column[2], column[3], column[3],
                                                                 column[2], column[1]})) < 1e-14);
  // The nearest circulant matrix has the means over the diagonals that it makes equal.
  Numbers mean;
  const Entry t = toeplitz(column, row);
  for (Index lag = 0; lag < 7; ++lag) {
    double sum = 0;
    for (Index j = 0; j < 7; ++j) sum += t((j + lag) % 7, j) / 7;
    mean.push_back(sum);
  }
  Numbers with_column = column, with_row = row;
  with_row[0] = with_column[0];
  BOOST_TEST(product_error(Circulant::chan(with_column, with_row), circulant(mean)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(a_kronecker_product_acts_along_each_axis) {
  const Comm self = Comm::self();
  for (const std::vector<Index>& shape : {std::vector<Index>{6}, {4, 5}, {1, 7}, {3, 4, 5}, {2, 1, 6}}) {
    std::vector<Numbers> columns;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) columns.push_back(reals(shape[axis], axis + 1));
    const KroneckerToeplitz product(columns);
    const Entry entry = [&](Index i, Index j) {
      double value = 1;
      const auto a = position(product.shape(), i), b = position(product.shape(), j);
      for (std::size_t axis = 0; axis < a.size(); ++axis)
        value *= columns[axis][static_cast<std::size_t>(std::abs(a[axis] - b[axis]))];
      return value;
    };
    BOOST_TEST(product_error(product, entry) < 1e-14);
    BOOST_TEST(adjoint_gap(self, product) < 1e-13);
    const Numbers left = reals(product.rows(), 8), right = reals(product.rows(), 9);
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      Numbers gradient(columns[axis].size());
      product.add_gradient(static_cast<int>(axis), left, right, gradient);
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const auto form = [&](const Numbers& column) {
          std::vector<Numbers> changed = columns;
          changed[axis] = column;
          return dot(left, image(KroneckerToeplitz(changed), right));
        };
        BOOST_TEST(std::abs(gradient[i] - slope(form, columns[axis], i)) < 1e-11);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(petsc_solves_toeplitz_systems_in_few_steps_with_a_circulant_preconditioner) {
  const Comm self = Comm::self();
  constexpr Index size = 2000;
  Numbers column = decaying(size, 50);
  column[0] += 0.01;
  const Toeplitz a(column);
  const Numbers x = reals(size, 5);
  Numbers b = image(a, x), found(x.size());
  const auto steps = [&](const Circulant& approximation) {
    const Circulant inverse = approximation.inverse();
    const MatHandle matrix = petsc_shell(self, a), preconditioner = petsc_shell(self, inverse);
    KspHandle solver;
    check_petsc(KSPCreate(self.raw(), solver.out()));
    check_petsc(KSPSetOperators(solver.get(), matrix.get(), preconditioner.get()));
    check_petsc(KSPSetType(solver.get(), KSPCG));
    PC pc = nullptr;
    check_petsc(KSPGetPC(solver.get(), &pc));
    check_petsc(PCSetType(pc, PCMAT));
    check_petsc(KSPSetTolerances(solver.get(), 1e-12, 0, PETSC_DEFAULT, 200));
    VecHandle right, solution;
    check_petsc(VecCreateSeqWithArray(self.raw(), 1, size, b.data(), right.out()));
    check_petsc(VecCreateSeqWithArray(self.raw(), 1, size, found.data(), solution.out()));
    check_petsc(KSPSolve(solver.get(), right.get(), solution.get()));
    PetscInt iterations = 0;
    check_petsc(KSPGetIterationNumber(solver.get(), &iterations));
    return iterations;
  };
  BOOST_TEST(steps(Circulant::strang(column)) <= 20);
  BOOST_TEST(difference(found, x) < 1e-8);
  BOOST_TEST(steps(Circulant::chan(column)) <= 40);
  BOOST_TEST(difference(found, x) < 1e-8);
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_and_singular_matrices_are_refused) {
  const Numbers three(3), four(4, 1.0);
  Numbers gradient(4);
  BOOST_TEST(failure([&] { Toeplitz(three, four); }).is(Fault::internal, "of 3 and 4"));
  BOOST_TEST(failure([&] { Toeplitz(Numbers{}); }).is(Fault::internal, "of one length"));
  BOOST_TEST(
      failure([&] { Circulant(three).add_gradient(three, three, gradient); }).is(Fault::internal, "of 3 entries"));
  BOOST_TEST(failure([&] { (void)Circulant(four).inverse(); }).is(Fault::numerics, "has no inverse"));
}

BOOST_AUTO_TEST_SUITE_END()
