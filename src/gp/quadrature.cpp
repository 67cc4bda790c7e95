// Gauss rules from the eigenvalues of Jacobi matrices: Golub and Welsch (1969).
#include <mercer/gp/quadrature.hpp>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>

namespace mercer {
namespace {

/// The rule of a symmetric weight with integral `mass`, whose Jacobi matrix has the off-diagonal sqrt(beta(k)), k = 1,
/// 2, ...
template <class Beta>
GaussRule golub_welsch(Index count, double mass, const Beta& beta) {
  require(count >= 1, Fault::internal, "a Gauss rule has one node or more, not {}", count);
  Eigen::VectorXd off(count - 1);
  for (Index k = 1; k < count; ++k) off[k - 1] = std::sqrt(beta(static_cast<double>(k)));
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::VectorXd::Zero(count), off);
  require(solver.info() == Eigen::Success, Fault::numerics, "a Gauss rule of {} nodes was not found", count);
  GaussRule rule;
  for (Index j = 0; j < count; ++j) {
    // Nodes and weights are symmetric; their rounding is made so, too.
    const Index mirror = count - 1 - j;
    const double first = solver.eigenvectors()(0, j), second = solver.eigenvectors()(0, mirror);
    rule.nodes.push_back((solver.eigenvalues()[j] - solver.eigenvalues()[mirror]) / 2);
    rule.weights.push_back(mass * (first * first + second * second) / 2);
  }
  return rule;
}

}  // namespace

GaussRule gauss_legendre(Index count) {
  return golub_welsch(count, 2, [](double k) { return k * k / (4 * k * k - 1); });
}

GaussRule gauss_hermite(Index count) {
  return golub_welsch(count, std::sqrt(std::numbers::pi), [](double k) { return k / 2; });
}

}  // namespace mercer
