// The one door to BLAS and LAPACK: products and factorisations of dense matrices, their codes turned into Error.
#pragma once

#include <mercer/base/index.hpp>

#include <Eigen/Core>
#include <vector>

namespace mercer {

using Matrix = Eigen::MatrixXd;  ///< column-major
using MatrixView = Eigen::Ref<const Eigen::MatrixXd, 0, Eigen::OuterStride<>>;

// All functions are local. Sizes that do not fit are a Fault::internal, numbers that LAPACK cannot work with a
// Fault::numerics.

enum class Transpose : char { no = 'N', yes = 'T' };

/// C[m, n] = A B with A[m, k] and B[k, n], either of them stored transposed; leading dimensions as in BLAS.
struct Product {
  Transpose a = Transpose::no, b = Transpose::no;
  Index m, n, k;
};
void multiply(const Product& sizes, const double* a, Index lda, const double* b, Index ldb, double* c, Index ldc);

/// Adds A^T A to the lower triangle of C [n, n], with A [k, n].
void add_gram(Index n, Index k, const double* a, Index lda, double* c, Index ldc);

Matrix product(const MatrixView& a, const MatrixView& b);             ///< A B
Matrix transposed_product(const MatrixView& a, const MatrixView& b);  ///< A^T B

/// C = factor A A^T + share C on the lower triangle of a square C.
void add_outer_product(double factor, const MatrixView& a, double share, Matrix& c);
/// S B for a symmetric S of which only the lower triangle is read.
Matrix symmetric_product(const MatrixView& lower, const MatrixView& b);

/// A P = Q R, columns in the order of falling diagonal of R.
struct PivotedQr {
  Matrix q;                ///< [rows, rank], orthonormal columns
  Matrix r;                ///< [rank, rank], upper triangular
  std::vector<int> order;  ///< [rank], column of A behind each column of R
};
/// Keeps the columns whose diagonal of R exceeds `cutoff`.
PivotedQr pivoted_qr(Matrix a, double cutoff);

/// All of Q [rows, rows] and R [columns, columns] of a tall A = Q R.
struct FullQr {
  Matrix q, r;
};
FullQr full_qr(const MatrixView& a);

/// R alone [min(rows, columns), columns] of A = Q R. With right sides as further columns of A it holds Q^T times them,
/// and below that the norm of what no combination of A reaches.
Matrix qr_triangle(Matrix a);

/// B R^-1 for an upper triangular R, in place of B.
void divide_by_triangle(Matrix& b, const MatrixView& r);

struct SymmetricEigen {
  Eigen::VectorXd values;  ///< rising
  Matrix vectors;          ///< orthonormal columns
};
SymmetricEigen symmetric_eigen(Matrix a);  ///< of the lower triangle

/// A = U S V^T with the smaller side of A as the number of columns of U and V.
struct SingularValues {
  Matrix left;
  Eigen::VectorXd values;  ///< falling
  Matrix right;
};
SingularValues singular_values(Matrix a);

/// A = U S U^T with S in real Schur form: upper triangular but for blocks of two on the diagonal.
struct RealSchur {
  Matrix form, vectors;
};
RealSchur real_schur(Matrix a);

/// Solves S X + X T^T = C in place of C [m, n] (column-major, dense) for S and T in real Schur form; or with both
/// transposed, S^T X + X T = C. Nearly singular ones are perturbed, as LAPACK does.
void solve_sylvester(const MatrixView& s, const MatrixView& t, double* c, Transpose transpose = Transpose::no);

/// P A = L U.
class Lu {
 public:
  Lu() = default;
  explicit Lu(Matrix a);  ///< throws Fault::numerics for an exactly singular matrix
  void solve(double* right_side, Transpose transpose = Transpose::no) const;  ///< in place, one column
  double inverse_norm() const;                                                ///< estimate of |A^-1| in the one-norm

 private:
  Matrix factors_;
  std::vector<int> pivots_;
  double norm_ = 0;
};

}  // namespace mercer
