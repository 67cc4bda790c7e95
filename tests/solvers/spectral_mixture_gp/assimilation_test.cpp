// Answers from noisy sources and readings against the truth; certificates on data that deserve none.
#include "solvers/spectral_mixture_gp/noise_problems.hpp"
#include <mercer/base/random.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using namespace mercer::smgp;
using namespace mercer::smgp::test;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

Assimilation answer(const Truth& truth, Index points, double relative, const Noise& noise = gaussian(1),
                    const AssimilationOptions& options = {}) {
  return assimilate(truth.statement(), noisy(truth, {points}, relative, noise), options);
}

double error(const Truth& truth, const Assimilation& answer) {
  const Points points = test_points(truth.statement());
  return relative_error(answer.posterior->predict(points).mean, truth.at(points));
}

/// What twenty readings of one unknown, each with noise of 1 % of it, give over twenty seeds.
struct Readers {
  double error = 0, coverage = 0;  ///< median and mean
  double doubted = 0;              ///< share of runs
  std::vector<double> noises;      ///< of the readings, as the answers take it, by the true one
};

/// `said` turns the true noise of the readings into that which is given.
Readers read_twenty(double source_noise, const std::function<double(double)>& said) {
  const Truth truth({.exact = "sin(x + 0.5) + 0.1*sin(20*x + 1) + 0.05*sin(100*x + 2)", .axes = {{0, two_pi}}});
  Readers result;
  std::vector<double> errors, coverages;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    NoisyData data = noisy(truth, {400}, source_noise, gaussian(seed));
    add_readings(truth, 20, 1e-2, seed, data);
    const double noise = data.reading_noise;
    data.reading_noise = said(noise);
    const Assimilation found = assimilate(truth.statement(), data);
    const Score ours = score(truth, found);
    errors.push_back(ours.error);
    coverages.push_back(ours.coverage);
    result.noises.push_back(found.certificate.reading_noise / noise);
    result.doubted += found.certificate.doubts(Doubt::readings) ? 0.05 : 0;
  }
  result.error = quantile(errors, 0.5);
  result.coverage = mean(coverages);
  result.doubted = std::round(20 * result.doubted) / 20;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(assimilation)

BOOST_AUTO_TEST_CASE(a_chirp_on_uniform_samples_does_not_run_away) {
  const Truth truth({.exact = "sin(40*x + 60*x^2) + exp(-2*x)"});
  const Assimilation found = answer(truth, 400, 0);
  BOOST_TEST(error(truth, found) <= 1e-9);
}

BOOST_AUTO_TEST_CASE(too_few_samples_for_a_frequency_are_found_out_off_the_grid) {
  const Truth truth({.exact = "sin(100*x + 0.7)", .axes = {{0, two_pi}}});
  for (const double relative : {0.0, 1e-4, 1e-2}) {
    const NoiseCertificate certificate = answer(truth, 150, relative).certificate;
    BOOST_TEST(certificate.at("off-grid source").value > 10);
    BOOST_TEST(!certificate.certified);
    BOOST_TEST(certificate.reason.find("under-sampling") == 0);
  }
  BOOST_TEST(answer(truth, 260, 1e-4).certificate.at("off-grid source").value < 2);
}

BOOST_AUTO_TEST_CASE(a_resonant_equation_is_not_determined_by_the_data) {
  const std::string exact = "sin(5*pi*x) + sin(40*x)/3";
  for (const double relative : {0.0, 1e-6, 1e-4, 1e-2})
    for (const std::uint64_t seed : {1, 2, 3}) {
      const Truth truth({.equation = "u_xx + (5*pi)^2*u = f", .exact = exact});
      const NoiseCertificate certificate = answer(truth, 400, relative, gaussian(seed)).certificate;
      BOOST_TEST(certificate.at("share of the prior").value > 0.9);
      BOOST_TEST(certificate.doubts(Doubt::undetermined), certificate.reason);
    }
  const Truth above({.equation = "u_xx + (20*pi)^2*u = f", .exact = "sin(20*pi*x) + sin(40*x)/3"});
  const Assimilation found = answer(above, 400, 1e-4);
  BOOST_TEST(found.certificate.at("share of the prior").value > 0.9);
  BOOST_TEST(score(above, found).conservative > 0.85);
}

BOOST_AUTO_TEST_CASE(nearness_to_resonance_matters_where_noise_hides_it) {
  const Truth near({.equation = "u_xx + (5*pi*(1 + 1e-8))^2*u = f", .exact = "sin(5*pi*x) + sin(40*x)/3"});
  BOOST_TEST(answer(near, 400, 1e-6).certificate.doubts(Doubt::undetermined));
  BOOST_TEST(error(near, answer(near, 400, 0)) < 1e-7);
  const Truth far({.equation = "u_xx + (5.5*pi)^2*u = f", .exact = "sin(5*pi*x) + sin(40*x)/3"});
  for (const double relative : {1e-6, 1e-2}) {
    const NoiseCertificate certificate = answer(far, 400, relative).certificate;
    BOOST_TEST(certificate.certified, certificate.reason);
    BOOST_TEST(certificate.at("share of the prior").value < 0.15);
  }
}

BOOST_AUTO_TEST_CASE(an_oscillation_without_source_is_found_from_its_ends) {
  const Truth truth({.equation = "u_xx + 17^2*u = f", .exact = "cos(17*x + 0.3)"});  // f is zero up to rounding
  const Assimilation found = answer(truth, 400, 0);
  BOOST_TEST(error(truth, found) < 1e-12);
  BOOST_TEST(found.certificate.certified, found.certificate.reason);
  BOOST_TEST(found.loops == 1);
}

BOOST_AUTO_TEST_CASE(a_wave_equation_with_values_at_its_last_time_is_not_determined_by_the_data) {
  const Truth truth({.equation = "u_yy - u_xx = f", .exact = "sin(3*x + 0.2)*sin(2*y)", .axes = {{0, 1}, {0, 1}}});
  for (const double relative : {0.0, 1e-6, 1e-4, 1e-2}) {
    const NoisyData data = noisy(truth, {24, 24}, relative, gaussian(1));
    const NoiseCertificate certificate = assimilate(truth.statement(), data, {.base_degree = 14}).certificate;
    BOOST_TEST(certificate.at("share of the prior").value > 0.9);
    BOOST_TEST(certificate.doubts(Doubt::undetermined), certificate.reason);
  }
}

BOOST_AUTO_TEST_CASE(correlated_noise_is_found_out) {
  const Truth truth(multiscale(1));
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    double last = 0;
    const Noise white = gaussian(seed);
    const Noise red = [&](std::uint64_t i) { return last = 0.6 * last + 0.8 * white(i); };
    const NoiseCertificate certificate = answer(truth, 400, 1e-2, red).certificate;
    BOOST_TEST(std::abs(certificate.at("residual correlation").value) > 4);
    BOOST_TEST(certificate.doubts(Doubt::noise), certificate.reason);
  }
}

BOOST_AUTO_TEST_CASE(outliers_and_heavy_tails_are_found_out) {
  const Truth truth(multiscale(1));
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Noise white = gaussian(seed);
    const Random random(seed, 5);
    const Noise outliers = [&](std::uint64_t i) { return white(i) * (random.uniform(i) < 0.02 ? 30 : 1); };
    const Noise heavy = [&](std::uint64_t i) {  // Student's t of three degrees of freedom
      double squares = 0;
      for (std::uint64_t k = 0; k < 3; ++k) squares += std::pow(random.normal(3 * i + k), 2);
      return white(i) / std::sqrt(squares / 3);
    };
    for (const Noise& noise : {outliers, heavy}) {
      const NoiseCertificate certificate = answer(truth, 400, 1e-3, noise).certificate;
      BOOST_TEST(certificate.at("residual kurtosis").fires());
      BOOST_TEST(certificate.doubts(Doubt::noise));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_rough_source_is_not_taken_for_resolved) {
  const Truth truth({.exact = "abs(x - 0.4)^2.5"});
  const NoiseCertificate certificate = answer(truth, 400, 0).certificate;
  BOOST_TEST(!certificate.certified);
  BOOST_TEST(certificate.doubts(Doubt::rough));
}

BOOST_AUTO_TEST_CASE(a_determined_problem_under_gaussian_noise_is_certified) {
  int refused = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) {
    const Assimilation found = answer(Truth(multiscale(1)), 400, 1e-4, gaussian(seed));
    refused += found.certificate.certified ? 0 : 1;
    if (!found.certificate.certified) BOOST_TEST_MESSAGE(found.certificate.reason);
  }
  BOOST_TEST(refused <= 1);
}

BOOST_AUTO_TEST_CASE(without_a_source_off_the_grid_waves_need_more_samples) {
  const Truth truth(NoisyProblem{"u_xx = f", "sin(180*x)"});  // its waves have 3.1 of 90 samples
  const auto certificate = [&](Index samples, bool is_checked) {
    NoisyData data = noisy(truth, {samples}, 1e-4, gaussian(1));
    if (!is_checked) data.checks = {};
    return assimilate(truth.statement(), data).certificate;
  };
  BOOST_TEST(!certificate(90, true).doubts(Doubt::under_sampled));
  BOOST_TEST(certificate(90, false).doubts(Doubt::under_sampled));
  BOOST_TEST(!certificate(400, false).doubts(Doubt::under_sampled));
}

BOOST_AUTO_TEST_CASE(readings_of_the_unknown_settle_the_low_frequencies) {
  const Readers known = read_twenty(1e-2, [](double noise) { return noise; });
  BOOST_TEST(known.error <= 1.5e-2);
  BOOST_TEST(known.coverage >= 0.88);
  BOOST_TEST(known.doubted == 0);
  const Readers estimated = read_twenty(1e-2, [](double) { return 0; });
  BOOST_TEST(estimated.error <= 1.5e-2);
  BOOST_TEST(estimated.coverage >= 0.88);
}

BOOST_AUTO_TEST_CASE(the_noise_of_readings_is_estimated_where_the_source_determines_the_unknown) {
  const Readers estimated = read_twenty(1e-4, [](double) { return 0; });
  BOOST_TEST(std::abs(quantile(estimated.noises, 0.5) - 1) < 0.1);
  for (const double share : {0.05, 0.95}) BOOST_TEST(std::abs(quantile(estimated.noises, share) - 1) < 0.3);
  BOOST_TEST(estimated.coverage >= 0.88);
}

BOOST_AUTO_TEST_CASE(readings_said_to_be_better_than_they_are_raise_a_doubt) {
  const auto third = [](double noise) { return noise / 3; };
  BOOST_TEST(read_twenty(1e-4, third).doubted == 1);
  BOOST_TEST(read_twenty(1e-2, third).doubted >= 0.9);  // the source leaves much of the unknown to the readings
}

BOOST_AUTO_TEST_SUITE_END()
