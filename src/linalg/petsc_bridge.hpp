// Operators of ours as matrices of PETSc, and matrices of PETSc as operators of ours; in double, without copies.
#pragma once

#include <mercer/linalg/linear_operator.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/petsc.hpp>

namespace mercer {

/// @collective A PETSc shell matrix whose products are those of `a`, which must outlive it. What `a` throws inside a
/// PETSc solver comes out of the `check_petsc` around that solver as it was thrown. Throws Fault::internal where the
/// sizes exceed PETSc's integers.
MatHandle petsc_shell(const Comm& comm, const LinearOperator<double>& a);

/// A PETSc matrix, assembled or shell, as an operator. It shares the matrix by PETSc's reference count. Its products
/// use vectors of its own, so one object must not be used by two threads at once.
class PetscOperator final : public LinearOperator<double> {
 public:
  explicit PetscOperator(Mat matrix);  ///< @collective
  Index rows() const override { return rows_; }
  Index columns() const override { return columns_; }
  Mat raw() const noexcept { return matrix_.get(); }

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;

  MatHandle matrix_;
  Index rows_ = 0, columns_ = 0;
  VecHandle row_vector_, column_vector_;  // without memory, which the arguments of a product lend
};

}  // namespace mercer
