// Meshes of a family brought onto one common shape, node by node, and what became of their cells.
#pragma once

#include <mercer/meshes/geometry/barycentric.hpp>
#include <mercer/meshes/geometry/folding.hpp>
#include <mercer/meshes/geometry/landmarks.hpp>
#include <mercer/meshes/geometry/radial.hpp>

#include <optional>
#include <string>
#include <variant>

namespace mercer {

/// The common shape: the unit circle, or the inside of the boundary of one mesh.
struct CommonShape {
  std::vector<double> fractions;  ///< of landmarks, of the circle or of the boundary
  std::optional<Mesh> mesh;       ///< whose boundary is that of the shape; none for the circle
  MarkedLoop loop;                ///< that boundary
};

CommonShape circle(std::vector<double> fractions);
CommonShape shape_of(Mesh mesh, MarkedLoop loop, std::vector<double> fractions);

/// Local. Points [turns, 2] of the boundary of a shape.
Tensor<double> boundary_targets(const CommonShape& shape, std::span<const double> turns);

/// How the inside follows the boundary.
using Method = std::variant<Weights, RadialOptions>;

/// A mesh on the common shape.
struct Morph {
  Tensor<double> points;      ///< [node, 2]
  std::vector<double> turns;  ///< of the nodes of the loop
  Folding folding;
  std::string replaced;  ///< why another method than the one asked for was used; empty where it was not
};

/// Local. `mesh` on `shape`, by `method` alone, whatever the folding. `loop` is its boundary; throws Fault::data where
/// its landmarks are not as many as those of the shape.
Morph morph(const Mesh& mesh, const MarkedLoop& loop, const CommonShape& shape, const Method& method);

/// Local. The same without folded cells: where `method` folds cells or has no finite answer, mean-value and uniform
/// weights take its place in this order. Throws Fault::data where these fold cells, too.
Morph unfolded_morph(const Mesh& mesh, const MarkedLoop& loop, const CommonShape& shape, const Method& method);

}  // namespace mercer
