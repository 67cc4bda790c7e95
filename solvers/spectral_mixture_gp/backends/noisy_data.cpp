// Readings of files, and sources by formula at as many points as tell all that is in them.
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

}  // namespace mercer::smgp
