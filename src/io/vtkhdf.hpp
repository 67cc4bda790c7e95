// The group /VTKHDF of an output file: what ParaView (5.11 and later) needs to show its fields when the file is named
// `.hdf`.
#pragma once

#include <mercer/io/output_file.hpp>

#include <array>

namespace mercer {

/// A uniform grid in three dimensions; ParaView 5.11 crashes on images of fewer, which are written as unstructured
/// grids of lines or quads.
struct VtkImage {
  std::array<Index, 3> nodes{};     ///< along z, y, x, as in the arrays
  std::array<double, 3> origin{};   ///< x, y, z
  std::array<double, 3> spacing{};  ///< x, y, z
};

/// Kinds of cells, numbered as VTK does.
enum class VtkCell : std::uint8_t { line = 3, triangle = 5, quad = 9, tetrahedron = 10, hexahedron = 12 };
int nodes_of(VtkCell cell);

/// @collective Writes the head of an image. Its fields are arrays `[z, y, x]` (`[z, y, x, component]`) at
/// `vtk_point_data(name)`.
void write_vtk_image(OutputFile& file, const VtkImage& image);

/// @collective Writes the nodes and cells of a mesh of one kind of cell. `points` is `[node, 3]`, `cells` `[cell,
/// nodes_of(cell)]` of node numbers in VTK's order. Fields on nodes are arrays `[node]` or `[node, component]` at
/// `vtk_point_data(name)`, on cells `vtk_cell_data`.
void write_vtk_unstructured(OutputFile& file, VtkCell cell, const Part<const double>& points,
                            const Part<const Index>& cells);

/// The names under which ParaView looks for fields.
std::string vtk_point_data(const std::string& field);
std::string vtk_cell_data(const std::string& field);

}  // namespace mercer
