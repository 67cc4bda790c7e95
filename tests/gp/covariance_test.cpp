// Gram matrices, parameter names, and refusals of covariances on the line.
#include "gp/cases.hpp"
#include "support/failure.hpp"

#include <Eigen/Eigenvalues>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::test;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

const std::vector<double> points{-1.9, -1.2, -0.8, -0.75, 0, 0.1, 0.33, 0.9, 1.4, 2.2};

Matrix gram(const Case& one, int a, int b) {
  const Index size = static_cast<Index>(points.size());
  Matrix matrix(size, size);
  covariance_matrix(*one.covariance, one.theta, points, a, points, b, View<double>(matrix.data(), {size, size}));
  return matrix;
}

double least_eigenvalue(const Matrix& matrix) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(matrix).eigenvalues()[0] / matrix.diagonal().maxCoeff();
}

std::vector<std::string> names(const std::vector<ParameterInfo>& infos) {
  std::vector<std::string> result;
  for (const ParameterInfo& info : infos) result.push_back(info.name);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(covariance)

BOOST_AUTO_TEST_CASE(gram_matrices_are_positive_semidefinite) {
  for (const Case& one : cases()) {
    const double least = least_eigenvalue(gram(one, 0, 0));
    BOOST_TEST(least > -1e-14, one.name << ": " << least);
  }
}

BOOST_AUTO_TEST_CASE(gram_matrices_of_values_and_derivatives_together_are_positive_semidefinite) {
  for (const Case& one : cases())
    for (int order = 1; 2 * order <= one.covariance->smoothness(); ++order) {
      const Index size = static_cast<Index>(points.size());
      Matrix joint(2 * size, 2 * size);
      joint << gram(one, 0, 0), gram(one, 0, order), gram(one, order, 0), gram(one, order, order);
      BOOST_TEST((joint - joint.transpose()).norm() < 1e-13 * joint.norm(), one.name << ", order " << order);
      const double least = least_eigenvalue(joint);
      BOOST_TEST(least > -1e-14, one.name << ", order " << order << ": " << least);
    }
}

BOOST_AUTO_TEST_CASE(derivatives_by_the_second_point_have_alternating_signs) {
  const CovariancePointer covariance = squared_exponential();
  const std::vector<double> theta{0}, x{0.75}, y{0.25};
  for (int a = 0; a <= 2; ++a)
    for (int b = 0; b <= 2; ++b) {
      double entry = 0;
      covariance_matrix(*covariance, theta, x, a, y, b, View<double>(&entry, {1, 1}));
      BOOST_TEST(entry == (b == 1 ? -1 : 1) * covariance->value(theta, 0.5, a + b));
    }
}

BOOST_AUTO_TEST_CASE(parameters_have_names_in_the_order_of_theta) {
  const auto mixture = gaussian_mixture(3);
  BOOST_TEST(names(mixture->parameters()) ==
             (std::vector<std::string>{"weight", "inverse_square_length", "frequency"}));
  BOOST_TEST(mixture->parameter_count() == 9);
  BOOST_TEST(names(student_mixture(1)->parameters()) ==
             (std::vector<std::string>{"weight", "inverse_length", "frequency"}));
  BOOST_TEST(names(sum({scaled(periodic()), matern_half()})->parameters()) ==
             (std::vector<std::string>{"term1.variance", "term1.period", "term1.length", "term2.length"}));
  ParameterVector<double> vector;
  for (const ParameterInfo& info : mixture->parameters()) vector.add(info);
  BOOST_TEST(vector.count() == mixture->parameter_count());
}

BOOST_AUTO_TEST_CASE(wrong_sizes_are_refused) {
  const CovariancePointer covariance = gaussian_mixture(1);
  const std::vector<double> theta(3), few(2), t{0.1, 0.2};
  Tensor<double> values({2, 2}), six({6, 2}), narrow({2, 1}), jacobian({2, 4, 2});
  BOOST_CHECK_EXCEPTION(covariance->evaluate(few, t, values.view()), Error,
                        failure(Fault::internal, "3 parameters got 2"));
  BOOST_CHECK_EXCEPTION(covariance->evaluate(theta, t, six.view()), Error, failure(Fault::internal, "do not fit"));
  BOOST_CHECK_EXCEPTION(covariance->evaluate(theta, t, narrow.view()), Error, failure(Fault::internal, "do not fit"));
  BOOST_CHECK_EXCEPTION(covariance->evaluate(theta, t, values.view(), jacobian.view()), Error,
                        failure(Fault::internal, "shape [2, 3, 2]"));
  BOOST_CHECK_EXCEPTION(covariance->value(theta, 0.1, 5), Error, failure(Fault::internal, "not 5"));
  BOOST_CHECK_EXCEPTION(covariance_matrix(*covariance, theta, t, 3, t, 2, values.view()), Error,
                        failure(Fault::internal, "not 3 and 2"));
  BOOST_CHECK_EXCEPTION(covariance_matrix(*covariance, theta, t, 0, t, 0, narrow.view()), Error,
                        failure(Fault::internal, "shape [2, 2]"));
  std::vector<double> gradient(2);
  BOOST_CHECK_EXCEPTION(pull_back(*covariance, theta, t, values.view(), gradient), Error,
                        failure(Fault::internal, "3 parameters has 2"));
  gradient.resize(3);
  BOOST_CHECK_EXCEPTION(pull_back(*covariance, theta, t, narrow.view(), gradient), Error,
                        failure(Fault::internal, "weights of 2 distances"));
}

BOOST_AUTO_TEST_CASE(empty_mixtures_and_sums_are_refused) {
  BOOST_CHECK_EXCEPTION(gaussian_mixture(0), Error, failure(Fault::config, "one component or more, not 0"));
  BOOST_CHECK_EXCEPTION(student_mixture(-1), Error, failure(Fault::config, "one component or more, not -1"));
  BOOST_CHECK_EXCEPTION(sum({}), Error, failure(Fault::config, "one term or more"));
}

BOOST_AUTO_TEST_SUITE_END()
