// Triangles and tetrahedra with linear or quadratic displacements: shape functions, quadrature, stiffness.
#pragma once

#include <mercer/base/index.hpp>

#include <Eigen/Core>
#include <array>
#include <span>
#include <utility>
#include <vector>

namespace mercer::elasticity {

/// Weights of the corners at a point of a simplex; those that are not used are zero.
using Barycentric = std::array<double, 4>;

/// Corners that edges join, in VTK's order of the nodes on them, for a simplex of `dimension`.
std::span<const std::pair<int, int>> edges_of(Index dimension);

/// Corners, then middles of edges where `order` is two.
int nodes_of(Index dimension, int order);

/// Points and weights, which sum to one, that integrate polynomials up to `degree` exactly.
struct Quadrature {
  std::vector<Barycentric> points;
  std::vector<double> weights;
};
Quadrature quadrature(Index dimension, int degree);

/// Values of the shape functions [nodes] at a point.
using Shapes = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 10, 1>;
Shapes shapes(Index dimension, int order, const Barycentric& at);

/// Derivatives [nodes, dimension].
using Gradients = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, 10, 3>;

using Corners = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, 4, 3>;

/// A simplex by its corners.
class Simplex {
 public:
  /// `corners` [dimension + 1, space]; simplices of a lower dimension than space have no gradients.
  explicit Simplex(const Corners& corners);
  double size() const noexcept { return size_; }  ///< area or volume, length or area of a side
  Eigen::Vector3d point(const Barycentric& at) const;
  Gradients gradients(int order, const Barycentric& at) const;

 private:
  Corners corners_, hats_;
  double size_ = 0;
};

/// Lame's numbers of an isotropic material; of the plane in plane stress.
struct Lame {
  double lambda = 0, mu = 0;
};

using Stiffness = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, 30, 30>;

/// Adds `weight` times the products of the strains and stresses of the shape functions to `stiffness` [nodes *
/// dimension, the same], in which the components of a node stand together.
void add_stiffness(const Gradients& gradients, const Lame& lame, double weight, Stiffness& stiffness);

/// Stresses xx, yy, zz, xy, yz, xz of a displacement gradient; zz of the plane is left zero.
std::array<double, 6> stress_of(const Eigen::Matrix3d& gradient, const Lame& lame);

/// Von Mises' equivalent of xx, yy, zz, xy, yz, xz.
double von_mises(const double* stress);

}  // namespace mercer::elasticity
