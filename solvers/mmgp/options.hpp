// What a case says of a mesh-morphing Gaussian process.
#pragma once

#include <mercer/gp/regression_options.hpp>
#include <mercer/linalg/reduced_basis.hpp>
#include <mercer/parallel/rank_groups.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mercer::mmgp {

/// The block `data:`.
struct DataOptions {
  std::filesystem::path file;
  std::string train, split;
  std::vector<std::string> inputs, outputs;
};
void describe(Binder& bind, DataOptions& data);

enum class Landmarks { automatic, corners, box_corners, profile, none };
enum class Map { mean_value, uniform, thin_plate, compact };
/// By radial functions of the boundary nodes, onto the middle training sample.
constexpr bool is_radial(Map map) { return map == Map::thin_plate || map == Map::compact; }

/// The block `options:`.
struct Options {
  Landmarks landmarks = Landmarks::automatic;
  double corner_angle = 35;  ///< [degree]
  Map map = Map::mean_value;
  double map_radius = 0.5;  ///< of `compact`, over the diagonal of the box around the boundary
  Index refinements = 1;
  std::optional<Index> shape_modes = 12, modes = 32;
  double shape_energy = 1, energy = 1;
  Centring centring = Centring::mean;
  RegressionOptions fields{.starts = 2}, scalars{.starts = 4, .folds = 5};
  std::map<std::string, std::string> scales, functionals;
  Index draws = 256, functional_folds = 4;
  double memory = 1e9;
};
void describe(Binder& bind, Options& options);

/// The block `training:`, for predictions, too.
struct Division {
  Parallel parallel = Parallel::samples;
  Index space_ranks = 2;
};
void describe(Binder& bind, Division& division);

struct Settings {
  DataOptions data;
  Options options;
  Division training;
};
void describe(Binder& bind, Settings& settings);

}  // namespace mercer::mmgp
