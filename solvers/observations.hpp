// Readings of the unknown, at points of the domain or on a regular grid: the `data:` block of a problem that takes
// them.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/meshes/dataset.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/input.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace mercer {

/// Standard deviation of readings in their own unit, or none: to be estimated from the data.
struct NoiseLevel {
  double deviation = 0;
  bool is_given() const noexcept { return deviation > 0; }
};

template <>
struct Option<NoiseLevel> {
  static std::string type() { return "positive number or estimate"; }
  static std::string read(const Node& at, NoiseLevel& noise);
  static Node show(const NoiseLevel& noise);
};

/// Where readings are stored.
struct Observations {
  std::filesystem::path file;
  std::string points, values;
  NoiseLevel noise;
  Node written;  ///< where the case says it
};
void describe(Binder& bind, Observations& observations);

/// Where readings on a regular grid are stored, NaN for those that are missing.
struct GridData {
  std::filesystem::path file;
  std::string values;
  std::optional<Index> sample;
  Placement grid = Placement::nodes;
  NoiseLevel noise;
  Node written;  ///< where the case says it
};
void describe(Binder& bind, GridData& data);

/// @collective The readings in slabs along the first axis, on the grid that their array makes of the box `axes`
/// (slowest first). Throws Fault::no_input or Fault::data where the file is missing or broken, where the array does not
/// fit the box, for infinite numbers, and where no number is left.
Field read_grid_data(const Comm& comm, const GridData& data, std::span<const Axis> axes);

/// Values at points.
struct PointData {
  std::vector<std::vector<double>> points;  ///< one column an axis of the domain, x first
  std::vector<double> values;
};

/// @collective All readings on every rank. Throws Fault::no_input or Fault::data where the file is missing or broken,
/// where the arrays do not fit each other or the domain, where a number is not finite, and for points outside the box.
PointData read_observations(const Comm& comm, const Observations& observations, const Domain& domain);

}  // namespace mercer
