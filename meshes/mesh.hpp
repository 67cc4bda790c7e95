// Unstructured meshes that are whole on one rank: points, cells, named sets of both, and fields on them.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/meshes/finding.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

enum class CellKind { edge, triangle, quadrilateral, tetrahedron };

constexpr int corners(CellKind kind) noexcept {
  return kind == CellKind::edge ? 2 : kind == CellKind::triangle ? 3 : 4;
}
/// Of the cell itself: 1, 2, 2, 3.
constexpr int dimensions(CellKind kind) noexcept {
  return kind == CellKind::edge ? 1 : kind == CellKind::tetrahedron ? 3 : 2;
}
std::string_view name(CellKind kind) noexcept;    ///< "triangle"
std::string_view plural(CellKind kind) noexcept;  ///< "triangles", as datasets name the array

/// Cells of one kind by the numbers of their corners, in the order of VTK.
struct Cells {
  CellKind kind = CellKind::triangle;
  Tensor<Index> nodes;  ///< [cell, corner], from 0, rows dense
  Index count() const noexcept { return nodes.shape().dimensions() == 0 ? 0 : nodes.shape()[0]; }
};

/// Points joined by cells of one kind: a curve, a surface or triangulation, or a solid. Move only.
struct Mesh {
  Tensor<double> points;                           ///< [node, dimension of space: 2 or 3], rows dense
  Cells cells;                                     ///< whose dimension is that of the mesh
  std::map<std::string, std::vector<Index>> tags;  ///< named sets of nodes, ascending
  std::map<std::string, Cells> parts;              ///< named sets of cells of any dimension: physical groups

  Index nodes() const noexcept { return points.shape().dimensions() == 0 ? 0 : points.shape()[0]; }
  Index space() const noexcept { return points.shape().dimensions() == 0 ? 0 : points.shape()[1]; }
};

/// Leaves two coordinates of points [node, 3] whose third ones are all zero; whether it did.
bool flatten(Tensor<double>& points);

/// Values on the nodes or cells of a mesh.
struct MeshField {
  std::string name;
  Tensor<double> values;  ///< [node or cell, component], rows dense
};

/// A mesh with what is known on it: one sample of a dataset, or a solution.
struct MeshSample {
  std::string id;  ///< "000012", or the name of its file
  Mesh mesh;
  std::vector<MeshField> point_fields, cell_fields;
  std::map<std::string, double> scalars;
  std::vector<Finding> notes;  ///< what its reader has changed or left out

  // Of predictions alone:
  std::vector<MeshField> point_deviations;  ///< standard deviations of fields on points
  std::map<std::string, double> scalar_deviations;
  std::optional<double> novelty;  ///< about one for shapes like those of the training, three for strange ones
};

}  // namespace mercer
