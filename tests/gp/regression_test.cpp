// Regression by Gaussian processes: predictions, leave-one-out, missing values, warps, sharing, ranks, jitter,
// failures.
#include "gp/scikit_learn.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/config/node.hpp>
#include <mercer/config/options.hpp>
#include <mercer/gp/regression_file.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace mercer;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Matrix normal(Index rows, Index columns, std::uint64_t stream = 0) {
  const Random random(9, stream);
  Matrix a(rows, columns);
  for (Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  return a;
}

/// Smooth functions of three inputs in units of their own, with a little noise.
Matrix functions(const Matrix& x, Index columns) {
  Matrix y = 0.01 * normal(x.rows(), columns, 77);
  for (Index c = 0; c < columns; ++c) {
    const auto phase = static_cast<double>(c);
    y.col(c).array() += (x.col(0).array() + phase).sin() + 0.3 * phase * x.col(1).array() * x.col(2).array();
    y.col(c) = 5 + 20 * y.col(c).array();
  }
  return y;
}

RegressionOptions quick(Sharing sharing = Sharing::per_mode) {
  RegressionOptions options;
  options.hyper_parameters = sharing;
  options.starts = 2;
  options.iterations = 30;
  return options;
}

/// A fit with hyper-parameters that were not searched for.
RegressionFit given(const Matrix& x, const Matrix& y, std::vector<double> theta) {
  RegressionFit fit;
  fit.x = x;
  fit.y = y;
  for (Index c = 0; c < y.cols(); ++c)
    fit.columns.push_back({fit_warp(WarpKind::none, std::span(y.data() + c * y.rows(), y.rows())), theta});
  return fit;
}

Matrix without_row(const Matrix& a, Index row) {
  Matrix rest(a.rows() - 1, a.cols());
  rest << a.topRows(row), a.bottomRows(a.rows() - row - 1);
  return rest;
}

bool is_same(const Matrix& a, const Matrix& b) { return a.cwiseEqual(b).all(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(regression)

BOOST_AUTO_TEST_CASE(predictions_are_those_of_scikit_learn) {
  const Comm comm;
  const Matrix x = test::scikit_learn(comm, "evidence/x"), y = test::scikit_learn(comm, "evidence/y");
  std::vector<double> theta(12, std::log(3.0));
  theta.front() = 0;
  theta.back() = std::log(1e-2);
  for (const auto& [family, name] : test::families) {
    const ArdPosterior posterior(family, x, y, theta);
    const auto [mean, variance] = posterior.predict(test::scikit_learn(comm, "prediction/x"));
    const Matrix expected = test::scikit_learn(comm, "prediction/" + name);
    BOOST_TEST((mean - expected.col(0)).norm() < 1e-10, name);
    BOOST_TEST(((variance.array() + 1e-2).sqrt().matrix() - expected.col(1)).norm() < 1e-10, name);
  }
}

BOOST_AUTO_TEST_CASE(the_optimum_of_scikit_learn_is_reached_from_one_start) {
  const Comm comm;
  const Matrix x = test::scikit_learn(comm, "optimum/x"), y = test::scikit_learn(comm, "optimum/y");
  const std::vector<Index> outputs{1};
  RegressionOptions options;
  options.starts = 1;
  const SearchResult found = search_hyper_parameters(comm, x, y, outputs, options);
  BOOST_TEST(std::abs(found.columns[0].log_evidence - 338.270) < 1e-3, found.columns[0].log_evidence);
  BOOST_TEST(found.records[0].evaluations < 60);
}

BOOST_AUTO_TEST_CASE(new_points_are_predicted_within_their_deviation) {
  const Comm comm;
  const Matrix x = normal(80, 3), at = 0.7 * normal(40, 3, 1);
  const Regression regression(fit_regression(comm, x, functions(x, 2), quick()));
  const auto [mean, deviation] = regression.predict(at);
  const Matrix error = mean - functions(at, 2);
  BOOST_TEST(error.norm() / std::sqrt(80.0) < 1.0);  // of outputs that vary by 20
  BOOST_TEST((error.array().abs() < 2 * deviation.array()).count() > 68);
  const Matrix of_process = regression.predict(at, NoiseOf::process).deviation;
  BOOST_TEST((of_process.array() < deviation.array()).all());
}

BOOST_AUTO_TEST_CASE(leave_one_out_is_what_is_predicted_without_the_point) {
  const Matrix x = normal(14, 2), y = functions(normal(14, 3), 2);
  const std::vector<double> theta{0.2, 0.1, 0.4, -3};
  const ArdPosterior all(Radial::matern_three_halves, x, y, theta);
  const auto [residual, variance] = all.leave_one_out();
  for (Index i = 0; i < x.rows(); ++i) {
    const ArdPosterior rest(Radial::matern_three_halves, without_row(x, i), without_row(y, i), theta);
    const auto [mean, expected] = rest.predict(x.row(i));
    BOOST_TEST((y.row(i) - residual.row(i) - mean.row(0)).norm() < 1e-10);
    BOOST_TEST(variance[i] == expected[0] + std::exp(-3), boost::test_tools::tolerance(1e-10));
  }
  const Regression regression(given(x, y, theta));
  const auto [mean, deviation] = regression.leave_one_out();
  BOOST_TEST((deviation.array() > 0).all());
  BOOST_TEST((mean - y).norm() < 0.9 * (y.rowwise() - y.colwise().mean()).norm());
}

BOOST_AUTO_TEST_CASE(missing_values_concern_their_column_alone) {
  const Matrix x = normal(20, 2), at = normal(5, 2, 1);
  Matrix y = functions(normal(20, 3), 3);
  const Matrix whole = y;
  y(4, 1) = y(11, 1) = missing;
  const std::vector<double> theta{0.2, 0.1, 0.4, -3};
  const Regression regression(given(x, y, theta)), complete(given(x, whole, theta));
  const auto [mean, deviation] = regression.predict(at);
  for (const Index column : {0, 2}) BOOST_TEST(is_same(mean.col(column), complete.predict(at).mean.col(column)));
  const auto [standard, unused] = regression.leave_one_out();
  BOOST_TEST(std::isnan(standard(4, 1)));
  BOOST_TEST(!std::isnan(standard(5, 1)));

  // The same from the rows that are there; inputs keep the scale of all rows, so lengths are given in its units.
  std::vector<Index> rows;
  for (Index i = 0; i < 20; ++i)
    if (i != 4 && i != 11) rows.push_back(i);
  const auto scaled = [&](const Matrix& points) {
    const Eigen::RowVectorXd centre = x.colwise().mean();
    const Eigen::RowVectorXd scale = ((x.rowwise() - centre).colwise().squaredNorm() / 20.0).cwiseSqrt();
    return Matrix((points.rowwise() - centre).array().rowwise() / scale.array());
  };
  const Matrix known = rows_of(y.col(1), rows);
  const Warp warp = fit_warp(WarpKind::none, {known.data(), 18});
  const ArdPosterior rest(Radial::matern_five_halves, scaled(rows_of(x, rows)),
                          known.unaryExpr([&](double value) { return warp.forward(value); }), theta);
  for (Index i = 0; i < 5; ++i)
    BOOST_TEST(mean(i, 1) == warp.backward(rest.predict(scaled(at)).mean(i, 0)), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(missing_values_are_left_out_of_shared_evidence) {
  const Comm comm;
  const Matrix x = normal(18, 2);
  Matrix y = functions(normal(18, 3), 2);
  y(3, 1) = missing;
  const std::vector<Index> outputs{2};
  const SearchResult found = search_hyper_parameters(comm, x, y, outputs, quick(Sharing::shared));
  double evidence = 0;
  for (const Index column : {0, 1}) {
    const std::vector<Index> one{column};
    const Pattern pattern = patterns(y, one).front();
    Matrix z = rows_of(y.col(column), pattern.rows);
    for (Index i = 0; i < z.rows(); ++i) {
      evidence += found.columns[static_cast<std::size_t>(column)].warp.log_slope(z(i, 0));
      z(i, 0) = found.columns[static_cast<std::size_t>(column)].warp.forward(z(i, 0));
    }
    std::vector<double> gradient(4);
    evidence -= ArdEvidence(Radial::matern_five_halves, rows_of(x, pattern.rows), z)(found.columns[0].theta, gradient);
  }
  BOOST_TEST(found.columns[0].log_evidence == evidence, boost::test_tools::tolerance(1e-12));
  BOOST_TEST((found.columns[0].theta == found.columns[1].theta));
}

BOOST_AUTO_TEST_CASE(results_have_the_same_bits_on_any_number_of_ranks) {
  const Comm comm, alone = Comm::self();
  const Matrix x = normal(25, 3), at = normal(6, 3, 1);
  RegressionOptions options = quick(Sharing::best_by_loo);
  options.further_starts = 1;
  const RegressionFit apart = fit_regression(alone, x, functions(x, 4), options, {1, 3});
  const RegressionFit spread = fit_regression(comm, x, functions(x, 4), options, {1, 3});
  BOOST_TEST(apart.records.size() == spread.records.size());
  for (std::size_t i = 0; i < spread.records.size(); ++i) {
    BOOST_TEST((apart.records[i].theta == spread.records[i].theta));
    BOOST_TEST(apart.records[i].log_evidence == spread.records[i].log_evidence);
    BOOST_TEST(apart.records[i].evaluations == spread.records[i].evaluations);
  }
  const Regression one(apart), many(spread);
  BOOST_TEST(is_same(one.predict(at).mean, many.predict(at).mean));
  BOOST_TEST(is_same(one.predict(at).deviation, many.predict(at).deviation));
}

BOOST_AUTO_TEST_CASE(searches_are_those_that_were_asked_for) {
  const Comm comm;
  const Matrix x = normal(15, 2), y = functions(normal(15, 3), 3);
  const auto count = [&](Sharing sharing, Index starts, Index further) {
    RegressionOptions options = quick(sharing);
    options.starts = starts;
    options.further_starts = further;
    options.iterations = 2;
    return fit_regression(comm, x, y, options, {1, 2}).records.size();
  };
  BOOST_TEST(count(Sharing::shared, 3, 0) == 6);
  BOOST_TEST(count(Sharing::per_mode, 3, 0) == 9);
  BOOST_TEST(count(Sharing::per_mode, 3, 1) == 7);
  BOOST_TEST(count(Sharing::best_by_loo, 3, 1) == 13);
}

BOOST_AUTO_TEST_CASE(a_further_mode_starts_from_the_optimum_of_the_first) {
  const Comm comm;
  const Matrix x = normal(30, 2), first = functions(normal(30, 3), 1);
  Matrix y(30, 2);
  y << first, 3 * first;
  RegressionOptions options;
  options.starts = 3;
  options.further_starts = 1;
  const RegressionFit fit = fit_regression(comm, x, y, options, {2});
  BOOST_TEST(fit.records.back().mode == 1);
  BOOST_TEST(fit.records.front().evaluations > 10);
  BOOST_TEST(fit.records.back().evaluations <= 5);
}

BOOST_AUTO_TEST_CASE(the_better_way_to_share_is_chosen_by_leave_one_out) {
  const Comm comm;
  const Matrix x = normal(40, 2);
  Matrix y(40, 2);  // one mode depends on the first input, the other one on the second, faster
  y.col(0) = (0.5 * x.col(0).array()).sin();
  y.col(1) = (3 * x.col(1).array()).sin();
  const auto error = [&](Sharing sharing) {
    const Regression regression(fit_regression(comm, x, y, quick(sharing)));
    return Eigen::RowVectorXd((regression.leave_one_out().mean - y).colwise().norm());
  };
  const Eigen::RowVectorXd shared = error(Sharing::shared), own = error(Sharing::per_mode);
  const Eigen::RowVectorXd best = error(Sharing::best_by_loo);
  BOOST_TEST((own.array() < 0.5 * shared.array()).any());
  BOOST_TEST(is_same(best, own.cwiseMin(shared)));
}

BOOST_AUTO_TEST_CASE(a_warp_is_chosen_by_its_evidence) {
  const Comm comm;
  const Matrix x = normal(50, 2);
  const Matrix smooth = (x.col(0).array().sin() + 0.5 * x.col(1).array()).matrix();
  Matrix y(50, 2);
  y.col(0) = (3 * smooth.array()).exp();
  y.col(1) = smooth;
  RegressionOptions options = quick();
  options.warp = WarpChoice::by_evidence;
  const RegressionFit fit = fit_regression(comm, x, y, options, {1, 1});
  BOOST_TEST((fit.columns[0].warp.kind == WarpKind::log || fit.columns[0].warp.kind == WarpKind::box_cox));
  options.warp = WarpChoice::none;
  const RegressionFit plain = fit_regression(comm, x, y, options, {1, 1});
  BOOST_TEST(fit.columns[0].log_evidence > plain.columns[0].log_evidence + 10);
  BOOST_TEST(fit.columns[1].log_evidence >= plain.columns[1].log_evidence);
  const Matrix at = 0.7 * normal(30, 2, 1);
  const Matrix truth = (3 * (at.col(0).array().sin() + 0.5 * at.col(1).array())).exp();
  const double warped_error = (Regression(fit).predict(at).mean.col(0) - truth).norm();
  const double plain_error = (Regression(plain).predict(at).mean.col(0) - truth).norm();
  BOOST_TEST(warped_error < 0.5 * plain_error);
}

BOOST_AUTO_TEST_CASE(constant_columns_and_inputs_do_no_harm) {
  const Comm comm;
  Matrix x = normal(20, 3), y = functions(x, 2);
  x.col(1).setConstant(1e6);
  y.col(0).setConstant(0.1);
  for (const Sharing sharing : {Sharing::shared, Sharing::best_by_loo}) {
    const Regression regression(fit_regression(comm, x, y, quick(sharing)));
    const auto [mean, deviation] = regression.predict(x.topRows(3));
    BOOST_TEST(mean(0, 0) == 0.1, boost::test_tools::tolerance(1e-15));
    BOOST_TEST(deviation(0, 0) == 0);
    BOOST_TEST(deviation(0, 1) > 0);
    BOOST_TEST(std::abs(mean(0, 1) - y(0, 1)) < 5);
    BOOST_TEST(regression.leave_one_out().mean(2, 0) == 0.1);
  }
}

BOOST_AUTO_TEST_CASE(points_far_from_all_others_are_novel) {
  const Matrix x = normal(60, 2);
  const Regression regression(given(x, functions(normal(60, 3), 1), {0, 0, 0, -3}));
  Matrix at(3, 2);
  at << x.row(7), 0.1, 0.1, 30, 30;
  const Eigen::VectorXd novelty = regression.novelty(at);
  BOOST_TEST(novelty[0] == 0);
  BOOST_TEST(novelty[1] < 3);
  BOOST_TEST(novelty[2] > 50);
}

BOOST_AUTO_TEST_CASE(jitter_is_reported_with_its_cause) {
  Matrix x = normal(20, 2);
  const Matrix y = functions(normal(20, 3), 1);
  const auto jitters = [&](double log_length) {
    return Regression(given(x, y, {0, log_length, log_length, -60})).jitters();
  };
  BOOST_TEST(jitters(-1).empty());
  const Jitter long_lengths = jitters(7).at(0);
  BOOST_TEST(long_lengths.share >= least_jitter);
  BOOST_TEST(long_lengths.columns == std::vector<Index>{0}, boost::test_tools::per_element());
  BOOST_TEST(long_lengths.nearest.distance > 0);
  BOOST_TEST(jitter_cause(long_lengths.nearest.distance, "a", "b").find("nearly singular") != std::string::npos);
  x.row(13) = x.row(4);
  const NearestPair nearest = jitters(-1).at(0).nearest;
  BOOST_TEST(nearest.first == 4);
  BOOST_TEST(nearest.second == 13);
  BOOST_TEST(jitter_cause(nearest.distance, "4", "13") == "samples 4 and 13 have the same inputs");
}

BOOST_AUTO_TEST_CASE(a_fit_comes_back_from_a_file_bit_for_bit) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const Matrix x = normal(15, 2), at = normal(4, 2, 1);
  Matrix y = functions(normal(15, 3), 3).cwiseAbs();
  y(3, 1) = missing;
  y.col(2).setConstant(4);
  RegressionOptions options = quick(Sharing::shared);
  options.covariance = Radial::matern_three_halves;
  options.warp = WarpChoice::box_cox;
  const RegressionFit fit = fit_regression(comm, x, y, options, {1, 2});
  {
    OutputFile file(comm, scratch / "fit.hdf", Existing::refuse);
    save_regression(file, "/model", fit);
    file.commit();
  }
  const InputFile file(comm, scratch / "fit.hdf");
  const Regression before(fit), after(load_regression(file, "/model"));
  BOOST_TEST(is_same(before.predict(at).mean, after.predict(at).mean));
  BOOST_TEST(is_same(before.predict(at).deviation, after.predict(at).deviation));
  BOOST_TEST(after.fit().columns[1].log_evidence == fit.columns[1].log_evidence);
  BOOST_TEST(after.fit().columns[1].is_shared);
  BOOST_TEST((file.info("/model/searches").shape == Shape{4, 11}));
  BOOST_TEST(test::failure([&] { load_regression(file, "/other"); }).is(Fault::data, "covariance"));
}

BOOST_AUTO_TEST_CASE(options_come_from_a_case) {
  const auto read = [](const std::string& text, RegressionOptions& options) {
    Complaints complaints;
    read_options(parse_yaml(text, "case.yaml"), "options", options, complaints);
    complaints.raise();
  };
  RegressionOptions options;
  read("{covariance: matern_3/2, hyper_parameters: best_by_loo, noise: {lower: 1e-6, upper: 1e-6}, starts: 4}",
       options);
  BOOST_TEST((options.covariance == Radial::matern_three_halves));
  BOOST_TEST((options.hyper_parameters == Sharing::best_by_loo));
  BOOST_TEST(options.noise.lower == 1e-6);
  BOOST_TEST(options.starts == 4);
  BOOST_TEST(test::failure([&] { read("{warp: lg}", options); }).is(Fault::config, "did you mean 'log'"));
  BOOST_TEST(test::failure([&] { read("{length: {lower: 0}}", options); }).is(Fault::config, "positive"));
}

BOOST_AUTO_TEST_CASE(wrong_data_are_refused) {
  const Comm comm;
  const Matrix x = normal(6, 2);
  const auto failure_of = [&](const Matrix& inputs, const Matrix& y, const RegressionOptions& options = quick()) {
    return test::failure([&] { fit_regression(comm, inputs, y, options); });
  };
  Matrix broken = x, y = normal(6, 2, 1);
  broken(4, 1) = missing;
  BOOST_TEST(failure_of(broken, y).is(Fault::data, "input 1 of sample 4"));
  BOOST_TEST(failure_of(x.topRows(5), y).is(Fault::data, "5 samples of inputs and 6"));
  BOOST_TEST(failure_of(x.topRows(1), y.topRows(1)).is(Fault::data, "too few"));
  RegressionOptions options = quick();
  options.noise = {1e-2, 1e-3};
  BOOST_TEST(failure_of(x, y, options).is(Fault::config, "'noise' runs from 0.01 to 0.001"));
  options = quick();
  options.warp = WarpChoice::log;
  BOOST_TEST(failure_of(x, y, options).is(Fault::data, "needs positive outputs"));
  y(2, 1) = std::numeric_limits<double>::infinity();
  BOOST_TEST(failure_of(x, y).is(Fault::data, "column 1 of sample 2 is infinite"));
  y.col(1).setConstant(missing);
  BOOST_TEST(failure_of(x, y).is(Fault::data, "column 1 has no value"));
  const Regression regression(given(x, normal(6, 1, 1), {0, 0, 0, -3}));
  BOOST_TEST(test::failure([&] { regression.predict(normal(2, 3)); }).is(Fault::data, "3 inputs came, and 2"));
}

BOOST_AUTO_TEST_SUITE_END()
