// Statements from formulas, noise from counters.
#include "solvers/spectral_mixture_gp/noise_problems.hpp"

#include <mercer/base/random.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp::test {
namespace {

std::vector<std::string> names_of(const NoisyProblem& problem) {
  return problem.axes.size() == 1 ? std::vector<std::string>{"x"} : std::vector<std::string>{"y", "x"};
}

Statement statement_of(const NoisyProblem& problem, const std::vector<std::string>& names, const Expression& exact) {
  std::vector<NamedAxis> axes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    axes.push_back({names[i], problem.axes[i], {}});
    for (NamedAxis::End& end : axes.back().ends) end = {Side::Kind::value, exact};
  }
  const Equation equation = Equation::parse(problem.equation, names, "u");
  return translate(axes, equation, "f", equation.source_for(exact));
}

double coverage(const Eigen::VectorXd& truth, const Prediction& prediction) {
  double inside = 0;
  for (Index i = 0; i < truth.size(); ++i)
    inside += std::abs(truth[i] - prediction.mean[i]) <= 1.96 * prediction.deviation[i] ? 1 : 0;
  return inside / static_cast<double>(truth.size());
}

}  // namespace

Truth::Truth(const NoisyProblem& problem)
    : names_(names_of(problem)),
      exact_(Expression::parse(problem.exact, names_)),
      statement_(statement_of(problem, names_, exact_)) {}

Eigen::VectorXd Truth::at(const Points& points, const std::string& derivative) const {
  Eigen::VectorXd values(static_cast<Index>(points[0].size()));
  const Expression formula = derivative.empty() ? exact_ : exact_.derivative(derivative);
  function_of(formula, names_)(std::vector<std::span<const double>>(points.begin(), points.end()),
                               {values.data(), static_cast<std::size_t>(values.size())});
  return values;
}

Noise gaussian(std::uint64_t seed) {
  return [random = Random(seed, 77)](std::uint64_t i) { return random.normal(i); };
}

double root_mean_square(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

NoisyData noisy(const Truth& truth, const Shape& shape, double relative, const Noise& noise) {
  NoisyData data = sample_source(truth.statement(), shape, relative == 0 ? 64 : 16);
  const double size = relative * root_mean_square(data.source.span());
  if (size == 0) return data;
  std::uint64_t i = 0;
  for (double& value : data.source.span()) value += size * noise(i++);
  for (double& value : data.checks.values) value += size * noise(i++);
  return data;
}

Points test_points(const Statement& statement) {
  Coordinates grid;
  const int count = statement.dimensions() == 1 ? 1001 : 41;
  for (const AxisStatement& axis : statement.axes) {
    grid.emplace_back();
    for (int i = 0; i < count; ++i) grid.back().push_back(axis.interval.global((2.0 * i + 1) / count - 1));
  }
  return scattered(grid);
}

double relative_error(const Eigen::VectorXd& ours, const Eigen::VectorXd& exact) {
  return (ours - exact).norm() / exact.norm();
}

Score score(const Truth& truth, const Assimilation& answer) {
  const Points points = test_points(truth.statement());
  const Eigen::VectorXd exact = truth.at(points);
  const Prediction plain = answer.posterior->predict(points);
  Orders slope{};
  slope[points.size() - 1] = 1;
  return {relative_error(plain.mean, exact), coverage(exact, plain),
          coverage(exact, answer.conservative->predict(points)),
          coverage(truth.at(points, "x"), answer.posterior->predict(points, slope))};
}

void add_readings(const Truth& truth, int count, double relative, std::uint64_t seed, NoisyData& data) {
  const Random place(seed, 11), noise(seed, 12);
  data.readings.points = {{}};
  for (int i = 0; i < count; ++i)
    data.readings.points[0].push_back(
        truth.statement().axes[0].interval.global(2 * place.uniform(static_cast<std::uint64_t>(i)) - 1));
  const Eigen::VectorXd exact = truth.at(data.readings.points), all = truth.at(test_points(truth.statement()));
  data.reading_noise = relative * all.norm() / std::sqrt(static_cast<double>(all.size()));
  for (Index i = 0; i < count; ++i)
    data.readings.values.push_back(exact[i] + data.reading_noise * noise.normal(static_cast<std::uint64_t>(i)));
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

Tally tally_seeds(const NoisyProblem& problem, const Shape& samples, double relative, int seeds,
                  const AssimilationOptions& options) {
  const Truth truth(problem);
  const Points points = test_points(truth.statement());
  const Eigen::VectorXd exact = truth.at(points);
  const NoisyData clean = sample_source(truth.statement(), samples);
  const Assimilation known = assimilate(truth.statement(), clean, options);
  const double noise = relative * root_mean_square(clean.source.span());
  std::vector<double> theta = known.theta;
  theta[0] = 2 * std::log(noise);
  const WeightSpace& space = known.posterior->space();
  DataModel model;
  model.rows = operator_rows(space, truth.statement(), scattered(uniform_grid(truth.statement(), samples)));
  model.exact = exact_data(space, truth.statement());
  std::vector<double> errors, oracle_errors, ratios, covered, oracle_covered, conservative, slopes, noises;
  Tally tally;
  for (int seed = 1; seed <= seeds; ++seed) {
    const NoisyData data = noisy(truth, samples, relative, gaussian(static_cast<std::uint64_t>(seed)));
    const Assimilation found = assimilate(truth.statement(), data, options);
    model.source = Eigen::Map<const Eigen::VectorXd>(data.source.data(), data.source.count());
    const Prediction oracle = Posterior(space, Evidence(model, *known.prior).posterior(theta)).predict(points);
    const Score ours = score(truth, found);
    errors.push_back(ours.error);
    oracle_errors.push_back(relative_error(oracle.mean, exact));
    ratios.push_back(ours.error / oracle_errors.back());
    covered.push_back(ours.coverage);
    oracle_covered.push_back(coverage(exact, oracle));
    conservative.push_back(ours.conservative);
    slopes.push_back(ours.slope_coverage);
    noises.push_back(found.certificate.noise / noise);
    const auto share = [&](bool is_so) { return is_so ? 1.0 / seeds : 0; };
    tally.noise_held += share(0.85 <= noises.back() && noises.back() <= 1.12);
    tally.white += share(!found.certificate.doubts(Doubt::noise) && !found.certificate.doubts(Doubt::rough));
    tally.flagged +=
        share(found.certificate.doubts(Doubt::low_frequencies) || found.certificate.doubts(Doubt::undetermined));
    tally.loops = std::max(tally.loops, found.loops);
  }
  tally.flagged = std::round(tally.flagged * seeds) / seeds;
  tally.error = quantile(errors, 0.5);
  tally.ratio_median = quantile(ratios, 0.5);
  tally.ratio_ninth = quantile(ratios, 0.9);
  tally.coverage = mean(covered);
  tally.oracle_coverage = mean(oracle_covered);
  tally.conservative = mean(conservative);
  tally.slope_coverage = mean(slopes);
  tally.line = fmt::format(
      "{:<46} L {:4.2f} noise {:.0e}: error {:.1e}, oracle {:.1e}, ratio {:.2f} / {:.2f}, coverage {:.2f} (oracle "
      "{:.2f}, "
      "conservative {:.2f}, slope {:.2f}), noise/true {:.2f}-{:.2f}, white {:.2f}, flagged {:.2f}, loops {}",
      problem.exact, problem.axes[0].end, relative, tally.error, quantile(oracle_errors, 0.5), tally.ratio_median,
      tally.ratio_ninth, tally.coverage, tally.oracle_coverage, tally.conservative, tally.slope_coverage,
      quantile(noises, 0), quantile(noises, 1), tally.white, tally.flagged, tally.loops);
  return tally;
}

NoisyProblem tone(double length) { return {.exact = "sin(100*x)", .axes = {{0, length}}}; }
NoisyProblem multiscale(double length) {
  return {.exact = "sin(x) + 0.1*sin(20*x) + 0.05*sin(100*x)", .axes = {{0, length}}};
}
NoisyProblem modulated(double length) { return {.exact = "x*sin(60*x) + cos(3*x)", .axes = {{0, length}}}; }

}  // namespace mercer::smgp::test
