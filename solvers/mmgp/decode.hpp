// From coefficients to values of a field at the nodes of a sample: means and variances.
#pragma once

#include <mercer/linalg/sparse.hpp>
#include <mercer/solvers/mmgp/learnt.hpp>

#include <span>
#include <vector>

namespace mercer::mmgp {

/// A value is linear in the coefficients, so its variance is known without draws. All functions are local.
class FieldDecoder {
 public:
  /// `residual` [common node] is the variance of what the basis leaves.
  FieldDecoder(const Basis& basis, std::vector<double> residual);

  Index modes() const noexcept { return modes_; }
  /// Values for coefficients [modes], at nodes that `back` takes from the common mesh.
  void mean(const SparseMatrix& back, const Eigen::VectorXd& coefficients, std::span<double> values) const;
  /// The same, and the variances for independent coefficients of variance `spread` [modes], residual included.
  void moments(const SparseMatrix& back, const Eigen::VectorXd& coefficients, const Eigen::VectorXd& spread,
               std::span<double> values, std::span<double> variances) const;

 private:
  void mode_values(const SparseMatrix& back, Index node, std::span<double> modes) const;

  Index modes_;
  std::vector<double> mean_, residual_;  ///< [common node]
  std::vector<double> by_node_;          ///< [common node, mode]
};

}  // namespace mercer::mmgp
