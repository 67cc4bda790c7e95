// Sums of general matrices along several axes, by complex Schur forms: for three axes none of which is symmetric.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/tensor_product.hpp>

#include <complex>
#include <vector>

namespace mercer::smgp {

/// Solves (M_0 (+) M_1 (+) ... + shift) G = R by back-substitution, one axis inside the other; the cost is that of the
/// number of entries times the sum of the sizes.
class TriangularSum {
 public:
  explicit TriangularSum(const std::vector<Matrix>& matrices);
  /// Local, in place; of the transposed matrices on request.
  void solve(Array& g, double shift, Transpose transpose) const;

 private:
  using Complex = std::complex<double>;
  using ComplexMatrix = Eigen::MatrixXcd;
  struct Parts {
    Array real, imaginary;
  };
  Parts rotate(Parts values, bool backward) const;
  void substitute(std::size_t axis, Complex* block, Index count, Complex shift, Transpose transpose) const;

  std::vector<ComplexMatrix> forms_;      ///< upper triangular
  std::vector<Matrix> real_, imaginary_;  ///< parts of the unitary vectors: M = V form V^H
};

}  // namespace mercer::smgp
