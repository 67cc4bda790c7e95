// Samples on several axes: chosen weights against all of them, any number of ranks against one, and answers against the
// truth.
#include "solvers/spectral_mixture_gp/noise_problems.hpp"
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_fit.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;
using namespace mercer::smgp::test;

namespace {

const NoisyProblem smooth{
    .equation = "u_xx + u_yy = f", .exact = "sin(3*x + 0.3)*sin(2*y + 0.2) + cos(2*x + y)", .axes = {{0, 1}, {0, 1}}};

struct Run {
  Assimilation answer;
  double noise_ratio = 0;  ///< estimated by true
};
Run run(const Comm& comm, const Truth& truth, const Shape& shape, double relative, std::uint64_t seed,
        const AssimilationOptions& options) {
  const NoisyData data = noisy(truth, shape, relative, gaussian(seed));
  const NoisyData clean = sample_source(truth.statement(), shape, 1);
  NoisyData beside;
  beside.checks = data.checks;
  Run result{assimilate(comm, sampled(comm, truth, data.source), beside, options)};
  result.noise_ratio = result.answer.certificate.noise / (relative * root_mean_square(clean.source.span()));
  return result;
}

/// Every weight of the space and every sample, under conditions that have been freed of those that depend on others.
DataModel dense_model(const GridFit& fit, const Truth& truth, const Array& source) {
  const WeightSpace& space = fit.whole();
  const Eigen::VectorXd deviations = (Prior(space).log_variances(fit.fit().theta) / 2).array().exp();
  DataModel model;
  model.rows = operator_rows(space, truth.statement(), scattered(uniform_grid(truth.statement(), source.shape())));
  model.source = Eigen::Map<const Eigen::VectorXd>(source.data(), source.count());
  model.exact = independent_conditions(exact_data(space, truth.statement()), deviations, 1e-8);
  return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(grid_assimilation)

BOOST_AUTO_TEST_CASE(chosen_weights_have_the_features_of_their_places) {
  const WeightSpace space({{0, 1}, {-1, 2}}, {{{0, 4}, {20, 3}}, {{0, 3}, {9, 2}}});
  const Places all = space.places();
  const Places some{all[3], all[41], all[17], all[60]};
  const WeightSpace cut = cut_to(space, some);
  BOOST_TEST(cut.size() == 4);
  BOOST_TEST(cut.features(0) + cut.features(1) < space.features(0) + space.features(1));
  const Points points{{0.1, 0.7, 0.4}, {-0.3, 1.9, 0.2}};
  const Matrix whole = space.values(points, {1, 0}), ours = cut.values(points, {1, 0});
  const std::vector<Index> numbers{3, 41, 17, 60};
  for (Index j = 0; j < 4; ++j)
    BOOST_TEST((ours.col(j) - whole.col(numbers[static_cast<std::size_t>(j)])).norm() < 1e-12 * whole.norm());
}

BOOST_AUTO_TEST_CASE(a_choice_of_weights_has_the_evidence_and_the_posterior_of_all) {
  const Comm comm;
  const Truth truth({.equation = "u_xx + 2*u_yy + u_x - 3*u = f",
                     .exact = "sin(3*x + 0.3)*sin(2*y + 0.2) + 0.1*sin(25*x)*cos(2*y)",
                     .axes = {{0, 1}, {0, 1}}});
  const NoisyData data = noisy(truth, {24, 40}, 1e-3, gaussian(2));
  const Statement statement = sampled(comm, truth, data.source);
  const GridFit fit(comm, statement, {}, {{{0, 11}}, {{0, 11}, {25, 10}}}, {{}, {{25, 60}}}, 0.03);
  BOOST_TEST(fit.chosen().space.size() < 9 * fit.whole().size() / 10);
  const DataModel model = dense_model(fit, truth, data.source);
  const Evidence all(model, Prior(fit.whole()));
  const std::vector<double>& theta = fit.fit().theta;
  Eigen::VectorXd ours(static_cast<Index>(theta.size())), exact = ours;
  const auto span = [](Eigen::VectorXd& v) { return std::span(v.data(), static_cast<std::size_t>(v.size())); };
  std::vector<double> moved = theta;  // where no slope vanishes
  for (double& entry : moved) entry += 0.1;
  BOOST_TEST(std::abs(fit.chosen().evidence(moved, span(ours)) - all(moved, span(exact))) < 0.5);
  BOOST_TEST(ours.dot(exact) > 0.99 * ours.norm() * exact.norm());
  const Points points = test_points(statement);
  const Prediction chosen = Posterior(fit.chosen().space, fit.chosen().evidence.posterior(theta)).predict(points),
                   dense = Posterior(fit.whole(), all.posterior(theta)).predict(points);
  BOOST_TEST(relative_error(chosen.mean, dense.mean) < 1e-6);
  BOOST_TEST(relative_error(chosen.deviation, dense.deviation) < 0.1);
}

BOOST_AUTO_TEST_CASE(a_tensor_grid_is_predicted_like_its_points) {
  const Comm comm;
  const Run found = run(comm, Truth(smooth), {20, 20}, 1e-3, 1, {.base_degree = 9});
  const Coordinates grid{{0.1, 0.5, 0.77}, {0, 0.2, 0.6, 1}};
  for (const Orders& orders : {Orders{}, Orders{1, 0}}) {
    const GridPrediction on = found.answer.posterior->predict_on(grid, orders);
    const Prediction at = found.answer.posterior->predict(scattered(grid), orders);
    const auto flat = [](const Array& a) { return Eigen::Map<const Eigen::VectorXd>(a.data(), a.count()); };
    BOOST_TEST(relative_error(flat(on.mean), at.mean) < 1e-12);
    BOOST_TEST(relative_error(flat(on.deviation), at.deviation) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_ranks_gives_the_same_answer) {
  const Comm comm, self = Comm::self();
  const Truth truth(smooth);
  const Run ours = run(comm, truth, {20, 22}, 1e-3, 1, {.base_degree = 9}),
            alone = run(self, truth, {20, 22}, 1e-3, 1, {.base_degree = 9});
  const Points points = test_points(truth.statement());
  const Prediction a = ours.answer.posterior->predict(points), b = alone.answer.posterior->predict(points);
  // rounding moves the end of the search for hyper-parameters, and with it which conditions count as independent
  BOOST_TEST(relative_error(a.mean, b.mean) < 1e-6);
  BOOST_TEST(relative_error(a.deviation, b.deviation) < 1e-2);
  BOOST_TEST(std::abs(ours.answer.log_evidence - alone.answer.log_evidence) < 0.5);
  BOOST_TEST(std::abs(ours.answer.certificate.at("residual kurtosis").value -
                      alone.answer.certificate.at("residual kurtosis").value) < 0.05);
}

BOOST_AUTO_TEST_CASE(a_line_is_solved_like_gathered_samples) {
  const Comm comm;
  const Truth truth({.exact = "sin(3*x) + exp(x)"});
  const NoisyData data = noisy(truth, {60}, 1e-2, gaussian(1));
  NoisyData beside;
  beside.checks = data.checks;
  const Assimilation ours = assimilate(comm, sampled(comm, truth, data.source), beside),
                     local = assimilate(truth.statement(), data);
  BOOST_TEST(ours.log_evidence == local.log_evidence);
}

BOOST_AUTO_TEST_CASE(a_plane_under_noise_is_certified_and_covered) {
  const Comm comm;
  const Truth truth(smooth);
  double covered = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const Run found = run(comm, truth, {20, 20}, 1e-4, seed, {.base_degree = 9});
    const Score ours = score(truth, found.answer);
    covered += ours.coverage / 4;
    BOOST_TEST(ours.error < 3e-5);
    BOOST_TEST(std::abs(found.noise_ratio - 1) < 0.15);
    BOOST_TEST(found.answer.certificate.certified, found.answer.certificate.reason);
  }
  BOOST_TEST(covered >= 0.85);
}

BOOST_AUTO_TEST_CASE(the_noise_of_readings_on_a_plane_is_estimated) {
  const Comm comm;
  const Truth truth(smooth);
  const NoisyData data = noisy(truth, {20, 20}, 1e-3, gaussian(1));
  NoisyData beside;
  beside.checks = data.checks;
  const Random random(5);
  beside.readings.points.resize(2);
  for (std::uint64_t i = 0; i < 40; ++i) {
    beside.readings.points[0].push_back(random.uniform(3 * i));
    beside.readings.points[1].push_back(random.uniform(3 * i + 1));
  }
  const Eigen::VectorXd exact = truth.at(beside.readings.points);
  for (Index i = 0; i < exact.size(); ++i)
    beside.readings.values.push_back(exact[i] + 0.05 * random.normal(static_cast<std::uint64_t>(3 * i + 2)));
  const Assimilation found = assimilate(comm, sampled(comm, truth, data.source), beside, {.base_degree = 9});
  BOOST_TEST(std::abs(found.certificate.reading_noise / 0.05 - 1) < 0.4);
}

BOOST_AUTO_TEST_CASE(nonlinear_equations_and_second_sources_are_refused) {
  const Comm comm;
  const Truth truth(smooth);
  const NoisyData data = noisy(truth, {20, 20}, 1e-3, gaussian(1));
  using mercer::test::failure;
  BOOST_TEST(failure([&] {
               assimilate(comm, sampled(comm, truth, data.source), data);
             }).is(Fault::internal, "statement's samples"));
  Statement nonlinear = sampled(comm, truth, data.source);
  nonlinear.reaction.emplace();
  BOOST_TEST(failure([&] { assimilate(comm, nonlinear, {}); }).is(Fault::unavailable, "linear equation"));
  const NoisyData coarse = noisy(truth, {20, 8}, 1e-3, gaussian(1));
  BOOST_TEST(failure([&] {
               assimilate(comm, sampled(comm, truth, coarse.source), {});
             }).is(Fault::config, "at least 16 samples"));
}

BOOST_AUTO_TEST_SUITE_END()
