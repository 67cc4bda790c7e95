#include <mercer/io/vtkhdf.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <vector>

namespace mercer {
namespace {

constexpr const char* root = "/VTKHDF";

template <class T, std::size_t n>
void attribute(OutputFile& file, const char* name, const std::array<T, n>& values) {
  file.attribute<T>(root, name, std::span<const T>(values));
}

/// ParaView 5.11 takes version 1.0 without a warning, and the type as a text of fixed length only.
void write_head(OutputFile& file, const char* type) {
  file.group(root);
  attribute(file, "Version", std::array<Index, 2>{1, 0});
  file.attribute(root, "Type", std::string(type));
  file.group("/VTKHDF/PointData");
  file.group("/VTKHDF/CellData");
}

/// An array of `count` elements of which this rank computes its share.
template <class T, class F>
void write_computed(OutputFile& file, const char* name, Index count, F&& value) {
  const Range mine = block(count, file.comm().rank(), file.comm().size());
  std::vector<T> values;
  for (Index i = mine.begin; i < mine.end; ++i) values.push_back(value(i));
  const View<const T> view(values.data(), {mine.count()});
  file.write<T>(name, {count}, Slab::box({mine.begin}, {mine.count()}), view);
}

void write_count(OutputFile& file, const char* name, Index count) {
  file.write<Index>(name, {1}, std::span<const Index>(&count, 1));
}

/// The same elements of a two-dimensional array, seen along one dimension; the rows of the slab are whole.
Slab flat(const Slab& slab, Index row) {
  return {{slab.start[0] * row}, {slab.count[0]}, {slab.stride[0] * row}, {slab.block[0] * row}};
}

}  // namespace

int nodes_of(VtkCell cell) {
  switch (cell) {
    case VtkCell::line:
      return 2;
    case VtkCell::triangle:
      return 3;
    case VtkCell::quad:
    case VtkCell::tetrahedron:
      return 4;
    case VtkCell::hexahedron:
      return 8;
  }
  fail(Fault::internal, "there is no VTK cell of kind {} here", static_cast<int>(cell));
}

void write_vtk_image(OutputFile& file, const VtkImage& image) {
  write_head(file, "ImageData");
  const auto& [z, y, x] = image.nodes;
  attribute(file, "WholeExtent", std::array<Index, 6>{0, x - 1, 0, y - 1, 0, z - 1});
  attribute(file, "Origin", image.origin);
  attribute(file, "Spacing", image.spacing);
  attribute(file, "Direction", std::array<double, 9>{1, 0, 0, 0, 1, 0, 0, 0, 1});
}

void write_vtk_unstructured(OutputFile& file, VtkCell cell, const Part<const double>& points,
                            const Part<const Index>& cells) {
  const Index nodes = nodes_of(cell);
  together(file.comm(), [&] {
    require(points.shape.dimensions() == 2 && points.shape[1] == 3, Fault::internal,
            "points have shape [node, 3], not {}", text(points.shape));
    require(cells.shape.dimensions() == 2 && cells.shape[1] == nodes, Fault::internal,
            "cells have shape [cell, {}], not {}", nodes, text(cells.shape));
    cells.slab.check(cells.shape);
    require(cells.slab.elements() == 0 || cells.slab.shape()[1] == nodes, Fault::internal,
            "a rank writes whole cells only");
  });
  const Index count = cells.shape[0];
  write_head(file, "UnstructuredGrid");
  write_count(file, "/VTKHDF/NumberOfPoints", points.shape[0]);
  write_count(file, "/VTKHDF/NumberOfCells", count);
  write_count(file, "/VTKHDF/NumberOfConnectivityIds", count * nodes);
  file.write("/VTKHDF/Points", points);
  file.write<Index>("/VTKHDF/Connectivity", {count * nodes}, flat(cells.slab, nodes), cells.values);
  write_computed<Index>(file, "/VTKHDF/Offsets", count + 1, [&](Index i) { return i * nodes; });
  write_computed<std::uint8_t>(file, "/VTKHDF/Types", count, [&](Index) { return static_cast<std::uint8_t>(cell); });
}

std::string vtk_point_data(const std::string& field) { return "/VTKHDF/PointData/" + field; }
std::string vtk_cell_data(const std::string& field) { return "/VTKHDF/CellData/" + field; }

}  // namespace mercer
