// Quasi-Newton minimisation: free and bounded minima on any number of ranks, reasons to stop, failures in the function.
#include "support/failure.hpp"
#include <mercer/optim/lbfgs.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/petsc.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Sum of Rosenbrock's function over pairs of neighbouring unknowns; pairs stay on one rank.
struct Rosenbrock {
  const Comm& comm;
  double operator()(std::span<const double> x, std::span<double> g) const {
    std::vector<double> terms;
    for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
      const double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
      terms.push_back(100 * bend * bend + rest * rest);
      g[i] = -400 * x[i] * bend - 2 * rest;
      g[i + 1] = 200 * bend;
    }
    return reproducible_sum(comm, terms);
  }
};

/// This rank's part of four pairs, so that on three ranks the parts differ, or of one pair, so that some ranks have
/// none.
std::vector<double> start(const Comm& comm, Index pairs) {
  const Range mine = block(pairs, comm.rank(), comm.size());
  std::vector<double> x;
  for (Index pair = mine.begin; pair < mine.end; ++pair)
    x.insert(x.end(), {-1.2 + 0.1 * static_cast<double>(pair), 1.0});
  return x;
}

double distance(const Comm& comm, const std::vector<double>& x, double first, double second) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - (i % 2 == 0 ? first : second)));
  return largest(comm, worst);
}

const Objective quadratic = [](std::span<const double> x, std::span<double> g) {
  g[0] = 2 * (x[0] - 3);
  return (x[0] - 3) * (x[0] - 3);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(lbfgs)

BOOST_AUTO_TEST_CASE(the_free_minimum_is_found_on_any_number_of_ranks) {
  const Comm comm;
  for (const Index pairs : {1, 4}) {
    std::vector<double> x = start(comm, pairs);
    const Minimum minimum = minimise(comm, Rosenbrock{comm}, x);
    BOOST_TEST(minimum.converged(), name(minimum.stop));
    BOOST_TEST(distance(comm, x, 1, 1) < 1e-7);
    BOOST_TEST(minimum.history.size() < (pairs == 1 ? 60u : 150u));
  }
}

BOOST_AUTO_TEST_CASE(the_minimum_at_active_bounds_is_found_on_any_number_of_ranks) {
  const Comm comm;
  std::vector<double> x = start(comm, 4), lower(x.size(), -infinity), upper(x.size(), infinity);
  for (std::size_t i = 0; i < x.size(); i += 2) upper[i] = 0.5;
  const Minimum minimum = minimise(comm, Rosenbrock{comm}, x, {}, {lower, upper});
  BOOST_TEST(minimum.converged(), name(minimum.stop));
  BOOST_TEST(distance(comm, x, 0.5, 0.25) < 1e-7);
  BOOST_TEST(minimum.history.back().value == 4 * 0.25, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_history_holds_every_accepted_point) {
  const Comm comm;
  std::vector<double> x = start(comm, 4);
  std::size_t watched = 0;
  const Minimum minimum = minimise(comm, Rosenbrock{comm}, x, {.watch = [&](const Iterate&) { ++watched; }});
  BOOST_TEST(watched == minimum.history.size());
  for (std::size_t i = 1; i < minimum.history.size(); ++i) {
    BOOST_TEST(minimum.history[i].value <= minimum.history[i - 1].value);
    BOOST_TEST(minimum.history[i].number == static_cast<Index>(i));
    BOOST_TEST(minimum.history[i].evaluations > minimum.history[i - 1].evaluations);
  }
  std::vector<double> gradient(x.size());
  const double value = Rosenbrock{comm}(x, gradient), norm = reproducible_norm(comm, gradient);
  BOOST_TEST(minimum.history.back().value == value);
  BOOST_TEST(minimum.history.back().gradient_norm == norm, boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(each_limit_and_tolerance_stops_the_search) {
  const Comm comm;
  const auto stop = [&](const LbfgsOptions& options) {
    std::vector<double> x = start(comm, 4);
    return minimise(comm, Rosenbrock{comm}, x, options).stop;
  };
  BOOST_TEST((stop({.iterations = 3}) == Stop::iterations));
  BOOST_TEST((stop({.evaluations = 5}) == Stop::evaluations));
  BOOST_TEST((stop({.relative_gradient_tolerance = 0.1}) == Stop::gradient));
  BOOST_TEST((stop({.gradient_tolerance = 0, .value_tolerance = 1e-6}) == Stop::value));
}

BOOST_AUTO_TEST_CASE(options_of_petsc_with_the_prefix_of_the_caller_win) {
  const Comm comm;
  const LbfgsOptions options{.prefix = "ridge_"};
  const auto iterations = [&] {
    std::vector<double> x = start(comm, 4);
    return minimise(comm, Rosenbrock{comm}, x, options).history.size();
  };
  const std::size_t ours = iterations();
  PetscOptionsSetValue(nullptr, "-ridge_tao_lmvm_mat_lmvm_hist_size", "2");
  const std::size_t users = iterations();
  PetscBool kept = PETSC_FALSE;
  PetscOptionsHasName(nullptr, nullptr, "-ridge_tao_lmvm_mat_lmvm_hist_size", &kept);
  PetscOptionsClearValue(nullptr, "-ridge_tao_lmvm_mat_lmvm_hist_size");
  BOOST_TEST(kept == PETSC_TRUE);
  BOOST_TEST(users > ours);
  BOOST_TEST(iterations() == ours);
}

BOOST_AUTO_TEST_CASE(a_wrong_gradient_stalls_the_search_at_its_best_point) {
  const Objective wrong = [](std::span<const double> x, std::span<double> g) {
    g[0] = -2 * (x[0] - 3);
    return (x[0] - 3) * (x[0] - 3);
  };
  std::vector<double> x{1};
  const Minimum minimum = minimise(Comm::self(), wrong, x);
  BOOST_TEST((minimum.stop == Stop::stalled));
  BOOST_TEST(!minimum.converged());
  BOOST_TEST(x[0] == 1);
}

BOOST_AUTO_TEST_CASE(steps_that_leave_the_domain_of_the_function_are_shortened) {
  // The first trials lie at negative x, where the logarithm is not a number. The minimum is at 1 / slope.
  for (const bool bounded : {false, true})
    for (const double slope : {2.0, 50.0, 1e4}) {
      const Objective barrier = [slope](std::span<const double> x, std::span<double> g) {
        g[0] = slope - 1 / x[0];
        return slope * x[0] - std::log(x[0]);
      };
      std::vector<double> x{1};
      const std::vector<double> lower{-infinity}, upper{infinity};
      const Minimum minimum =
          minimise(Comm::self(), barrier, x, {.gradient_tolerance = 1e-6}, bounded ? Bounds{lower, upper} : Bounds{});
      BOOST_TEST(minimum.converged(), name(minimum.stop) << ", slope " << slope << ", bounded " << bounded);
      BOOST_TEST(x[0] * slope == 1, boost::test_tools::tolerance(1e-6));
    }
}

BOOST_AUTO_TEST_CASE(a_function_that_is_finite_nowhere_else_ends_at_the_start) {
  const Comm comm;
  const Range mine = block(3, comm.rank(), comm.size());
  const Objective spike = [&](std::span<const double> x, std::span<double> g) {
    std::vector<double> terms(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      g[i] = 1;
      terms[i] = x[i] == 1 ? 1 : NAN;
    }
    return reproducible_sum(comm, terms);
  };
  std::vector<double> x(static_cast<std::size_t>(mine.count()), 1.0);
  const Minimum minimum = minimise(comm, spike, x);
  BOOST_TEST((minimum.stop == Stop::not_finite), name(minimum.stop));
  BOOST_TEST(minimum.history.size() == 1u);
  BOOST_TEST(x == std::vector<double>(x.size(), 1.0));
}

BOOST_AUTO_TEST_CASE(a_gradient_that_is_not_finite_on_one_rank_is_seen_by_all) {
  const Comm comm;
  std::vector<double> x = start(comm, 4);
  const Objective broken = [&](std::span<const double> point, std::span<double> g) {
    const double value = Rosenbrock{comm}(point, g);
    if (comm.rank() == comm.size() - 1) g[0] = NAN;
    return value;
  };
  BOOST_CHECK_EXCEPTION(minimise(comm, broken, x), Error, failure(Fault::numerics, "not finite at the start"));
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_function_comes_out_unchanged) {
  std::vector<double> x{1};
  const Objective failing = [](std::span<const double> point, std::span<double> g) {
    require(point[0] == 1, Fault::data, "the sea is rough");
    return quadratic(point, g);
  };
  BOOST_CHECK_EXCEPTION(minimise(Comm::self(), failing, x), Error, failure(Fault::data, "the sea is rough"));
  BOOST_TEST(minimise(Comm::self(), quadratic, x).converged());
}

BOOST_AUTO_TEST_CASE(bounds_that_do_not_fit_are_refused_on_every_rank) {
  const Comm comm;
  std::vector<double> x = start(comm, 4), lower(x.size(), -1.0), upper(x.size(), 1.0), few(x.size() - 1);
  if (comm.is_root()) lower[1] = 2;
  BOOST_CHECK_EXCEPTION(minimise(comm, Rosenbrock{comm}, x, {}, {lower, upper}), Error,
                        failure(Fault::config, "unknown 1 has the lower bound 2"));
  BOOST_CHECK_EXCEPTION(minimise(comm, Rosenbrock{comm}, x, {}, {few, upper}), Error,
                        failure(Fault::internal, "lower and"));
}

BOOST_AUTO_TEST_SUITE_END()
