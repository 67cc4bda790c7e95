// A small mesh dataset for tests: plates whose sides bend, with fields and scalars that are known.
#pragma once

#include "support/made_meshes.hpp"
#include <mercer/meshes/write/mesh_dataset_writer.hpp>

#include <cmath>
#include <filesystem>
#include <functional>

namespace mercer::test {

inline constexpr Index plates = 20, taught_plates = 14;

/// Plate `number`: its right side bends by `bend`; the field is linear in the load and smooth in the bend.
inline MeshSample plate(Index number) {
  const double bend = 0.3 * std::sin(1.7 * static_cast<double>(number)),
               load = 1 + 0.5 * std::cos(2.3 * static_cast<double>(number));
  MeshSample sample;
  sample.id = fmt::format("{:06}", number);
  sample.mesh = mapped_square(8 + number % 3, 0.2, [&](double x, double y) {
    return std::array{x * (1 + bend * y * (1 - y)), y};
  });
  const Index nodes = sample.mesh.nodes();
  MeshField field{"u", Tensor<double>({nodes, 1}, Rows::dense)};
  double largest = 0;
  for (Index i = 0; i < nodes; ++i) {
    const double x = sample.mesh.points(i, 0), y = sample.mesh.points(i, 1);
    field.values(i, 0) = load * (x + y * y) * (1 + bend);
    largest = std::max(largest, field.values(i, 0));
  }
  sample.point_fields.push_back(std::move(field));
  sample.scalars = {{"load", load}, {"idle", 7}, {"strain", load * bend}, {"largest", largest}};
  return sample;
}

/// @collective Writes the plates, with splits `train` and `test`; `spoil` may change each.
inline void write_plates(
    const Comm& comm, const std::filesystem::path& path,
    const std::function<void(Index, MeshSample&)>& spoil = [](Index, MeshSample&) {}) {
  MeshDatasetWriter writer(comm, path, Existing::replace, {{"load", "idle"}, {"strain"}, {"u"}});
  for (Index number = 0; number < plates; ++number) {
    MeshSample sample = plate(number);
    spoil(number, sample);
    writer.write(0, comm.is_root() ? &sample : nullptr);
  }
  std::map<std::string, std::vector<Index>> splits;
  for (Index number = 0; number < plates; ++number) splits[number < taught_plates ? "train" : "test"].push_back(number);
  writer.commit(splits);
}

}  // namespace mercer::test
