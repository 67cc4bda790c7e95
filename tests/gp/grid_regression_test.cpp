// Gaussian processes on grids against dense algebra, and on several ranks against one.
#include "gp/grid_cases.hpp"
#include "support/failure.hpp"

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

const KrylovOptions tight{1e-12, 500};

double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

std::vector<GridCase> small_cases() {
  return {plane_case({9, 12}, 0.25), plane_case({7, 5}, 0),    mixture_case({12, 10}, 0.3), line_case(40, 0.2),
          line_case(1, 0),           box_case({4, 5, 3}, 0.2), box_case({1, 2, 6}, 0.3),    plane_case({3, 17}, 0.7)};
}

std::vector<double> mean_of(const GridCase& c, const Comm& comm) {
  const GridBasis basis = c.basis(comm);
  const GridRegression regression(basis, c.noise(), c.slab(basis, c.data), tight);
  std::vector<double> mean(static_cast<std::size_t>(basis.own_count()));
  regression.mean(mean);
  return mean;
}

std::vector<double> deviation_of(const GridCase& c, const Comm& comm, Index draws) {
  const GridBasis basis = c.basis(comm);
  const GridRegression regression(basis, c.noise(), c.slab(basis, c.data), tight);
  std::vector<double> deviation(static_cast<std::size_t>(basis.own_count()));
  regression.deviation(draws, 3, deviation);
  return deviation;
}

GridRegression::Evidence evidence_of(const GridCase& c, const Comm& comm, Index probes) {
  const GridBasis basis = c.basis(comm);
  return GridRegression(basis, c.noise(), c.slab(basis, c.data), tight).evidence(probes, 5);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_mean_is_that_of_dense_algebra) {
  const Comm comm;
  for (const GridCase& c : small_cases()) {
    const GridBasis basis = c.basis(comm);
    BOOST_TEST(difference(mean_of(c, comm), c.slab(basis, dense(c).mean)) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(the_deviation_of_a_complete_grid_is_exact) {
  const Comm comm;
  for (const GridCase& c : {plane_case({7, 8}, 0), mixture_case({6, 9}, 0), line_case(30, 0), box_case({3, 4, 5}, 0)}) {
    const GridBasis basis = c.basis(comm);
    BOOST_TEST(difference(deviation_of(c, comm, 1), c.slab(basis, dense(c).deviation)) < 1e-10);
  }
}

// The sampled part of a variance has a relative error of sqrt(2 / 400) = 7 %, so four of them bound the whole's.
BOOST_AUTO_TEST_CASE(the_deviation_with_missing_points_is_sampled_without_bias) {
  const Comm comm;
  for (const GridCase& c : {plane_case({9, 12}, 0.25), mixture_case({12, 10}, 0.3), line_case(40, 0.3)}) {
    const GridBasis basis = c.basis(comm);
    const std::vector<double> got = deviation_of(c, comm, 400), expected = c.slab(basis, dense(c).deviation);
    double worst = 0, bias = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double relative = got[i] * got[i] / (expected[i] * expected[i]) - 1;
      worst = std::max(worst, std::abs(relative));
      bias += relative;
    }
    BOOST_TEST(worst < 0.28);
    if (comm.size() == 1) BOOST_TEST(std::abs(bias) / static_cast<double>(got.size()) < 0.03);
  }
}

BOOST_AUTO_TEST_CASE(the_evidence_of_a_complete_grid_is_exact) {
  const Comm comm;
  for (const GridCase& c : {plane_case({7, 8}, 0), mixture_case({6, 9}, 0), line_case(30, 0), box_case({3, 4, 5}, 0)}) {
    const double expected = dense_evidence(c);
    BOOST_TEST(std::abs(evidence_of(c, comm, 1).log_evidence - expected) < 1e-10 * std::abs(expected));
  }
}

BOOST_AUTO_TEST_CASE(ranks_agree_with_a_single_one_to_1e_10) {
  const Comm comm, alone = Comm::self();
  for (const GridCase& c : {plane_case({31, 20}, 0.3), box_case({5, 6, 4}, 0.2), line_case(50, 0.2)}) {
    const GridBasis basis = c.basis(comm);
    BOOST_TEST(difference(mean_of(c, comm), c.slab(basis, mean_of(c, alone))) < 1e-10);
    BOOST_TEST(difference(deviation_of(c, comm, 4), c.slab(basis, deviation_of(c, alone, 4))) < 1e-10);
    const double shared = evidence_of(c, comm, 4).log_evidence, single = evidence_of(c, alone, 4).log_evidence;
    BOOST_TEST(std::abs(shared - single) < 1e-10 * std::abs(single));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_said) {
  const Comm comm;
  const GridCase c = plane_case({20, 20}, 0.4);
  const GridBasis basis = c.basis(comm);
  const auto data = c.slab(basis, c.data);
  BOOST_TEST(failure([&] { GridRegression(basis, 0.0, data, tight); }).is(Fault::numerics, "noise must be positive"));
  BOOST_TEST(failure([&] {
               GridRegression(basis, c.noise(), data, {1e-12, 1});
             }).is(Fault::numerics, "the posterior mean stopped after 1 steps"));
  BOOST_TEST(failure([&] {
               GridRegression(basis, 0.1, std::vector<double>(data.size() + 1), tight);
             }).is(Fault::internal, "for"));
  BOOST_TEST(failure([&] {
               toeplitz_basis(std::vector<double>(most_axis_points + 1, 1.0), 0);
             }).is(Fault::config, "thin or cut the data"));
  BOOST_TEST(failure([&] { toeplitz_basis(std::vector<double>{1.0, INFINITY}, 0); }).is(Fault::numerics, "inf"));
  std::vector<double> constant(400, 0.0);
  BOOST_TEST(failure([&] { grid_start(c.covariance, c.grid, constant); }).is(Fault::data, "nothing to learn"));
}
