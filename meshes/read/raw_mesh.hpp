// A mesh as files hold it: cells of several kinds and orders in blocks, of which one mesh is assembled.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <span>
#include <string>
#include <vector>

namespace mercer {

/// Cells of one kind that belong to the same parts.
struct CellBlock {
  CellKind kind = CellKind::triangle;
  std::vector<std::string> parts;  ///< names of groups
  std::vector<Index> nodes;        ///< corners, cell after cell
  std::vector<Index> numbers;      ///< of the cells in the file, where it has fields on cells

  Index count() const noexcept { return static_cast<Index>(nodes.size()) / corners(kind); }
};

struct RawMesh {
  std::string id;
  Tensor<double> points;  ///< [node, 2 or 3], rows dense
  std::vector<CellBlock> blocks;
  std::map<std::string, std::vector<Index>> tags;
  std::vector<MeshField> point_fields, cell_fields;  ///< the latter by the numbers of the cells in the file
  std::map<std::string, double> scalars;
  std::vector<Finding> notes;

  bool may_repeat_cells = false;  ///< a cell of two groups is there twice
  bool may_be_flat = false;       ///< the format has three coordinates always, zeros in a plane
  std::vector<bool> is_middle;    ///< [node]: met as a node of a cell that is no corner of it; may be empty
  Index curved_cells = 0;         ///< with more nodes than corners

  /// Adds a cell to a block of `blocks` by its nodes, corners first; nodes beyond the corners are remembered as such.
  void add(CellBlock& block, std::span<const Index> nodes);
};

/// Cells of the highest dimension become the mesh, those of lower ones parts of it. Triangles and quadrilaterals
/// together become triangles, curved cells lose the nodes that are no corners; notes say so. Indices that are out of
/// range stay for a check to find. Throws Fault::data where there are no cells at all, and names `file`.
MeshSample assembled(RawMesh raw, const std::string& file);

/// Values [count, components] from rows that lie one after another.
MeshField mesh_field(std::string name, Index components, std::span<const double> values);

}  // namespace mercer
