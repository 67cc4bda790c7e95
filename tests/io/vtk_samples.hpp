// Small grids in one, two and three dimensions as files for ParaView, with the field x + 10 y + 100 z at their nodes.
#pragma once

#include <mercer/io/vtkhdf.hpp>
#include <mercer/io/xdmf.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <filesystem>
#include <vector>

namespace mercer::test {

inline constexpr Index nodes_x = 5, nodes_y = 4, nodes_z = 3;

/// A line of 5 nodes or a square of 4 x 5 nodes as a mesh; each rank brings the nodes and cells of its rows.
inline void write_mesh(const Comm& comm, const std::filesystem::path& path, bool square) {
  const Index rows = square ? nodes_y : 1, cell_rows = square ? nodes_y - 1 : 1;
  const Range mine = block(rows, comm.rank(), comm.size()), cells_mine = block(cell_rows, comm.rank(), comm.size());
  std::vector<double> points, values;
  std::vector<Index> cells;
  for (Index y = mine.begin; y < mine.end; ++y) {
    for (Index x = 0; x < nodes_x; ++x) {
      points.insert(points.end(), {static_cast<double>(x), static_cast<double>(y), 0.0});
      values.push_back(static_cast<double>(x + 10 * y));
    }
  }
  for (Index y = cells_mine.begin; y < cells_mine.end; ++y) {
    for (Index x = 0; x + 1 < nodes_x; ++x) {
      const Index first = y * nodes_x + x;
      if (square) cells.insert(cells.end(), {first, first + 1, first + 1 + nodes_x, first + nodes_x});
      if (!square) cells.insert(cells.end(), {first, first + 1});
    }
  }
  const Index corners = square ? 4 : 2, nodes = rows * nodes_x, count = cell_rows * (nodes_x - 1);
  const Shape points_here{mine.count() * nodes_x, 3}, cells_here{cells_mine.count() * (nodes_x - 1), corners};
  OutputFile file(comm, path, Existing::replace);
  write_vtk_unstructured(
      file, square ? VtkCell::quad : VtkCell::line,
      {{nodes, 3}, Slab::box({mine.begin * nodes_x, 0}, points_here), View<const double>(points.data(), points_here)},
      {{count, corners},
       Slab::box({cells_mine.begin * (nodes_x - 1), 0}, cells_here),
       View<const Index>(cells.data(), cells_here)});
  file.write<double>(vtk_point_data("u"), {nodes}, Slab::box({mine.begin * nodes_x}, {points_here[0]}),
                     View<const double>(values.data(), {points_here[0]}));
  file.commit();
}

inline std::vector<double> cube_values(double shift) {
  std::vector<double> values;
  for (Index z = 0; z < nodes_z; ++z) {
    for (Index y = 0; y < nodes_y; ++y) {
      for (Index x = 0; x < nodes_x; ++x) values.push_back(static_cast<double>(x + 10 * y + 100 * z) + shift);
    }
  }
  return values;
}

inline void write_cube(const Comm& comm, const std::filesystem::path& path) {
  OutputFile file(comm, path, Existing::replace);
  file.write<double>("/fields/u", {nodes_z, nodes_y, nodes_x}, cube_values(0));
  write_vtk_image(file, {{nodes_z, nodes_y, nodes_x}, {0, 0, 0}, {1, 1, 1}});
  file.link("/fields/u", vtk_point_data("u"));
  file.commit();
}

/// Three steps of a field on a cube.
inline Xdmf series() {
  Xdmf document{"series.h5", XdmfUniform{{nodes_z, nodes_y, nodes_x}, {0, 0, 0}, {1, 1, 1}}, {}};
  for (int step = 0; step < 3; ++step) {
    const XdmfArray array{fmt::format("/steps/{}/u", step), {nodes_z, nodes_y, nodes_x}, Number::float64};
    document.steps.push_back({0.5 * step, {{"u", XdmfCenter::node, 1, array}}});
  }
  return document;
}

inline void write_series(const Comm& comm, const std::filesystem::path& folder) {
  OutputFile file(comm, folder / "series.h5", Existing::replace);
  for (int step = 0; step < 3; ++step) {
    file.write<double>(fmt::format("/steps/{}/u", step), {nodes_z, nodes_y, nodes_x}, cube_values(step));
  }
  file.commit();
  write_xdmf(comm, folder / "series.xdmf", series(), Existing::replace);
}

/// A mesh of XDMF over the arrays that ParaView's own format has in `square.hdf`.
inline Xdmf square_mesh() {
  const XdmfArray points{"/VTKHDF/Points", {nodes_y * nodes_x, 3}, Number::float64};
  const Index cells = (nodes_y - 1) * (nodes_x - 1);
  const XdmfArray connectivity{"/VTKHDF/Connectivity", {4 * cells}, Number::int64};
  const XdmfField field{"u", XdmfCenter::node, 1, {"/VTKHDF/PointData/u", {nodes_y * nodes_x}, Number::float64}};
  return {"square.hdf", XdmfUnstructured{VtkCell::quad, cells, points, connectivity}, {{0, {field}}}};
}

inline void write_vtk_samples(const Comm& comm, const std::filesystem::path& folder) {
  write_mesh(comm, folder / "line.hdf", false);
  write_mesh(comm, folder / "square.hdf", true);
  write_cube(comm, folder / "cube.hdf");
  write_series(comm, folder);
  write_xdmf(comm, folder / "square.xdmf", square_mesh(), Existing::replace);
}

}  // namespace mercer::test
