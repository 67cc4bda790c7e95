// Planes and a box under noise at the sizes that dense algebra of all weights cannot do, against the truth and against
// an oracle.
#include "solvers/spectral_mixture_gp/noise_problems.hpp"
#include <mercer/solvers/spectral_mixture_gp/noise/grid_assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_fit.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;
using namespace mercer::smgp::test;

namespace {

struct Run {
  Score score;
  double noise_ratio = 0;  ///< estimated by true
  Index weights = 0;       ///< that count
  std::string doubts;
};

Run run(const Truth& truth, const NoisyData& data, double noise, const AssimilationOptions& options) {
  const Comm self = Comm::self();
  NoisyData beside;
  beside.checks = data.checks;
  const Assimilation found = assimilate(self, sampled(self, truth, data.source), beside, options);
  const Run result{score(truth, found), found.certificate.noise / noise, found.posterior->space().size(),
                   found.certificate.reason};
  BOOST_TEST_MESSAGE("error " << result.score.error << ", coverage " << result.score.coverage << " (conservative "
                              << result.score.conservative << "), noise/true " << result.noise_ratio << ", weights "
                              << result.weights << ", evaluations " << found.evaluations << ' ' << result.doubts);
  return result;
}

double true_noise(const Truth& truth, const Shape& shape, double relative) {
  return relative * root_mean_square(sample_source(truth.statement(), shape, 1).source.span());
}

/// Answers from any data by one who knows the noise, and hyper-parameters fitted to data nearly without.
class Oracle {
 public:
  Oracle(const Truth& truth, const Shape& shape, double noise)
      : data_(noisy(truth, shape, 1e-6, gaussian(99))),
        known_(assimilate(self_, sampled(self_, truth, data_.source), {})),
        theta_(known_.theta) {
    theta_[0] = 2 * std::log(noise);
    const WeightSpace& space = known_.posterior->space();
    model_.rows = operator_rows(space, truth.statement(), scattered(uniform_grid(truth.statement(), shape)));
    const Eigen::VectorXd deviations = (known_.prior->log_variances(theta_) / 2).array().exp();
    model_.exact = independent_conditions(exact_data(space, truth.statement()), deviations, 1e-8);
  }
  double error(const Truth& truth, const Array& source) {
    model_.source = Eigen::Map<const Eigen::VectorXd>(source.data(), source.count());
    const Posterior posterior(known_.posterior->space(), Evidence(model_, *known_.prior).posterior(theta_));
    const Points points = test_points(truth.statement());
    return relative_error(posterior.predict(points).mean, truth.at(points));
  }

 private:
  Comm self_ = Comm::self();
  NoisyData data_;
  Assimilation known_;
  std::vector<double> theta_;
  DataModel model_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(grid_acceptance)

BOOST_AUTO_TEST_CASE(a_plane_with_a_tone_is_near_the_oracle_and_covered) {
  const Truth truth({.equation = "u_xx + u_yy = f",
                     .exact = "sin(40*x + 0.3)*sin(3*y + 0.2) + cos(2*x + y)",
                     .axes = {{0, 1}, {0, 1}}});
  const Shape shape{24, 64};
  const double noise = true_noise(truth, shape, 1e-4);
  Oracle oracle(truth, shape, noise);
  std::vector<double> errors, ratios, covered;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const NoisyData data = noisy(truth, shape, 1e-4, gaussian(seed));
    const Run found = run(truth, data, noise, {});
    errors.push_back(found.score.error);
    ratios.push_back(found.score.error / oracle.error(truth, data.source));
    covered.push_back(found.score.coverage);
    BOOST_TEST(std::abs(found.noise_ratio - 1) < 0.12);
    BOOST_TEST(ratios.back() <= 1.3);
  }
  BOOST_TEST(quantile(errors, 0.5) <= 3e-4);
  BOOST_TEST(mean(covered) >= 0.88);
}

BOOST_AUTO_TEST_CASE(four_thousand_weights_are_fitted) {
  const Truth truth(
      {.equation = "u_xx + u_yy = f", .exact = "sin(100*x)*sin(100*y) + cos(3*x + 2*y)", .axes = {{0, 1}, {0, 1}}});
  const Shape shape{400, 400};
  const Run found =
      run(truth, noisy(truth, shape, 1e-4, gaussian(1)), true_noise(truth, shape, 1e-4), {.base_degree = 30});
  BOOST_TEST(found.noise_ratio >= 0.85);
  BOOST_TEST(found.noise_ratio <= 1.12);
  BOOST_TEST(found.score.error <= 5e-4);
  BOOST_TEST(found.score.conservative >= 0.85);
}

BOOST_AUTO_TEST_CASE(a_box_is_fitted) {
  const Truth truth({.equation = "u_xx + u_yy + u_zz = f",
                     .exact = "sin(3*x + 0.3)*sin(2*y + 0.2)*cos(z) + cos(2*x + y - z)",
                     .axes = {{0, 1}, {0, 1}, {0, 1}}});
  const Shape shape{16, 18, 20};
  const Run found =
      run(truth, noisy(truth, shape, 1e-2, gaussian(1)), true_noise(truth, shape, 1e-2), {.base_degree = 8});
  BOOST_TEST(std::abs(found.noise_ratio - 1) < 0.05);
  BOOST_TEST(found.score.error <= 1e-3);
  BOOST_TEST(found.score.conservative >= 0.85);
  BOOST_TEST(found.doubts == "");
}

BOOST_AUTO_TEST_SUITE_END()
