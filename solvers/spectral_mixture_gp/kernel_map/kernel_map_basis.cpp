// Conditioning of a covariance on values at ends, and its principal components.
#include <mercer/linalg/cholesky.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_basis.hpp>

namespace mercer::smgp {
namespace {

/// The components of a covariance whose variances exceed a cutoff.
SymmetricEigen components_above(double cutoff, const Matrix& covariance) {
  SymmetricEigen all = symmetric_eigen(covariance);
  const Index n = all.values.size();
  Index first = 0;
  while (first < n && !(all.values[first] > cutoff)) ++first;
  require(first < n, Fault::numerics, "the covariance along an axis leaves nothing free between its ends");
  return {all.values.tail(n - first), all.vectors.rightCols(n - first)};
}

}  // namespace

Eigen::VectorXd AxisBasis::coefficients(const Eigen::VectorXd& at_nodes) const {
  const auto count = static_cast<Index>(ends.size());
  Eigen::VectorXd all(functions());
  for (Index e = 0; e < count; ++e) all[e] = at_nodes[ends[static_cast<std::size_t>(e)]];
  const Eigen::VectorXd rest = at_nodes - values.leftCols(count) * all.head(count);
  all.tail(components()) = components_at_nodes().transpose() * rest;
  return all;
}

AxisBasis axis_basis(const AxisCovariance& covariance, std::span<const double> nodes, const AxisDerivatives& derivative,
                     std::vector<Index> ends, double noise) {
  AxisKernel kernel(covariance.covariance, nodes, {derivative});
  kernel.evaluate(covariance.theta);
  Matrix k, dk;
  fill_toeplitz(kernel.covariance(), k);
  fill_toeplitz(kernel.operated(), dk);

  const auto count = static_cast<Index>(ends.size());
  const Matrix seen = k(Eigen::all, ends), between = seen(ends, Eigen::all);
  Matrix carriers = Matrix::Identity(count, count);  // k(ends, ends)^-1
  if (count > 0) {
    const std::optional<Cholesky> factor = Cholesky::of(between);
    require(factor.has_value(), Fault::numerics, "the covariance takes both ends of an axis for one point");
    factor->solve(carriers);
  }
  const SymmetricEigen parts = components_above(noise * k(0, 0), k - seen * (carriers * seen.transpose()));

  AxisBasis basis{.ends = std::move(ends), .continuation = {}, .values = {}, .derivatives = {}};
  Matrix inverse_parts = parts.vectors * parts.values.cwiseInverse().asDiagonal();
  basis.continuation = Matrix::Zero(k.rows(), count + inverse_parts.cols());
  basis.continuation.rightCols(inverse_parts.cols()) = inverse_parts;
  const Matrix known = carriers * transposed_product(seen, inverse_parts);
  for (Index e = 0; e < count; ++e) {
    const Index node = basis.ends[static_cast<std::size_t>(e)];
    basis.continuation.row(node).head(count) = carriers.row(e);
    basis.continuation.row(node).tail(known.cols()) -= known.row(e);
  }
  basis.derivatives = product(dk, basis.continuation);
  basis.values.resize(k.rows(), basis.continuation.cols());
  basis.values << seen * carriers, parts.vectors;
  return basis;
}

Matrix basis_values(const AxisBasis& basis, const AxisCovariance& covariance, std::span<const double> nodes,
                    std::span<const double> points) {
  Matrix k(nodes.size(), points.size());  // [node, point], column-major
  covariance_matrix(*covariance.covariance, covariance.theta, points, 0, nodes, 0,
                    View<double>(k.data(), {k.cols(), k.rows()}));
  return transposed_product(k, basis.continuation);
}

}  // namespace mercer::smgp
