// Statements from formulas, noise from counters.
#include "solvers/spectral_mixture_gp/noise_problems.hpp"

#include <mercer/base/random.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace mercer::smgp::test {
namespace {

std::vector<std::string> names_of(const NoisyProblem& problem) {
  const std::vector<std::string> all{"z", "y", "x"};
  return {all.end() - static_cast<std::ptrdiff_t>(problem.axes.size()), all.end()};
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

Statement sampled(const Comm& comm, const Truth& truth, const Array& source) {
  Statement statement;
  statement.axes = truth.statement().axes;
  statement.terms = truth.statement().terms;
  const Shape shape = source.shape();
  const Range mine = block(shape[0], comm.rank(), comm.size());
  Shape own = shape;
  own[0] = mine.count();
  Array values = dense(own);
  std::copy_n(source.data() + mine.begin * (shape.count() / shape[0]), values.count(), values.data());
  statement.samples = Samples{shape, std::move(values)};
  return statement;
}

Points test_points(const Statement& statement) {
  Coordinates grid;
  constexpr std::array<int, 3> counts{1001, 41, 11};
  const int count = counts[static_cast<std::size_t>(statement.dimensions() - 1)];
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

double coverage(const Eigen::VectorXd& truth, const Prediction& prediction) {
  double inside = 0;
  for (Index i = 0; i < truth.size(); ++i)
    inside += std::abs(truth[i] - prediction.mean[i]) <= 1.96 * prediction.deviation[i] ? 1 : 0;
  return inside / static_cast<double>(truth.size());
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

NoisyProblem tone(double length) { return {.exact = "sin(100*x)", .axes = {{0, length}}}; }
NoisyProblem multiscale(double length) {
  return {.exact = "sin(x) + 0.1*sin(20*x) + 0.05*sin(100*x)", .axes = {{0, length}}};
}
NoisyProblem modulated(double length) { return {.exact = "x*sin(60*x) + cos(3*x)", .axes = {{0, length}}}; }

std::vector<Oscillation> stationary_process(double length) {
  struct Component {
    double variance, frequency, width;  // the latter by half the length
  };
  constexpr double step = 0.2;  // of width: so fine that it does not show on the interval
  std::vector<Oscillation> all;
  for (const Component& c : {Component{1, 0, 3}, {0.1, 50, 1}})
    for (int j = -30; j <= 30; ++j) {
      const double u = step * j, density = std::exp(-u * u / 2) / std::sqrt(2 * std::numbers::pi);
      all.push_back({2 * (c.frequency + c.width * u) / length, std::sqrt(c.variance * density * step)});
    }
  return all;
}

NoisyProblem stationary_draw(double length, std::uint64_t seed) {
  const Random random(seed, 21);
  std::string formula;
  std::uint64_t i = 0;
  for (const Oscillation& o : stationary_process(length)) {
    formula += fmt::format("{}{:.17g}*cos({:.17g}*(x - {:.17g}) + {:.17g})", formula.empty() ? "" : " + ",
                           o.deviation * std::sqrt(-2 * std::log(random.uniform(2 * i))), o.frequency, length / 2,
                           2 * std::numbers::pi * random.uniform(2 * i + 1));
    ++i;
  }
  return {.exact = formula, .axes = {{0, length}}};
}

}  // namespace mercer::smgp::test
