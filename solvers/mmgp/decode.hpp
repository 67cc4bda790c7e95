// From coefficients to values of a field on the common mesh: means and variances.
#pragma once

#include <mercer/solvers/mmgp/learnt.hpp>

#include <vector>

namespace mercer::mmgp {

/// A value is linear in the coefficients, so its variance is known without draws. Local.
class FieldDecoder {
 public:
  /// `residual` [common node] is the variance of what the basis leaves.
  FieldDecoder(const Basis& basis, const std::vector<double>& residual);

  Index modes() const noexcept { return modes_.cols(); }
  /// Values [common node, field] of fields with coefficients [mode, field].
  Matrix values(const MatrixView& coefficients) const;
  /// Variances [common node, field] for independent coefficients of these variances [mode, field], residual included.
  Matrix variances(const MatrixView& spread) const;

 private:
  Matrix modes_, squares_;  ///< [common node, mode]
  Eigen::VectorXd mean_, residual_;
};

/// A column of values on the common mesh at the nodes of a sample.
std::vector<double> at_nodes(const Specimen& specimen, const Matrix& values, Index column);

}  // namespace mercer::mmgp
