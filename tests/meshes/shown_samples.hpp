// A small mesh dataset of squares that differ, with everything that a viewer shows.
#pragma once

#include "meshes.hpp"
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/meshes/write/mesh_dataset_xdmf.hpp>

#include <functional>

namespace mercer::test {

/// Sample `number`: (number + 3)^2 nodes, fields of one, two and four components, a deviation, a scalar.
inline MeshSample shown_sample(Index number) {
  MeshSample made = square(3 + number);
  const auto nodes = static_cast<std::size_t>(made.mesh.nodes()),
             cells = static_cast<std::size_t>(made.mesh.cells.count());
  made.id = fmt::format("{:06}", number);
  std::vector<double> u;
  for (std::size_t node = 0; node < nodes; ++node) u.push_back(0.5 + static_cast<double>(node));
  made.point_fields.push_back(field("u", u));
  made.point_fields.push_back(field("stress", std::vector<double>(4 * nodes, 2.0), 4));
  made.cell_fields.push_back(field("q", std::vector<double>(2 * cells, 1.0), 2));
  made.point_deviations.push_back(field("u", std::vector<double>(nodes, 0.1)));
  made.scalars["load"] = 40.0 + static_cast<double>(number);
  made.novelty = 1.25;
  return made;
}

/// @collective Three of them in a file, each spoilt by `change`.
inline void write_samples(
    const Comm& comm, const std::filesystem::path& path,
    const std::function<void(MeshSample&)>& change = [](MeshSample&) {}) {
  MeshDatasetWriter writer(comm, path, Existing::replace, {});
  for (Index number = 0; number < 3; ++number) {
    MeshSample sample = shown_sample(number);
    change(sample);
    writer.write(0, comm.is_root() ? &sample : nullptr);
  }
  writer.commit();
}

}  // namespace mercer::test
