#include <mercer/parallel/petsc.hpp>
#include <mercer/solvers/elasticity/element.hpp>

#include <Eigen/LU>
#include <cmath>
#include <numeric>
#include <petscdt.h>

namespace mercer::elasticity {
namespace {

struct QuadratureTraits {
  using type = PetscQuadrature;
  static constexpr bool collective = false;
  static type empty() noexcept { return nullptr; }
  static void close(type& rule) noexcept { PetscQuadratureDestroy(&rule); }
};

constexpr std::array<std::pair<int, int>, 6> edges{{{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}}};

/// Derivatives of the shape functions with respect to the weights of the corners [nodes, corners].
Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 10, 4> weight_derivatives(Index dimension, int order,
                                                                                   const Barycentric& at) {
  const Index corners = dimension + 1;
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 10, 4> slopes(nodes_of(dimension, order), corners);
  slopes.setZero();
  for (Index k = 0; k < corners; ++k) slopes(k, k) = order == 1 ? 1 : 4 * at[static_cast<std::size_t>(k)] - 1;
  if (order == 1) return slopes;
  Index node = corners;
  for (const auto& [a, b] : edges_of(dimension)) {
    slopes(node, a) = 4 * at[static_cast<std::size_t>(b)];
    slopes(node++, b) = 4 * at[static_cast<std::size_t>(a)];
  }
  return slopes;
}

}  // namespace

std::span<const std::pair<int, int>> edges_of(Index dimension) {
  static constexpr std::array<std::size_t, 4> count{0, 1, 3, 6};
  return std::span(edges).first(count[static_cast<std::size_t>(dimension)]);
}

int nodes_of(Index dimension, int order) {
  return static_cast<int>(dimension) + 1 + (order == 2 ? static_cast<int>(edges_of(dimension).size()) : 0);
}

Quadrature quadrature(Index dimension, int degree) {
  Handle<QuadratureTraits> rule;
  check_petsc(
      PetscDTSimplexQuadrature(static_cast<PetscInt>(dimension), degree, PETSCDTSIMPLEXQUAD_DEFAULT, rule.out()));
  PetscInt count = 0;
  const PetscReal *points = nullptr, *weights = nullptr;
  check_petsc(PetscQuadratureGetData(rule.get(), nullptr, nullptr, &count, &points, &weights));
  const double total = std::accumulate(weights, weights + count, 0.0);
  Quadrature result;
  for (PetscInt i = 0; i < count; ++i) {  // PETSc's simplex has its corners at -1 and 1
    Barycentric at{1, 0, 0, 0};
    for (Index axis = 0; axis < dimension; ++axis) {
      at[static_cast<std::size_t>(axis) + 1] = (points[i * dimension + axis] + 1) / 2;
      at[0] -= at[static_cast<std::size_t>(axis) + 1];
    }
    result.points.push_back(at);
    result.weights.push_back(weights[i] / total);
  }
  return result;
}

Shapes shapes(Index dimension, int order, const Barycentric& at) {
  Shapes values(nodes_of(dimension, order));
  for (Index k = 0; k <= dimension; ++k) {
    const double weight = at[static_cast<std::size_t>(k)];
    values[k] = order == 1 ? weight : weight * (2 * weight - 1);
  }
  if (order == 1) return values;
  Index node = dimension + 1;
  for (const auto& [a, b] : edges_of(dimension))
    values[node++] = 4 * at[static_cast<std::size_t>(a)] * at[static_cast<std::size_t>(b)];
  return values;
}

Simplex::Simplex(const Corners& corners) : corners_(corners) {
  static constexpr std::array<double, 4> factorial{1, 1, 2, 6};
  const Index dimension = corners.rows() - 1;
  const Corners sides = corners.bottomRows(dimension).rowwise() - corners.row(0);
  size_ = std::sqrt(std::max((sides * sides.transpose()).determinant(), 0.0)) /
          factorial[static_cast<std::size_t>(dimension)];
  if (dimension != corners.cols()) return;
  // Row k of the inverse's transpose is the gradient of the hat of corner k + 1.
  hats_.resize(dimension + 1, dimension);
  hats_.bottomRows(dimension) = sides.inverse().transpose();
  hats_.row(0) = -hats_.bottomRows(dimension).colwise().sum();
}

Eigen::Vector3d Simplex::point(const Barycentric& at) const {
  Eigen::Vector3d x = Eigen::Vector3d::Zero();
  for (Index k = 0; k < corners_.rows(); ++k)
    x.head(corners_.cols()) += at[static_cast<std::size_t>(k)] * corners_.row(k).transpose();
  return x;
}

Gradients Simplex::gradients(int order, const Barycentric& at) const {
  return weight_derivatives(corners_.cols(), order, at) * hats_;
}

void add_stiffness(const Gradients& gradients, const Lame& lame, double weight, Stiffness& stiffness) {
  const Index nodes = gradients.rows(), dimension = gradients.cols();
  for (Index a = 0; a < nodes; ++a)
    for (Index b = 0; b < nodes; ++b) {
      const auto ga = gradients.row(a), gb = gradients.row(b);
      auto block = stiffness.block(a * dimension, b * dimension, dimension, dimension);
      block += weight * (lame.lambda * ga.transpose() * gb + lame.mu * gb.transpose() * ga);
      block.diagonal().array() += weight * lame.mu * ga.dot(gb);
    }
}

std::array<double, 6> stress_of(const Eigen::Matrix3d& gradient, const Lame& lame) {
  const double pressure = lame.lambda * gradient.trace();
  const auto shear = [&](int i, int j) { return lame.mu * (gradient(i, j) + gradient(j, i)); };
  return {
      pressure + shear(0, 0), pressure + shear(1, 1), shear(2, 2) + pressure, shear(0, 1), shear(1, 2), shear(0, 2)};
}

double von_mises(const double* s) {
  const double deviation =
      (s[0] - s[1]) * (s[0] - s[1]) + (s[1] - s[2]) * (s[1] - s[2]) + (s[2] - s[0]) * (s[2] - s[0]);
  return std::sqrt(deviation / 2 + 3 * (s[3] * s[3] + s[4] * s[4] + s[5] * s[5]));
}

}  // namespace mercer::elasticity
