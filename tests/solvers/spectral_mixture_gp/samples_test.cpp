// Sources known at equally spaced points alone: accuracy, and certificates that see what lies between the points.
#include "solvers/spectral_mixture_gp/problems.hpp"
#include "support/failure.hpp"
#include <mercer/base/random.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;
using test::NamedProblem;

namespace {

struct Sampled {
  const char* problem;
  Index points;  ///< along every axis
};

// those of the published problems as published
const std::vector<Sampled> lines{{"p1", 400},       {"p2", 400},     {"p3", 900},
                                 {"p4", 900},       {"p5", 400},     {"p6", 400},
                                 {"p7", 400},       {"chirp", 1600}, {"boundary layer", 600},
                                 {"resonance", 400}};
const std::vector<Sampled> planes{{"q1", 400},
                                  {"q3", 400},
                                  {"q4", 200},
                                  {"Allen-Cahn, many scales", 120},
                                  {"radial", 800},
                                  {"heat", 100},
                                  {"two tones carried", 200}};

FeatureResult solve(const Comm& comm, const NamedProblem& problem, Index points, Placement placement = Placement::nodes,
                    const FeatureOptions& options = {}) {
  const std::vector<Index> all(problem.axes.size(), points);
  return solve_features(comm, test::sampled(comm, test::statement_of(problem), all, placement), options);
}

void expect_accuracy(const Comm& comm, const std::vector<Sampled>& cases, bool certified = true) {
  for (const auto& [name, points] : cases) {
    const NamedProblem& problem = test::problem(name);
    const FeatureResult result = solve(comm, problem, points);
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(test::error_of(problem, result.solution) <= 100 * problem.error);
      BOOST_TEST(result.certificate.certified == certified, result.certificate.reason);
    }
  }
}

bool says(const FeatureResult& result, const std::string& words) {
  return !result.certificate.certified && result.certificate.reason.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(samples_are_enough_on_lines) { expect_accuracy(Comm(), lines); }
BOOST_AUTO_TEST_CASE(samples_are_enough_on_planes) { expect_accuracy(Comm(), planes); }
BOOST_AUTO_TEST_CASE(samples_are_enough_where_the_system_is_ill_conditioned) {
  expect_accuracy(Comm(), {{"q2", 200}}, false);
}
BOOST_AUTO_TEST_CASE(samples_are_enough_in_a_box) { expect_accuracy(Comm(), {{"Allen-Cahn in 3-D", 80}}, false); }

BOOST_AUTO_TEST_CASE(samples_may_sit_in_cells_or_begin_at_one_end) {
  const Comm comm;
  for (const char* name : {"p1", "p2", "p5", "p6", "q4", "heat", "Allen-Cahn, many scales"}) {
    const NamedProblem& problem = test::problem(name);
    for (const Placement placement : {Placement::cells, Placement::left}) {
      const FeatureResult result = solve(comm, problem, problem.axes.size() == 1 ? 400 : 200, placement);
      BOOST_TEST_CONTEXT(name << (placement == Placement::cells ? " in cells" : " from the left")) {
        BOOST_TEST(test::error_of(problem, result.solution) <= 100 * problem.error);
        BOOST_TEST(result.certificate.certified, result.certificate.reason);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_answer_from_samples_does_not_depend_on_the_number_of_ranks) {
  const Comm comm, alone = Comm::self();
  for (const auto& [name, points] : std::vector<Sampled>{{"p7", 400}, {"heat", 101}, {"q3", 400}}) {
    const NamedProblem& problem = test::problem(name);
    const FeatureResult shared = solve(comm, problem, points), own = solve(alone, problem, points);
    Array difference = copy(own.solution.coefficients());
    add(difference, -1, shared.solution.coefficients());
    BOOST_TEST_CONTEXT(name) {
      // sums over samples are split between ranks; the inverse operator amplifies their rounding
      BOOST_TEST(norm(difference) <= 1e-10 * norm(own.solution.coefficients()));
      BOOST_TEST(shared.certificate.certified == own.certificate.certified);
    }
  }
}

BOOST_AUTO_TEST_CASE(bands_are_counted_by_axis) {
  const FeatureResult result = solve(Comm(), test::problem("q4"), 200);
  BOOST_TEST(result.bands == (std::vector<Index>{2, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_certificate_of_samples_says_what_it_assumes) {
  const Comm comm;
  BOOST_TEST(solve(comm, test::problem("p4"), 315).certificate.assumption.find("986.5 along x") != std::string::npos);
  BOOST_TEST(solve_features(comm, test::statement_of(test::problem("p4")), {}).certificate.assumption.empty());
}

BOOST_AUTO_TEST_CASE(what_fits_all_samples_but_not_those_left_out_is_not_certified) {
  // The layer takes 110 features of 250 equally spaced points: enough to swing between them.
  const FeatureResult result =
      solve(Comm(), test::problem("boundary layer"), 250, Placement::nodes, {.tolerance = 1e-5});
  BOOST_TEST(says(result, "too few samples"), result.certificate.reason);
  BOOST_TEST(result.certificate.residual > 1e-5);
}

BOOST_AUTO_TEST_CASE(wide_bands_on_few_points_are_not_certified) {
  const FeatureResult result = solve(Comm(), test::problem("chirp"), 400);
  BOOST_TEST(says(result, "too few samples"), result.certificate.reason);
}

BOOST_AUTO_TEST_CASE(samples_below_two_points_a_wave_are_not_certified) {
  const Comm comm;
  for (const auto& [name, points] : std::vector<Sampled>{{"p1", 150}, {"p1", 190}, {"p2", 170}, {"q1", 250}})
    BOOST_TEST_CONTEXT(name << " from " << points) {
      const FeatureResult result = solve(comm, test::problem(name), points);
      BOOST_TEST(says(result, "under-sampling: along axis"), result.certificate.reason);
    }
}

BOOST_AUTO_TEST_CASE(fewer_samples_than_features_are_refused) {
  const Comm comm;
  BOOST_TEST(test::failure([&] { solve(comm, test::problem("q3"), 60); }).is(Fault::numerics, "under-sampling"));
}

BOOST_AUTO_TEST_CASE(noise_in_samples_stops_the_refinement_and_is_named) {
  const Comm comm;
  Statement statement = test::sampled(comm, test::statement_of(test::problem("p1")), {400});
  const Random random(1);
  const Range rows = block(400, comm.rank(), comm.size());
  for (Index i = 0; i < rows.count(); ++i)
    statement.samples->values.data()[i] += 1e-4 * 1e4 * random.normal(static_cast<std::uint64_t>(rows.begin + i));
  const FeatureResult result = solve_features(comm, statement, {});
  BOOST_TEST(says(result, "noise"), result.certificate.reason);
  BOOST_TEST(result.loops == 1);
}

BOOST_AUTO_TEST_CASE(kinks_are_not_certified) {
  const Comm comm;
  const NamedProblem rough{"", "u_xx = f", "abs(x - 0.4)^2.5", 1, {"x"}};
  const FeatureResult whole = solve_features(comm, test::statement_of(rough), {}), known = solve(comm, rough, 400);
  BOOST_TEST(says(whole, "kinks"), whole.certificate.reason);
  BOOST_TEST(says(known, "kinks"), known.certificate.reason);
}

BOOST_AUTO_TEST_CASE(some_samples_are_left_out_symmetrically_and_the_others_have_equal_weight) {
  for (const Placement placement : {Placement::nodes, Placement::left, Placement::cells})
    for (const Index count : {8, 33, 64, 400})
      for (const int dimensions : {1, 2}) {
        const Sampling sampling{count, placement, dimensions};
        const Quadrature rule = sample_points(sampling, Fitted::most);
        const std::vector<Index> out = left_out(sampling, Fitted::most);
        BOOST_TEST(std::abs(rule.weights.sum() - 2) < 1e-14);
        BOOST_TEST(std::abs(rule.weights.dot(rule.points)) < 1e-14);
        BOOST_TEST((rule.weights.array() == 0).count() == static_cast<Index>(out.size()));
        BOOST_TEST((out.size() >= 2 && std::adjacent_find(out.begin(), out.end()) == out.end()));
        if (count >= 100 && dimensions == 1) BOOST_TEST(out.size() >= 16u);
      }
  BOOST_TEST(left_out({400, Placement::left, 1}, Fitted::all).size() == 1u);
  BOOST_TEST(left_out({400, Placement::cells, 1}, Fitted::all).empty());
  BOOST_TEST(test::failure([] { sample_points({7, Placement::nodes, 1}, Fitted::all); }).is(Fault::data, "too few"));
}
