// Which cell of a mesh a point lies in, and linear interpolation of fields from a mesh to points.
#pragma once

#include <mercer/linalg/sparse.hpp>
#include <mercer/meshes/geometry/buckets.hpp>
#include <mercer/meshes/geometry/facets.hpp>
#include <mercer/meshes/geometry/simplex.hpp>

#include <array>
#include <span>
#include <vector>

namespace mercer {

/// A point as the mean of corners of one cell. Where the point is outside the mesh these are the corners of the nearest
/// boundary facet, and the mean is the nearest point of it.
struct Location {
  std::array<Local, 4> nodes{-1, -1, -1, -1};
  std::array<double, 4> weights{};  ///< their sum is one
  Local cell = -1;                  ///< that contains the point, or that the facet belongs to
  double squared_distance = 0;      ///< from the mesh; zero inside
};

/// Edges, triangles or tetrahedra in a grid of buckets. Cells of a lower dimension than space have no inside: points
/// are brought to the nearest of them. Holds copies of what it needs. All functions are local.
class Locator {
 public:
  /// Throws Fault::data for a mesh without cells, and Fault::unavailable for quadrilaterals.
  Locator(View<const double> points, const Cells& cells);
  /// The same where the boundary is known, or only a part of a mesh is here; it may be empty.
  Locator(View<const double> points, const Cells& cells, std::span<const Facet> boundary);

  Location locate(const double* point) const;           ///< in the mesh or at its nearest place
  Location locate_inside(const double* point) const;    ///< `cell` is -1 outside
  Location locate_boundary(const double* point) const;  ///< at the nearest facet; `cell` is -1 where there is none
  const ItemBox& boundary_bounds() const noexcept { return facet_bounds_; }

  /// Values at `targets` [points, dimension] from values at the nodes: a matrix [points, nodes] with as many entries a
  /// row as a cell has corners. Throws Fault::data for a target that is not finite.
  SparseMatrix interpolation(View<const double> targets) const;

 private:
  void prepare(View<const double> points, const Cells& cells);
  template <std::size_t d>
  void map_cells(View<const double> points, const Cells& cells);
  template <std::size_t d>
  Location located_inside(const double* point) const;
  std::vector<Facet> cells_as_facets() const;
  void set_facets(View<const double> points, std::span<const Facet> facets);

  int dimension_ = 0, corners_ = 0;
  bool has_inside_ = false;
  Index nodes_ = 0;
  std::vector<Local> nodes_of_cell_;
  std::vector<double> maps_;  ///< [cell, origin and inverse] of the map from points to weights
  Buckets cells_, facets_;
  std::vector<Facet> facet_;
  std::vector<Corner> facet_corners_;
  ItemBox facet_bounds_;
};

/// Linear interpolation along closed curves that are cut open: values at `to` from values at the ascending `from`, both
/// in [0, 1) around the curve. A matrix [to, from]. Throws Fault::data where `from` does not ascend.
SparseMatrix interpolation_around(std::span<const double> from, std::span<const double> to);

}  // namespace mercer
