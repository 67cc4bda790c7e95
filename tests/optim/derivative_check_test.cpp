// The check of gradients: right ones pass, wrong ones do not.
#include "support/failure.hpp"
#include <mercer/optim/derivative_check.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace mercer;

namespace {

/// sum exp(x_i) sin(3 x_i) over all ranks; every entry of the gradient is multiplied by `factor`, the third of all
/// besides by `third`.
struct Wave {
  const Comm& comm;
  Range mine;
  double factor = 1, third = 1;
  double operator()(std::span<const double> x, std::span<double> gradient) const {
    std::vector<double> terms(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      terms[i] = std::exp(x[i]) * std::sin(3 * x[i]);
      gradient[i] = factor * std::exp(x[i]) * (std::sin(3 * x[i]) + 3 * std::cos(3 * x[i]));
      if (mine.begin + static_cast<Index>(i) == 2) gradient[i] *= third;
    }
    return reproducible_sum(comm, terms);
  }
};

double gap(const Comm& comm, double factor, double third) {
  const Range mine = block(5, comm.rank(), comm.size());
  std::vector<double> point;
  for (Index i = mine.begin; i < mine.end; ++i) point.push_back(0.3 * static_cast<double>(i) - 0.4);
  return gradient_gap(comm, Wave{comm, mine, factor, third}, point);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(derivative_check)

BOOST_AUTO_TEST_CASE(a_right_gradient_has_no_gap) {
  const Comm comm;
  BOOST_TEST(gap(comm, 1, 1) < 1e-10);
}

BOOST_AUTO_TEST_CASE(a_wrong_gradient_has_a_gap_of_the_size_of_its_error) {
  const Comm comm;
  const double scaled = gap(comm, 1.001, 1), one_entry = gap(comm, 1, 1.001), opposite = gap(comm, -1, 1);
  BOOST_TEST(scaled > 1e-4);
  BOOST_TEST(scaled < 1e-2);
  BOOST_TEST(one_entry > 1e-5);
  BOOST_TEST(opposite > 0.5);
}

BOOST_AUTO_TEST_CASE(the_gap_has_the_same_bits_on_every_rank_count) {
  const Comm comm;
  const double together = gap(comm, 1, 1.001), alone = gap(Comm::self(), 1, 1.001);
  BOOST_TEST(together == alone);
}

BOOST_AUTO_TEST_CASE(long_steps_may_leave_the_domain_of_the_function) {
  const Objective logarithm = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 1 / x[0];
    return std::log(x[0]);
  };
  BOOST_TEST(gradient_gap(Comm::self(), logarithm, std::vector{0.05}) < 1e-6);
}

BOOST_AUTO_TEST_CASE(a_function_that_is_not_finite_is_refused) {
  const Objective nowhere = [](std::span<const double>, std::span<double> gradient) {
    gradient[0] = 1;
    return double(NAN);
  };
  const Objective only_there = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 1;
    return x[0] == 1 ? 0.0 : double(INFINITY);
  };
  const Comm self = Comm::self();
  BOOST_CHECK_EXCEPTION(gradient_gap(self, nowhere, std::vector{1.0}), Error, failure(Fault::numerics, "value is nan"));
  BOOST_CHECK_EXCEPTION(gradient_gap(self, only_there, std::vector{1.0}), Error,
                        failure(Fault::numerics, "near the point"));
}

BOOST_AUTO_TEST_SUITE_END()
