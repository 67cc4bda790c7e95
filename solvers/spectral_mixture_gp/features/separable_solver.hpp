// Direct solution of (M_0 (+) M_1 (+) M_2 + shift) G = R: sums of matrices, one acting along each axis of an array.
#pragma once

#include <mercer/parallel/decomposition.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/tensor_product.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/triangular_sum.hpp>

#include <optional>
#include <vector>

namespace mercer::smgp {

/// The matrix of one axis. Where `split` > 0 the first `split` rows and columns may be coupled to the others or not.
struct AxisMatrix {
  Matrix matrix;
  Index split = 0;
};

/// One axis is solved by LU. With more, each matrix is brought to the form that is stable for it by an orthogonal
/// change of coordinates: symmetric ones (to `nearly_symmetric`; the asymmetry is left to refinement) to their
/// eigenvalues, others to real Schur form, because the eigenvectors of convection are exponentially ill-conditioned;
/// three that are not symmetric stay as they are and are solved by complex Schur forms.
/// The caller works in these coordinates, G = vectors^T (along each axis).
class SeparableSolver {
 public:
  static constexpr double nearly_symmetric = 1e-8;  ///< |M - M^T| / |M|

  /// Throws Fault::numerics for a singular sum.
  explicit SeparableSolver(std::vector<AxisMatrix> axes);

  Index size(int axis) const noexcept { return at(axis).vectors.cols(); }
  const Matrix& vectors(int axis) const noexcept { return at(axis).vectors; }
  bool is_diagonal(int axis) const noexcept { return at(axis).is_diagonal; }
  /// Whether rows along the first axis can be solved apart from each other.
  bool rows_are_independent() const noexcept { return axes_.size() > 1 && at(0).is_diagonal; }

  /// The shift of all solves to come, zero at first.
  void set_shift(double shift);
  /// Local. In place; `g` holds the `rows` along the first axis, all of them unless they are independent.
  void solve(Array& g, const Range& rows, Transpose transpose = Transpose::no) const;
  void solve(Array& g) const { solve(g, {0, size(0)}); }
  /// Estimate of the norm of the inverse: how large an error a residual of one can make.
  double inverse_norm() const;

 private:
  struct AxisForm {
    Matrix vectors, form;  ///< the form is empty for a diagonal one
    Eigen::VectorXd values;
    bool is_diagonal = false;
  };
  const AxisForm& at(int axis) const noexcept { return axes_[static_cast<std::size_t>(axis)]; }
  void divide(Array& g, const Range& rows) const;
  void solve_slices(Array& g, const Range& rows, Transpose transpose) const;
  double smallest_sum() const;

  std::vector<AxisForm> axes_;
  std::optional<TriangularSum> general_;  ///< of three axes that are not symmetric
  double shift_ = 0;
  Matrix single_;  ///< of the only axis, and its factors with the shift
  Lu factors_;
};

}  // namespace mercer::smgp
