// Gathering what the dense algebra of all weights needs, and reading off its answer in pieces.
#include <mercer/solvers/spectral_mixture_gp/backends/noisy_data.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/case_statement.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

constexpr Index least_points = 64;  // of a line, for a periodogram worth the name

Shape sampling(const Comm& comm, const Statement& statement, const FeatureOptions& options) {
  std::vector<Index> points = first_sizes(comm, statement, options).nodes;
  for (Index& count : points) count = std::max(count, least_points);
  return Shape(points);
}

PointValues readings_of(const Comm& comm, const Problem& problem) {
  PointData read = read_observations(comm, *problem.observations, problem.domain);
  std::ranges::reverse(read.points);  // slowest axis first
  return {std::move(read.points), std::move(read.values)};
}

}  // namespace

NoisyData noisy_data(const Comm& comm, const Problem& problem, const Statement& statement,
                     const FeatureOptions& options) {
  NoisyData data;
  if (statement.samples) {
    require_agreed(statement.samples->placement == Placement::nodes, Fault::unavailable,
                   "readings need samples of the source at both ends of every axis ('grid: nodes')");
    data.source = gathered(comm, *statement.samples).values;
  } else {
    const Shape shape = sampling(comm, statement, options);
    together(comm, [&] { data = sample_source(statement, shape); });
  }
  if (problem.observations) {
    data.readings = readings_of(comm, problem);
    data.reading_noise = problem.observations->noise.deviation;
  }
  return data;
}

void predict_on(const Posterior& posterior, const Coordinates& grid, Eigen::VectorXd Prediction::*part,
                std::span<double> values) {
  std::size_t done = 0;
  Coordinates row = grid;
  for (const double first : grid[0]) {
    row[0] = {first};
    const Eigen::VectorXd found = posterior.predict(scattered(row)).*part;
    std::ranges::copy(found, values.begin() + static_cast<std::ptrdiff_t>(done));
    done += static_cast<std::size_t>(found.size());
  }
}

}  // namespace mercer::smgp
