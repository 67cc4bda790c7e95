// Deviations of regressions against the errors at new points: what cross-validation widens, and what it leaves.
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/gp/regression_file.hpp>
#include <mercer/gp/regression_folds.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace mercer;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Matrix normal(Index rows, Index columns, std::uint64_t stream) {
  const Random random(11, stream);
  Matrix a(rows, columns);
  for (Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  return a;
}

/// Functions of many inputs, each with a ridge of its own: few samples leave the lengths uncertain.
Matrix ridges(const Matrix& x, Index columns) {
  Matrix y(x.rows(), columns);
  const Matrix directions = normal(x.cols(), columns, 3) / std::sqrt(static_cast<double>(x.cols()));
  for (Index c = 0; c < columns; ++c) y.col(c) = (1.5 * (x * directions.col(c)).array()).tanh();
  return y;
}

RegressionOptions quick(Index folds) {
  RegressionOptions options;
  options.starts = 1;
  options.iterations = 30;
  options.folds = folds;
  return options;
}

double coverage(const Regression& regression, const Matrix& at, const Matrix& truth) {
  const auto [mean, deviation] = regression.predict(at);
  return ((mean - truth).array().abs() <= 1.96 * deviation.array()).cast<double>().mean();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(folds)

BOOST_AUTO_TEST_CASE(each_sample_is_left_out_by_one_fold) {
  const auto [in, out] = fold_rows(7, 3, 1);
  BOOST_TEST(in == (std::vector<Index>{0, 2, 3, 5, 6}), boost::test_tools::per_element());
  BOOST_TEST(out == (std::vector<Index>{1, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(intervals_that_are_too_narrow_are_widened) {
  const Comm comm;
  constexpr Index columns = 8;
  const Matrix x = normal(30, 6, 0), at = normal(200, 6, 1), y = ridges(x, columns), truth = ridges(at, columns);
  const Regression plain(fit_regression(comm, x, y, quick(0))), widened(fit_regression(comm, x, y, quick(5)));
  const double narrow = coverage(plain, at, truth), wide = coverage(widened, at, truth);
  BOOST_TEST(narrow < 0.90, narrow);
  BOOST_TEST(wide > 0.92, wide);
  BOOST_TEST(wide < 0.99, wide);
  BOOST_TEST(plain.predict(at).mean.isApprox(widened.predict(at).mean, 1e-14));
  for (std::size_t c = 0; c < columns; ++c) {
    const auto column = static_cast<Index>(c);
    const double factor = widened.fit().columns[c].widening;
    BOOST_TEST(factor >= 1);
    BOOST_TEST(plain.fit().columns[c].widening == 1);
    for (const auto& [narrower, wider] :
         {std::pair(plain.predict(at), widened.predict(at)), std::pair(plain.leave_one_out(), widened.leave_one_out())})
      BOOST_TEST(wider.deviation.col(column).isApprox(factor * narrower.deviation.col(column), 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(factors_are_errors_of_those_left_out_in_their_deviations) {
  const Comm comm;
  const Matrix x = normal(24, 3, 0);
  Matrix y = ridges(x, 2);
  for (Index c = 0; c < 2; ++c) y.col(c) = y.col(c).array() - y.col(c).mean();
  const RegressionOptions options = quick(3);
  const std::vector<ColumnFit> columns(2, {Warp(), {0, 0, 0, 0, 0}});  // shared
  const std::vector<double> factors = cross_validated_factors(comm, x, y, columns, options);
  Eigen::Vector2d squares = Eigen::Vector2d::Zero();
  for (Index fold = 0; fold < 3; ++fold) {
    const auto [in, out] = fold_rows(24, 3, fold);
    const std::vector<double> theta = usual_optimum(rows_of(x, in), rows_of(y, in), options);
    for (const Index i : out) {
      const auto [mean, variance] =
          ArdPosterior(options.covariance, rows_of(x, in), rows_of(y, in), theta).predict(x.row(i));
      squares += (y.row(i) - mean).transpose().cwiseAbs2() / (variance[0] + std::exp(theta.back()));
    }
  }
  for (Index c = 0; c < 2; ++c)
    BOOST_TEST(factors[static_cast<std::size_t>(c)] == std::max(1.0, std::sqrt(squares[c] / 24)),
               boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(values_that_are_missing_or_constant_do_no_harm) {
  const Comm comm;
  const Matrix x = normal(12, 2, 0);
  Matrix y = ridges(x, 3);
  y.col(1).setConstant(4);
  for (Index i = 0; i < 12; ++i)
    if (i % 4 != 2) y(i, 2) = missing;  // all that is there falls to one of four folds
  for (const Sharing sharing : {Sharing::per_mode, Sharing::shared}) {
    RegressionOptions options = quick(4);
    options.hyper_parameters = sharing;
    const RegressionFit fit = fit_regression(comm, x, y, options);
    BOOST_TEST(std::isfinite(fit.columns[0].widening));
    BOOST_TEST(fit.columns[0].widening >= 1);
    BOOST_TEST(fit.columns[1].widening == 1);
    BOOST_TEST(std::isfinite(fit.columns[2].widening));
  }
  BOOST_TEST(fit_regression(comm, x.topRows(2), y.topLeftCorner(2, 1), quick(5)).columns[0].widening == 1);
  RegressionOptions options = quick(-1);
  BOOST_TEST(test::failure([&] { fit_regression(comm, x, y, options); }).is(Fault::config, "-1 folds"));
}

BOOST_AUTO_TEST_CASE(factors_have_the_same_bits_on_any_number_of_ranks_and_come_back_from_a_file) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const Matrix x = normal(25, 5, 0), y = ridges(x, 3);
  const RegressionFit apart = fit_regression(Comm::self(), x, y, quick(4)),
                      spread = fit_regression(comm, x, y, quick(4));
  OutputFile file(comm, scratch / "fit.hdf", Existing::refuse);
  save_regression(file, "/model", spread);
  file.commit();
  const RegressionFit read = load_regression(InputFile(comm, scratch / "fit.hdf"), "/model");
  double most = 1;
  for (std::size_t c = 0; c < 3; ++c) {
    BOOST_TEST(apart.columns[c].widening == spread.columns[c].widening);
    BOOST_TEST(read.columns[c].widening == spread.columns[c].widening);
    most = std::max(most, spread.columns[c].widening);
  }
  BOOST_TEST(most > 1);
}

BOOST_AUTO_TEST_SUITE_END()
