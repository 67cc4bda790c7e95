// The linear system of an elastic body on a distributed mesh.
#pragma once

#include <mercer/parallel/petsc.hpp>
#include <mercer/solvers/elasticity/case.hpp>
#include <mercer/solvers/elasticity/element.hpp>
#include <mercer/solvers/elasticity/space.hpp>

#include <span>
#include <vector>

namespace mercer::elasticity {

using CellVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 30, 1>;

/// A formula at a point `x` [dimension]. Local. Throws Fault::data where it is not finite.
double value_at(const Expression& formula, const double* x, Index dimension);

/// A body on the part of its mesh that is here. All members are local.
class Discretisation {
 public:
  /// All arguments must outlive it.
  Discretisation(const Body& body, const DistributedMesh& mesh, const Space& space);

  const Body& body() const noexcept { return body_; }
  const DistributedMesh& mesh() const noexcept { return mesh_; }
  const Space& space() const noexcept { return space_; }
  /// Throws Fault::data for a cell without size.
  Simplex simplex(Index cell) const;
  /// Lame's numbers at a point. Throws Fault::data where the material is none.
  Lame lame(const Eigen::Vector3d& x) const;
  Stiffness stiffness(Index cell) const;
  CellVector load(Index cell) const;  ///< of the body force
  /// Displacement gradient [component, axis] of nodal values [local nodes * dimension].
  Eigen::Matrix3d displacement_gradient(Index cell, const Simplex& simplex, const Barycentric& at,
                                        std::span<const double> u) const;
  /// The local node of the mesh with a number of the file, or -1.
  Local vertex(Index original) const;

 private:
  const Body& body_;
  const DistributedMesh& mesh_;
  const Space& space_;
  Quadrature stiffness_rule_, load_rule_;
  std::vector<std::pair<Index, Local>> by_original_;
};

/// Displacements that are prescribed, for the components of all local nodes [local nodes * dimension].
struct Constraints {
  static constexpr int none = -1, no_cell = -2;  ///< a node without a cell stays where it is
  std::vector<int> support;                      ///< the one that holds the component
  std::vector<double> value;
  bool is_held(std::size_t component) const noexcept { return support[component] != none; }
};

struct System {
  MatHandle matrix;  ///< in components of nodes; held ones are decoupled, so that it is symmetric positive definite
  VecHandle right_side;
  std::vector<double> load;  ///< [owned nodes * dimension] forces on the nodes before any are held
  Constraints constraints;
};

/// @collective Throws Fault::data where the material, a formula or the mesh does not make sense.
System assemble(const Comm& comm, const Discretisation& discretisation);

}  // namespace mercer::elasticity
