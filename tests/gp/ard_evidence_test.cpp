// Covariances with a length for each input and their evidence: against formulas, differences and scikit-learn.
#include "gp/scikit_learn.hpp"
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/gp/ard_evidence.hpp>
#include <mercer/optim/derivative_check.hpp>

#include <Eigen/LU>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using mercer::test::families;

namespace {

Matrix normal(Index rows, Index columns, std::uint64_t stream = 0) {
  const Random random(3, stream);
  Matrix a(rows, columns);
  for (Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  return a;
}

std::vector<double> theta_for(Index inputs) {
  std::vector<double> theta{0.3};
  for (Index k = 0; k < inputs; ++k) theta.push_back(0.2 + 0.1 * static_cast<double>(k));
  theta.push_back(-3);
  return theta;
}

double formula(Radial family, double square) {
  const double r = std::sqrt(square);
  switch (family) {
    case Radial::squared_exponential:
      return std::exp(-0.5 * square);
    case Radial::matern_half:
      return std::exp(-r);
    case Radial::matern_three_halves:
      return (1 + std::sqrt(3) * r) * std::exp(-std::sqrt(3) * r);
    default:
      return (1 + std::sqrt(5) * r + 5 * square / 3) * std::exp(-std::sqrt(5) * r);
  }
}

Matrix slow_covariance(Radial family, std::span<const double> theta, const Matrix& a, const Matrix& b) {
  Matrix k(a.rows(), b.rows());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < b.rows(); ++j) {
      double square = 0;
      for (Index input = 0; input < a.cols(); ++input)
        square += std::pow((a(i, input) - b(j, input)) * std::exp(-theta[static_cast<std::size_t>(input) + 1]), 2);
      k(i, j) = std::exp(theta[0]) * formula(family, square);
    }
  return k;
}

double slow_evidence(const Matrix& covariance, const Matrix& y) {
  const double constant = static_cast<double>(y.rows()) * std::log(2 * std::numbers::pi);
  return 0.5 * ((y.transpose() * covariance.inverse() * y).trace() +
                static_cast<double>(y.cols()) * (std::log(covariance.determinant()) + constant));
}

}  // namespace

BOOST_AUTO_TEST_CASE(covariances_are_those_of_the_formulas_for_all_sizes) {
  for (const auto& [family, name] : families)
    for (const Index inputs : {1, 3})
      for (const Index points : {1, 2, 5, 16, 31, 300}) {
        const Matrix a = normal(points, inputs), b = normal(7, inputs, 1);
        const std::vector<double> theta = theta_for(inputs);
        const Matrix expected = slow_covariance(family, theta, a, b);
        BOOST_TEST((covariance_between(family, theta, a, b) - expected).cwiseAbs().maxCoeff() < 3e-15, name);
        Matrix values, slopes;
        covariance_triangle(family, std::exp(theta[0]), divide_by_lengths(a, theta), values, &slopes);
        const Matrix gap = values - slow_covariance(family, theta, a, a);
        BOOST_TEST(Matrix(gap.triangularView<Eigen::Lower>()).cwiseAbs().maxCoeff() < 3e-15, name);
      }
}

BOOST_AUTO_TEST_CASE(far_points_have_no_covariance_and_equal_ones_the_variance) {
  const Matrix a{{0.0}, {1e4}, {1e300}}, b{{0.0}};
  for (const auto& [family, name] : families) {
    const Matrix k = covariance_between(family, std::vector<double>{0.5, 0.0, 0.0}, a, b);
    BOOST_TEST(k(0, 0) == std::exp(0.5), name);
    BOOST_TEST(k(1, 0) == 0, name);
    BOOST_TEST(k(2, 0) == 0, name);
  }
}

BOOST_AUTO_TEST_CASE(the_evidence_is_that_of_the_definition) {
  const Matrix x = normal(9, 2), y = normal(9, 3, 1);
  const std::vector<double> theta = theta_for(2);
  std::vector<double> gradient(4);
  for (const auto& [family, name] : families) {
    Matrix covariance = slow_covariance(family, theta, x, x);
    covariance.diagonal().array() += std::exp(theta.back());
    BOOST_TEST(ArdEvidence(family, x, y)(theta, gradient) == slow_evidence(covariance, y),
               boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(its_gradient_is_that_of_differences) {
  const Comm self = Comm::self();
  const Matrix x = normal(37, 3), y = normal(37, 2, 1);
  for (const auto& [family, name] : families) {
    ArdEvidence evidence(family, x, y);
    const Objective objective = [&](std::span<const double> theta, std::span<double> gradient) {
      return evidence(theta, gradient);
    };
    BOOST_TEST(gradient_gap(self, objective, theta_for(3)) < 1e-9, name);
  }
}

BOOST_AUTO_TEST_CASE(evidence_and_gradient_are_those_of_scikit_learn) {
  const Comm comm;
  const Matrix x = test::scikit_learn(comm, "evidence/x"), y = test::scikit_learn(comm, "evidence/y");
  std::vector<double> theta(12, std::log(3.0)), gradient(12);
  theta.front() = 0;
  theta.back() = std::log(1e-2);
  for (const auto& [family, name] : families) {
    const Matrix expected = test::scikit_learn(comm, "evidence/" + name);
    const double value = ArdEvidence(family, x, y)(theta, gradient);
    BOOST_TEST(std::abs(value + expected(0, 0)) < 1e-9, name << " " << value);
    for (std::size_t p = 0; p < gradient.size(); ++p)
      BOOST_TEST(std::abs(gradient[p] + expected(static_cast<Index>(p) + 1, 0)) < 1e-8, name << " " << p);
  }
}

BOOST_AUTO_TEST_CASE(jitter_is_added_only_where_the_factorisation_fails) {
  Matrix x = normal(12, 2);
  const Matrix y = normal(12, 1, 1);
  std::vector<double> gradient(4);
  const std::vector<double> theta{0, 0, 0, -100};
  ArdEvidence apart(Radial::matern_half, x, y);
  BOOST_TEST(std::isfinite(apart(theta, gradient)));
  BOOST_TEST(apart.jitter() == 0);
  x.row(7) = x.row(2);
  ArdEvidence doubled(Radial::matern_half, x, y);
  BOOST_TEST(std::isfinite(doubled(theta, gradient)));
  BOOST_TEST(doubled.jitter() >= least_jitter);
  BOOST_TEST(doubled.jitter() <= most_jitter);
}

BOOST_AUTO_TEST_CASE(a_covariance_beyond_help_has_no_evidence) {
  std::vector<double> gradient(4);
  ArdEvidence evidence(Radial::matern_half, normal(12, 2), normal(12, 1, 1));
  BOOST_TEST(evidence(std::vector<double>{800, 0, 0, 0}, gradient) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(hyper_parameters_of_other_inputs_are_refused) {
  ArdEvidence evidence(Radial::matern_half, normal(5, 2), normal(5, 1));
  std::vector<double> gradient(3);
  BOOST_TEST(test::failure([&] { evidence(std::vector<double>{0, 0, 0}, gradient); }).is(Fault::internal, "2 inputs"));
  BOOST_TEST(test::failure([] {
               ArdEvidence(Radial::matern_half, Matrix(5, 2), Matrix(4, 1));
             }).is(Fault::internal, "5 points"));
}
