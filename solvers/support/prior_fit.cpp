#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/support/prior_fit.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mercer {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// The first channel of a sample, [y, x].
void copy_plane(View<const float> fields, Index sample, std::span<double> plane) {
  auto into = plane.begin();
  for (Index j = 0; j < fields.shape()[1]; ++j) into = std::copy_n(&fields(sample, j, 0, 0), fields.shape()[3], into);
}

/// Least argument of a function of one valley between `low` and `high`, to `width`. Kiefer (1953).
template <class F>
double golden_section(double low, double high, double width, const F& value) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double left = high - ratio * (high - low), right = low + ratio * (high - low);
  double at_left = value(left), at_right = value(right);
  while (high - low > width) {
    if (at_left < at_right) {
      high = std::exchange(right, left);
      at_right = std::exchange(at_left, value(left = high - ratio * (high - low)));
    } else {
      low = std::exchange(left, right);
      at_left = std::exchange(at_right, value(right = low + ratio * (high - low)));
    }
  }
  return (low + high) / 2;
}

double with_three_digits(double value) {
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2);
  return std::stod(fmt::format("{:.12g}", std::round(value / unit) * unit));
}

}  // namespace

PriorFit fit_scale(const Comm& comm, Index count, Index points,
                   const std::function<void(Index i, std::span<double> field, std::span<double> output)>& each) {
  std::vector<double> products, squares, used;
  together(comm, [&] {
    std::vector<double> field(static_cast<std::size_t>(points)), output(field.size());
    const Range mine = block(count, comm.rank(), comm.size());
    for (Index i = mine.begin; i < mine.end; ++i) {
      each(i, field, output);
      const double weight = dot(output, output);
      if (weight == 0) continue;
      products.push_back(dot(field, output) / weight);
      squares.push_back(dot(field, field) / weight);
      used.push_back(1);
    }
  });
  const double product = reproducible_sum(comm, products), square = reproducible_sum(comm, squares),
               samples = reproducible_sum(comm, used);
  require_agreed(samples > 0 && square > 0, Fault::data,
                 "no scale brings the prior to the outputs: {} of {} training samples have outputs that are not zero, "
                 "and the solver's answers there have the size {}",
                 samples, count, square);
  return {product / square, std::sqrt(std::max(0.0, 1 - product * product / (square * samples)))};
}

PriorFit fit_scale(const Comm& comm, View<const float> fields, const Samples& outputs, std::span<const Index> ids) {
  return fit_scale(comm, std::ssize(ids), fields.shape()[1] * fields.shape()[3],
                   [&](Index i, std::span<double> field, std::span<double> output) {
                     const Index id = ids[static_cast<std::size_t>(i)];
                     copy_plane(fields, id, field);
                     copy_plane(outputs.fields.view(), id, output);
                   });
}

double mean_relative_error(View<const float> fields, const Samples& outputs, std::span<const Index> ids) {
  std::vector<double> field(static_cast<std::size_t>(fields.shape()[1] * fields.shape()[3])), output(field.size());
  double sum = 0, count = 0;
  for (const Index id : ids) {
    copy_plane(fields, id, field);
    copy_plane(outputs.fields.view(), id, output);
    for (std::size_t i = 0; i < field.size(); ++i) field[i] -= output[i];
    const double size = dot(output, output);
    if (size == 0) continue;
    sum += std::sqrt(dot(field, field) / size);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

double estimate_contrast(const Comm& comm, PriorSolver& solver, const Samples& inputs, const Samples& outputs,
                         std::span<const Index> ids) {
  const auto misfit = [&](double logarithm) {
    const auto solve = [&](Index i, std::span<double> field, std::span<double> output) {
      const Index id = ids[static_cast<std::size_t>(i)];
      solver.solve(inputs.fields.view(), id, std::exp(logarithm), field);
      copy_plane(outputs.fields.view(), id, output);
    };
    return fit_scale(comm, std::ssize(ids), solver.shape().count(), solve).misfit;
  };
  const double step = std::log(4.0), end = std::log(1000.0);
  double best = 0, least = misfit(0);
  for (const double direction : {step, -step})
    for (double next = best + direction; best * direction >= 0 && std::abs(next) < end; next += direction) {
      const double value = misfit(next);
      if (value >= least) break;
      best = next, least = value;
    }
  return with_three_digits(std::exp(golden_section(best - step, best + step, 5e-3, misfit)));
}

}  // namespace mercer
