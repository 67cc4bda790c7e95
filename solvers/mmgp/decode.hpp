// From coefficients to values of a field on the common mesh: means and variances.
#pragma once

#include <mercer/solvers/mmgp/learnt.hpp>

#include <vector>

namespace mercer::mmgp {

/// Values [common node, field] of fields with coefficients [mode, field].
Matrix values_of(const Basis& basis, const MatrixView& coefficients);

/// A value is linear in the coefficients, so its variance is known without draws. Local.
class FieldDecoder {
 public:
  /// `residual` [common node] is the variance of what the basis leaves; both must outlive the decoder.
  FieldDecoder(const Basis& basis, const std::vector<double>& residual);

  Index modes() const noexcept { return basis_->count; }
  Matrix values(const MatrixView& coefficients) const { return values_of(*basis_, coefficients); }
  /// Variances [common node, field] for independent coefficients of these variances [mode, field], residual included.
  Matrix variances(const MatrixView& spread) const;

 private:
  const Basis* basis_;
  const std::vector<double>* residual_;
  Matrix squares_;  ///< of the modes, [common node, mode]
};

/// A column of values on the common mesh at the nodes of a sample.
std::vector<double> at_nodes(const Specimen& specimen, const Matrix& values, Index column);

}  // namespace mercer::mmgp
