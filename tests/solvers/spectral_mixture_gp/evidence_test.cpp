// Prior variances, evidence, gradient and posterior against quadrature, dense Gaussian densities and differences.
#include "solvers/spectral_mixture_gp/noise_problems.hpp"
#include "support/failure.hpp"
#include <mercer/optim/derivative_check.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/evidence_fit.hpp>

#include <Eigen/Cholesky>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using namespace mercer::smgp;
using namespace mercer::smgp::test;

namespace {

/// A small equation with everything that evidence knows: two bands, an inner peak, exact values, readings.
struct Small {
  Truth truth{{.equation = "u_xx + 3*u_x - u = f", .exact = "sin(2*x) + 0.3*cos(9*x)", .axes = {{-0.5, 1}}}};
  WeightSpace space{{{-0.5, 1}}, {{{0, 6}, {9, 2}}}};
  Prior prior{space, std::vector<double>{2.5}};
  DataModel model;
  std::vector<double> theta{-2, -1, 0.3, -0.5, std::log(1.5), std::log(0.8)};

  explicit Small(double reading_noise, Index points = 21) {
    const NoisyData data = noisy(truth, {points}, 0.1, gaussian(3));
    Points grid{{}};
    for (Index i = 0; i < points; ++i)
      grid[0].push_back(-0.5 + 1.5 * static_cast<double>(i) / static_cast<double>(points - 1));
    model.rows = operator_rows(space, truth.statement(), grid);
    model.source = Eigen::Map<const Eigen::VectorXd>(data.source.data(), points);
    model.exact = exact_data(space, truth.statement());
    const Points places{{-0.2, 0.1, 0.7}};
    model.readings = {space.values(places), truth.at(places) + Eigen::Vector3d(0.02, -0.01, 0.03), reading_noise};
    if (reading_noise == 0) theta.push_back(std::log(0.05 * 0.05));
  }
};

/// 16 x 16 samples of the source on the unit square, and its faces.
DataModel plane_model(const Truth& truth, const WeightSpace& space, double relative_noise) {
  const Shape shape{16, 16};
  const NoisyData data = noisy(truth, shape, relative_noise, gaussian(1));
  DataModel model;
  model.rows = operator_rows(space, truth.statement(), scattered(uniform_grid(truth.statement(), shape)));
  model.source = Eigen::Map<const Eigen::VectorXd>(data.source.data(), data.source.count());
  model.exact = exact_data(space, truth.statement());
  model.readings.rows = Matrix(0, space.size());
  return model;
}

/// All data as one Gaussian vector: source, exact data, readings.
struct Dense {
  Matrix rows, covariance;
  Eigen::VectorXd data, variances;
  Dense(const DataModel& model, const Prior& prior, std::span<const double> theta, double reading_noise) {
    const Index n = model.source.size(), b = model.exact.data.size(), r = model.readings.values.size();
    variances = prior.log_variances(theta).array().exp();
    rows.resize(n + b + r, model.rows.cols());
    rows << model.rows, model.exact.rows, model.readings.rows;
    data.resize(n + b + r);
    data << model.source, model.exact.data, model.readings.values;
    covariance = rows * variances.asDiagonal() * rows.transpose();
    covariance.diagonal().head(n).array() += std::exp(theta[0]);
    covariance.diagonal().tail(r).array() += reading_noise * reading_noise;
  }
};

double log_density(const Dense& dense) {
  const Eigen::LLT<Matrix> factor(dense.covariance);
  return -0.5 * dense.data.dot(factor.solve(dense.data)) - Matrix(factor.matrixL()).diagonal().array().log().sum() -
         0.5 * static_cast<double>(dense.data.size()) * std::log(2 * std::numbers::pi);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(evidence)

BOOST_AUTO_TEST_CASE(prior_variances_sum_to_one_and_have_the_flat_limit) {
  for (const double width : {0.3, 2.0, 10.0, 60.0})
    BOOST_TEST(std::abs(log_variances(0, width, 400).value.array().exp().sum() - 1) < 1e-11);
  BOOST_TEST(std::abs(log_variances(25, 1, 60).value.array().exp().sum() - 1) < 1e-11);
  const LogVariances narrow = log_variances(0, 0.01, 30);
  double double_factorial = 1;
  for (int k = 0; k <= 30; ++k) {
    double_factorial *= 2 * k + 1;
    // E z^2k = width^2k (2 k - 1)!!, over ((2 k + 1)!!)^2 and times 2 k + 1
    const double flat = 2 * k * std::log(0.01) - std::log(double_factorial);
    BOOST_TEST(std::abs(narrow.value[k] - flat) < 2e-4, "degree " << k << ": " << narrow.value[k] << " and " << flat);
    BOOST_TEST(std::abs(narrow.slope[k] - 2 * k) < 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(prior_variances_agree_with_a_fine_sum_over_bessel_functions) {
  for (const int k : {0, 3, 12}) {
    double sum = 0, weights = 0;
    for (int i = -40000; i <= 40000; ++i) {
      const double u = 10.0 * i / 40000, z = std::max(std::abs(4 + 2.5 * u), 1e-9), p = std::exp(-u * u / 2);
      const double j = std::sph_bessel(static_cast<unsigned>(k), z);
      sum += p * j * j;
      weights += p;
    }
    const double expected = std::log((2 * k + 1) * sum / weights);
    BOOST_TEST(std::abs(log_variances(4, 2.5, 20).value[k] - expected) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(students_t_gives_the_variances_of_its_density) {
  for (const double freedom : {3.0, 8.0})
    for (const double centre : {0.0, 15.0}) {
      const double width = 2, scale = std::tgamma((freedom + 1) / 2) / std::tgamma(freedom / 2) /
                                      (std::sqrt(freedom * std::numbers::pi) * width);
      const LogVariances ours = log_variances(centre, width, 20, freedom);
      for (const int k : {0, 5, 20}) {
        constexpr double step = 0.1;  // j_k^2 is of exponential type two
        double sum = 0;
        for (int i = -4000; i <= 4000; ++i) {
          const double z = step * i, u = (z - centre) / width,
                       j = std::sph_bessel(static_cast<unsigned>(k), std::abs(z));
          sum += step * scale * std::pow(1 + u * u / freedom, -(freedom + 1) / 2) * j * j;
        }
        BOOST_TEST(std::abs(ours.value[k] - std::log((2 * k + 1) * sum)) < std::pow(8, -freedom),
                   "degree " << k << " by " << freedom << ": " << ours.value[k] << ", " << std::log((2 * k + 1) * sum));
      }
    }
  const LogVariances gaussian = log_variances(0, 2, 20), many = log_variances(0, 2, 20, 1e7);
  BOOST_TEST((gaussian.value - many.value).cwiseAbs().maxCoeff() < 1e-4);
  BOOST_TEST((gaussian.slope - many.slope).cwiseAbs().maxCoeff() < 1e-4);
  BOOST_TEST(mercer::test::failure([] { log_variances(0, 2, 20, 0); }).is(Fault::config, "degrees of freedom"));
}

BOOST_AUTO_TEST_CASE(tabulated_variances_are_close_and_differentiable) {
  for (const double freedom : {gaussian_freedom, 4.0}) {
    const VarianceTable table(60, freedom);
    for (const double width : {0.52, 3.3, 17.0}) {
      const double place = std::log(width), step = 1e-5;
      const LogVariances exact = log_variances(0, width, 60, freedom), at = table.at(place, 60);
      BOOST_TEST((at.value - exact.value).cwiseAbs().maxCoeff() < 2e-4);
      const Eigen::VectorXd difference =
          (table.at(place + step, 60).value - table.at(place - step, 60).value) / (2 * step);
      BOOST_TEST((at.slope - difference).cwiseAbs().maxCoeff() < 1e-6);
    }
    BOOST_TEST(mercer::test::failure([&] { table.at(0, 61); }).is(Fault::internal, ""));
  }
}

BOOST_AUTO_TEST_CASE(evidence_is_the_dense_gaussian_density) {
  for (const double reading_noise : {0.05, 0.0}) {
    const Small small(reading_noise);
    const Evidence ours(small.model, small.prior);
    const double expected = log_density(Dense(small.model, small.prior, small.theta, 0.05));
    BOOST_TEST(std::abs(ours(small.theta) - expected) < 1e-8 * std::abs(expected));
  }
}

BOOST_AUTO_TEST_CASE(evidence_holds_with_fewer_samples_than_weights) {
  const Small small(0.05, 9);
  const Evidence ours(small.model, small.prior);
  const double expected = log_density(Dense(small.model, small.prior, small.theta, 0.05));
  BOOST_TEST(std::abs(ours(small.theta) - expected) < 1e-8 * std::abs(expected));
}

BOOST_AUTO_TEST_CASE(gradient_of_the_evidence_is_that_of_differences) {
  for (const double reading_noise : {0.05, 0.0})
    for (const double noise : {-2.0, -30.0}) {
      Small small(reading_noise);
      small.theta[0] = noise;
      const Evidence ours(small.model, small.prior);
      const double gap = gradient_gap(Comm::self(), [&](auto theta, auto gradient) { return ours(theta, gradient); },
                                      small.theta, {.step = 0.02});
      BOOST_TEST(gap < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(gradient_holds_with_conditions_on_all_faces_of_a_plane) {
  const Truth truth({.equation = "u_xx + u_yy = f", .exact = "sin(3*y)*cos(9*x)", .axes = {{0, 1}, {0, 1}}});
  const WeightSpace space({{0, 1}, {0, 1}}, {{{0, 5}}, {{0, 3}, {9, 1}}});
  const DataModel model = plane_model(truth, space, 0.1);
  const Evidence ours(model, Prior(space));
  const std::vector<double> theta{1, -1, 0.5, 0.2, 0.6, -0.3};
  BOOST_TEST(gradient_gap(Comm::self(), [&](auto t, auto g) { return ours(t, g); }, theta, {.step = 0.02}) < 1e-6);
}

BOOST_AUTO_TEST_CASE(conditions_that_repeat_each_other_leave_a_small_plane_its_freedom) {
  const Truth truth({.equation = "u_xx + u_yy = f", .exact = "x^3*y - y^2*x^2 + x", .axes = {{0, 1}, {0, 1}}});
  const WeightSpace space({{0, 1}, {0, 1}}, {{{0, 3}}, {{0, 3}}});
  const DataModel model = plane_model(truth, space, 0);
  BOOST_TEST_REQUIRE(model.exact.rows.rows() > space.size());  // of rank 12, for 16 weights
  const Evidence ours(model, Prior(space));
  std::vector<double> theta{-40, 0, 1, 1};
  const Points points = test_points(truth.statement());
  const Prediction found = Posterior(space, ours.posterior(theta)).predict(points);
  BOOST_TEST(relative_error(found.mean, truth.at(points)) < 1e-7);
  theta[0] = 0;
  BOOST_TEST(gradient_gap(Comm::self(), [&](auto t, auto g) { return ours(t, g); }, theta, {.step = 0.02}) < 1e-6);
}

BOOST_AUTO_TEST_CASE(conditions_that_fix_every_weight_are_refused) {
  const Truth truth({.equation = "u_xx + u_yy = f", .exact = "x*y", .axes = {{0, 1}, {0, 1}}});
  const WeightSpace space({{0, 1}, {0, 1}}, {{{0, 1}}, {{0, 1}}});
  const DataModel model = plane_model(truth, space, 0);
  BOOST_TEST(mercer::test::failure([&] {
               Evidence(model, Prior(space));
             }).is(Fault::numerics, "rank 4 leave no freedom to 4 weights"));
}

BOOST_AUTO_TEST_CASE(posterior_is_that_of_dense_conditioning) {
  const Small small(0.05);
  const Weights ours = Evidence(small.model, small.prior).posterior(small.theta);
  const Dense dense(small.model, small.prior, small.theta, 0.05);
  const Eigen::LLT<Matrix> factor(dense.covariance);
  const Matrix cross = dense.variances.asDiagonal() * dense.rows.transpose();
  const Eigen::VectorXd mean = cross * factor.solve(dense.data);
  const Matrix covariance = Matrix(dense.variances.asDiagonal()) - cross * factor.solve(cross.transpose());
  BOOST_TEST((ours.mean - mean).norm() < 1e-8 * mean.norm());
  BOOST_TEST((ours.factor * ours.factor.transpose() - covariance).norm() < 1e-8 * covariance.norm());
}

BOOST_AUTO_TEST_CASE(draws_have_mean_and_deviation_of_the_posterior) {
  const Small small(0.05);
  const Posterior posterior(small.space, Evidence(small.model, small.prior).posterior(small.theta));
  const Points place{{-0.5, 0.3}};
  const Prediction expected = posterior.predict(place, {1});
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(2), squares = sum;
  constexpr int draws = 2000;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const Eigen::VectorXd u = posterior.sample(place, 5, i, {1}) - expected.mean;
    sum += u;
    squares += u.cwiseAbs2();
  }
  for (Index i = 0; i < 2; ++i) {
    BOOST_TEST(std::abs(sum[i] / draws) < 4 * expected.deviation[i] / std::sqrt(draws));
    BOOST_TEST(std::abs(std::sqrt(squares[i] / draws) / expected.deviation[i] - 1) < 0.08);
  }
  BOOST_TEST(posterior.predict({{-0.5, 1}}).deviation.maxCoeff() < 1e-12);  // exact values at the ends
  BOOST_TEST((posterior.draw(5, 1) - posterior.draw(5, 1)).norm() == 0);
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit_are_refused) {
  Small small(0.05);
  small.model.source.conservativeResize(20);
  BOOST_TEST(mercer::test::failure([&] { Evidence(small.model, small.prior); }).is(Fault::internal, ""));
  Small broken(0.05);
  broken.model.source[3] = std::nan("");
  const auto refused = mercer::test::failure([&] { Evidence(broken.model, broken.prior); });

  BOOST_TEST(refused.is(Fault::numerics, "not finite"));
}

BOOST_AUTO_TEST_SUITE_END()
