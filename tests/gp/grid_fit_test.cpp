// The evidence of larger grids, its gradient, and the search for hyper-parameters, on one rank.
#include "gp/grid_cases.hpp"
#include <mercer/optim/derivative_check.hpp>
#include <mercer/optim/lbfgs.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

const KrylovOptions tight{1e-12, 500};

GridRegression::Evidence evidence_of(const GridCase& c, const Comm& comm, Index probes) {
  const GridBasis basis = c.basis(comm);
  return GridRegression(basis, c.noise(), c.slab(basis, c.data), tight).evidence(probes, 5);
}

Objective objective(const GridCase& c, const Comm& self, Index probes) {
  return GridObjective(self, c.covariance, c.grid, c.data, {probes, 5, tight});
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_basis_of_an_axis_diagonalises_its_matrix) {
  for (const Index points : {1, 2, 3, 8, 13}) {
    std::vector<double> column;
    for (Index lag = 0; lag < points; ++lag) column.push_back(std::exp(-0.3 * static_cast<double>(lag)));
    const AxisBasis basis = toeplitz_basis(column, 0);
    BOOST_TEST(basis.values.size() == points);
    const Matrix back = basis.vectors * basis.values.asDiagonal() * basis.vectors.transpose();
    for (Index i = 0; i < points; ++i)
      for (Index j = 0; j < points; ++j)
        BOOST_TEST(std::abs(back(i, j) - column[static_cast<std::size_t>(std::abs(i - j))]) < 1e-14);
    BOOST_TEST(std::is_sorted(basis.values.begin(), basis.values.end(), std::greater<>()));
  }
}

BOOST_AUTO_TEST_CASE(small_eigenvalues_are_left_out) {
  std::vector<double> column;
  for (int lag = 0; lag < 50; ++lag) column.push_back(std::exp(-0.5 * lag * lag / 100.0));
  const AxisBasis basis = toeplitz_basis(column, 1e-6);
  BOOST_TEST(basis.values.size() < 20);
  BOOST_TEST(basis.values[basis.values.size() - 1] > 1e-6);
}

BOOST_AUTO_TEST_CASE(the_evidence_of_2500_points_is_within_one_percent) {
  const Comm comm;
  for (const GridCase& c : {plane_case({50, 50}, 0.2), mixture_case({50, 50}, 0.2)}) {
    double expected = 0;
    together(comm, [&] {
      if (comm.is_root()) expected = dense_evidence(c);
    });
    expected = broadcast(comm, expected);
    const auto evidence = evidence_of(c, comm, 8);
    BOOST_TEST(std::abs(evidence.log_evidence - expected) < 0.01 * std::abs(expected));
    BOOST_TEST(std::abs(evidence.log_evidence - expected) < 4 * evidence.error);
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_complete_grid_is_exact) {
  const Comm self = Comm::self();
  for (const GridCase& c : {plane_case({7, 8}, 0), mixture_case({6, 9}, 0), line_case(20, 0), box_case({3, 4, 5}, 0)})
    BOOST_TEST(gradient_gap(self, objective(c, self, 1), c.point) < 1e-7);
}

BOOST_AUTO_TEST_CASE(the_gradient_with_missing_points_is_close_to_that_of_dense_algebra) {
  const Comm self = Comm::self();
  for (GridCase c : {plane_case({12, 12}, 0.2), mixture_case({12, 12}, 0.2), line_case(60, 0.3)}) {
    std::vector<double> gradient(c.point.size());
    objective(c, self, 400)(c.point, gradient);
    double observed = 0, size = 0, error = 0;
    for (const double value : c.data) observed += std::isnan(value) ? 0 : 1;
    for (std::size_t p = 0; p < c.point.size(); ++p) {
      const auto shifted = [&](double by) {
        GridCase moved = c;
        moved.point[p] += by;
        return -dense_evidence(moved) / observed;
      };
      const double expected = (shifted(1e-4) - shifted(-1e-4)) / 2e-4;
      error += (gradient[p] - expected) * (gradient[p] - expected);
      size += expected * expected;
    }
    BOOST_TEST(std::sqrt(error / size) < 0.02);
  }
}

BOOST_AUTO_TEST_CASE(points_missing_among_others_take_few_steps_however_small_the_noise) {
  const Comm self = Comm::self();
  for (const double noise : {0.3, 0.03, 0.003}) {
    GridCase c = plane_case({60, 60}, 0.2);
    c.point.back() = std::log(noise);
    const GridBasis basis = c.basis(self);
    BOOST_TEST(GridRegression(basis, noise, c.data, {1e-6, 500}).iterations() <= 60);
  }
}

BOOST_AUTO_TEST_CASE(the_search_lowers_the_objective_and_finds_the_noise) {
  const Comm self = Comm::self();
  const GridCase c = plane_case({40, 40}, 0.2);
  std::vector<double> point = grid_start(c.covariance, c.grid, c.data);
  LbfgsOptions options;
  options.value_tolerance = 1e-6;
  options.iterations = 40;
  const Minimum minimum = minimise(self, objective(c, self, 8), point, options);
  BOOST_TEST(minimum.converged(), name(minimum.stop));
  BOOST_TEST(minimum.history.back().value < minimum.history.front().value);
  BOOST_TEST(std::exp(point.back()) > 0.18);
  BOOST_TEST(std::exp(point.back()) < 0.22);
}
