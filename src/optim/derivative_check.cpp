// Gradients against extrapolated central differences.
#include <mercer/base/random.hpp>
#include <mercer/optim/derivative_check.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace mercer {
namespace {

/// The limit of difference(h) for h -> 0 by Richardson extrapolation in h^2; the entry of the tableau that differs
/// least from its neighbours is taken. Ridders (1982), Adv. Eng. Software 4, 75.
template <class F>
double extrapolated(const F& difference, double step) {
  constexpr int levels = 8;
  std::array<double, levels> previous{}, current{};
  double best = 0, error = std::numeric_limits<double>::infinity();
  for (std::size_t level = 0; level < levels; ++level, step /= 2) {
    current[0] = difference(step);
    if (level == 0) best = current[0];
    double factor = 4;
    for (std::size_t order = 1; order <= level; ++order, factor *= 4) {
      current[order] = (factor * current[order - 1] - previous[order - 1]) / (factor - 1);
      const double change =
          std::max(std::abs(current[order] - current[order - 1]), std::abs(current[order] - previous[order - 1]));
      if (change <= error) {
        error = change;
        best = current[order];
      }
    }
    std::swap(previous, current);
  }
  return best;
}

Index first_position(const Comm& comm, Index count) {
  Index first = 0;
  check_mpi(MPI_Exscan(&count, &first, 1, MPI_INT64_T, MPI_SUM, comm.raw()));
  return comm.is_root() ? 0 : first;
}

}  // namespace

double gradient_gap(const Comm& comm, const Objective& objective, std::span<const double> point,
                    const DerivativeCheck& options) {
  const std::size_t size = point.size();
  const auto first = static_cast<std::uint64_t>(first_position(comm, static_cast<Index>(size)));
  std::vector<double> gradient(size), unused(size), direction(size), moved(size);
  const double value = objective(point, gradient);
  const double norm = reproducible_norm(comm, gradient);
  require(std::isfinite(value) && std::isfinite(norm), Fault::numerics,
          "a gradient cannot be checked where the value is {} and the gradient's norm {}", value, norm);
  double extent = 1, gap = 0;
  for (const double x : point) extent = std::max(extent, std::abs(x));
  extent = largest(comm, extent);
  for (int number = 0; number < options.directions; ++number) {
    const Random random(options.seed, static_cast<std::uint64_t>(number));
    for (std::size_t i = 0; i < size; ++i) direction[i] = random.normal(first + i);
    const auto value_at = [&](double step) {
      for (std::size_t i = 0; i < size; ++i) moved[i] = point[i] + step * direction[i];
      return objective(moved, unused);
    };
    const double slope = extrapolated([&](double step) { return (value_at(step) - value_at(-step)) / (2 * step); },
                                      options.step * extent);
    require(std::isfinite(slope), Fault::numerics,
            "the value is not finite near the point where its gradient is checked; lower the step of {}", options.step);
    const double difference = std::abs(reproducible_dot(comm, gradient, direction) - slope);
    if (difference > 0) gap = std::max(gap, difference / norm);
  }
  return gap;
}

}  // namespace mercer
