// Calls of BLAS and LAPACK by their Fortran names, which every implementation has.
#include <mercer/linalg/lapack.hpp>

#include <algorithm>
#include <cmath>

extern "C" {
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*, const double*, const int*,
            const double*, const int*, const double*, double*, const int*);
void dsyrk_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*,
            double*, const int*);
void dsymm_(const char*, const char*, const int*, const int*, const double*, const double*, const int*, const double*,
            const int*, const double*, double*, const int*);
void dtrsm_(const char*, const char*, const char*, const char*, const int*, const int*, const double*, const double*,
            const int*, double*, const int*);
void dgeqp3_(const int*, const int*, double*, const int*, int*, double*, double*, const int*, int*);
void dgeqrf_(const int*, const int*, double*, const int*, double*, double*, const int*, int*);
void dorgqr_(const int*, const int*, const int*, double*, const int*, const double*, double*, const int*, int*);
void dsyevd_(const char*, const char*, const int*, double*, const int*, double*, double*, const int*, int*, const int*,
             int*);
void dgesdd_(const char*, const int*, const int*, double*, const int*, double*, double*, const int*, double*,
             const int*, double*, const int*, int*, int*);
void dgees_(const char*, const char*, int (*)(const double*, const double*), const int*, double*, const int*, int*,
            double*, double*, double*, const int*, double*, const int*, int*, int*);
void dtrsyl_(const char*, const char*, const int*, const int*, const int*, const double*, const int*, const double*,
             const int*, double*, const int*, double*, int*);
void dgetrf_(const int*, const int*, double*, const int*, int*, int*);
void dgetrs_(const char*, const int*, const int*, const double*, const int*, const int*, double*, const int*, int*);
void dgecon_(const char*, const int*, const double*, const int*, const double*, double*, double*, int*, int*);
}

namespace mercer {
namespace {

int size_of(Index size) { return narrow<int>(size); }

void check(int code, const char* routine) {
  require(code >= 0, Fault::internal, "LAPACK's {} does not accept its argument {}", routine, -code);
  require(code == 0, Fault::numerics, "LAPACK's {} did not succeed (code {})", routine, code);
}

void require_finite(const MatrixView& a, const char* routine) {
  require(a.allFinite(), Fault::numerics, "a matrix given to LAPACK's {} has entries that are not finite", routine);
}

/// Runs a routine twice: with a length of -1 it says how much work space it wants.
template <class F>
void with_work(F&& call, const char* routine) {
  double wanted = 0;
  int code = 0, length = -1;
  call(&wanted, &length, &code);
  check(code, routine);
  length = std::max(1, static_cast<int>(wanted));
  std::vector<double> work(static_cast<std::size_t>(length));
  call(work.data(), &length, &code);
  check(code, routine);
}

void form_q(Matrix& q, Index reflectors, const std::vector<double>& factors) {
  const int m = size_of(q.rows()), n = size_of(q.cols()), k = size_of(reflectors);
  with_work([&](double* work, int* length,
                int* code) { dorgqr_(&m, &n, &k, q.data(), &m, factors.data(), work, length, code); },
            "dorgqr");
}

}  // namespace

void multiply(const Product& sizes, const double* a, Index lda, const double* b, Index ldb, double* c, Index ldc) {
  if (sizes.m == 0 || sizes.n == 0) return;
  const char at = static_cast<char>(sizes.a), bt = static_cast<char>(sizes.b);
  const int m = size_of(sizes.m), n = size_of(sizes.n), k = size_of(sizes.k);
  const int la = std::max(1, size_of(lda)), lb = std::max(1, size_of(ldb)), lc = size_of(ldc);
  const double one = 1, zero = 0;
  dgemm_(&at, &bt, &m, &n, &k, &one, a, &la, b, &lb, &zero, c, &lc);
}

void add_gram(Index n, Index k, const double* a, Index lda, double* c, Index ldc) {
  if (n == 0 || k == 0) return;
  const int columns = size_of(n), rows = size_of(k), la = size_of(lda), lc = size_of(ldc);
  const double one = 1;
  dsyrk_("L", "T", &columns, &rows, &one, a, &la, &one, c, &lc);
}

Matrix product(const MatrixView& a, const MatrixView& b) {
  require(a.cols() == b.rows(), Fault::internal, "a matrix of {} columns does not multiply one of {} rows", a.cols(),
          b.rows());
  Matrix c(a.rows(), b.cols());
  multiply({.m = a.rows(), .n = b.cols(), .k = a.cols()}, a.data(), a.outerStride(), b.data(), b.outerStride(),
           c.data(), c.rows());
  return c;
}

Matrix transposed_product(const MatrixView& a, const MatrixView& b) {
  require(a.rows() == b.rows(), Fault::internal, "the transpose of a matrix of {} rows does not multiply one of {}",
          a.rows(), b.rows());
  Matrix c(a.cols(), b.cols());
  multiply({.a = Transpose::yes, .m = a.cols(), .n = b.cols(), .k = a.rows()}, a.data(), a.outerStride(), b.data(),
           b.outerStride(), c.data(), c.rows());
  return c;
}

void add_outer_product(double factor, const MatrixView& a, double share, Matrix& c) {
  require(c.rows() == a.rows() && c.cols() == a.rows(), Fault::internal,
          "an outer product of {} rows does not fit a matrix of {} rows and {} columns", a.rows(), c.rows(), c.cols());
  if (c.size() == 0) return;
  const int n = size_of(c.rows()), k = size_of(a.cols()), lda = std::max(1, size_of(a.outerStride()));
  dsyrk_("L", "N", &n, &k, &factor, a.data(), &lda, &share, c.data(), &n);
}

Matrix symmetric_product(const MatrixView& lower, const MatrixView& b) {
  require(lower.rows() == lower.cols() && lower.cols() == b.rows(), Fault::internal,
          "a symmetric matrix of {} rows and {} columns does not multiply one of {} rows", lower.rows(), lower.cols(),
          b.rows());
  Matrix c(b.rows(), b.cols());
  if (c.size() == 0) return c;
  const int m = size_of(c.rows()), n = size_of(c.cols());
  const int lda = size_of(lower.outerStride()), ldb = size_of(b.outerStride());
  const double one = 1, zero = 0;
  dsymm_("L", "L", &m, &n, &one, lower.data(), &lda, b.data(), &ldb, &zero, c.data(), &m);
  return c;
}

PivotedQr pivoted_qr(Matrix a, double cutoff) {
  require_finite(a, "dgeqp3");
  const int m = size_of(a.rows()), n = size_of(a.cols());
  if (a.size() == 0) return {Matrix(m, 0), Matrix(0, 0), {}};
  const Index most = std::min(a.rows(), a.cols());
  std::vector<int> pivots(static_cast<std::size_t>(n), 0);
  std::vector<double> factors(static_cast<std::size_t>(most));
  with_work([&](double* work, int* length,
                int* code) { dgeqp3_(&m, &n, a.data(), &m, pivots.data(), factors.data(), work, length, code); },
            "dgeqp3");
  Index rank = 0;
  while (rank < most && std::abs(a(rank, rank)) > cutoff) ++rank;
  PivotedQr qr{a.leftCols(rank), a.topLeftCorner(rank, rank).triangularView<Eigen::Upper>(), {}};
  for (Index i = 0; i < rank; ++i) qr.order.push_back(pivots[static_cast<std::size_t>(i)] - 1);
  form_q(qr.q, rank, factors);
  return qr;
}

FullQr full_qr(const MatrixView& a) {
  require_finite(a, "dgeqrf");
  require(a.rows() >= a.cols(), Fault::internal, "a full QR wants at least as many rows as columns, not {} and {}",
          a.rows(), a.cols());
  FullQr qr{Matrix::Zero(a.rows(), a.rows()), {}};
  qr.q.leftCols(a.cols()) = a;
  const int m = size_of(a.rows()), n = size_of(a.cols());
  std::vector<double> factors(static_cast<std::size_t>(n) + 1);
  with_work([&](double* work, int* length,
                int* code) { dgeqrf_(&m, &n, qr.q.data(), &m, factors.data(), work, length, code); },
            "dgeqrf");
  qr.r = qr.q.topLeftCorner(n, n).triangularView<Eigen::Upper>();
  form_q(qr.q, n, factors);
  return qr;
}

Matrix qr_triangle(Matrix a) {
  require_finite(a, "dgeqrf");
  const int m = size_of(a.rows()), n = size_of(a.cols()), ld = std::max(1, m);
  const Index rank = std::min(a.rows(), a.cols());
  std::vector<double> factors(static_cast<std::size_t>(rank) + 1);
  with_work(
      [&](double* work, int* length, int* code) { dgeqrf_(&m, &n, a.data(), &ld, factors.data(), work, length, code); },
      "dgeqrf");
  return a.topRows(rank).triangularView<Eigen::Upper>();
}

void divide_by_triangle(Matrix& b, const MatrixView& r) {
  require(b.cols() == r.rows() && r.rows() == r.cols(), Fault::internal,
          "a triangle of {} rows does not divide a matrix of {} columns", r.rows(), b.cols());
  if (b.size() == 0) return;
  const int m = size_of(b.rows()), n = size_of(b.cols()), ld = size_of(r.outerStride());
  const double one = 1;
  dtrsm_("R", "U", "N", "N", &m, &n, &one, r.data(), &ld, b.data(), &m);
}

SymmetricEigen symmetric_eigen(Matrix a) {
  require_finite(a, "dsyevd");
  SymmetricEigen eigen{Eigen::VectorXd(a.rows()), {}};
  const int n = size_of(a.rows());
  if (n == 0) return eigen;
  int wanted = 0, unknown = -1;
  std::vector<int> integers(1);
  with_work(
      [&](double* work, int* length, int* code) {
        const bool asks = *length == -1;
        if (!asks) integers.resize(static_cast<std::size_t>(wanted));
        const int integer_length = asks ? unknown : wanted;
        dsyevd_("V", "L", &n, a.data(), &n, eigen.values.data(), work, length, integers.data(), &integer_length, code);
        wanted = std::max(1, integers[0]);
      },
      "dsyevd");
  eigen.vectors = std::move(a);
  return eigen;
}

SingularValues singular_values(Matrix a) {
  require_finite(a, "dgesdd");
  const int m = size_of(a.rows()), n = size_of(a.cols()), least = std::min(m, n);
  SingularValues found{Matrix(m, least), Eigen::VectorXd(least), Matrix(n, least)};
  if (least == 0) return found;
  Matrix transposed(least, n);
  std::vector<int> integers(8 * static_cast<std::size_t>(least));
  with_work(
      [&](double* work, int* length, int* code) {
        dgesdd_("S", &m, &n, a.data(), &m, found.values.data(), found.left.data(), &m, transposed.data(), &least, work,
                length, integers.data(), code);
      },
      "dgesdd");
  found.right = transposed.transpose();
  return found;
}

RealSchur real_schur(Matrix a) {
  require_finite(a, "dgees");
  RealSchur schur{std::move(a), {}};
  const int n = size_of(schur.form.rows());
  schur.vectors.resize(n, n);
  if (n == 0) return schur;
  std::vector<double> real(static_cast<std::size_t>(n)), imaginary(static_cast<std::size_t>(n));
  int sorted = 0;
  with_work(
      [&](double* work, int* length, int* code) {
        dgees_("V", "N", nullptr, &n, schur.form.data(), &n, &sorted, real.data(), imaginary.data(),
               schur.vectors.data(), &n, work, length, nullptr, code);
      },
      "dgees");
  return schur;
}

void solve_sylvester(const MatrixView& s, const MatrixView& t, double* c, Transpose transpose) {
  const int m = size_of(s.rows()), n = size_of(t.rows());
  if (m == 0 || n == 0) return;
  const int ls = size_of(s.outerStride()), lt = size_of(t.outerStride()), sign = 1;
  const char on_s = transpose == Transpose::no ? 'N' : 'T', on_t = transpose == Transpose::no ? 'T' : 'N';
  double scale = 1;
  int code = 0;
  dtrsyl_(&on_s, &on_t, &sign, &m, &n, s.data(), &ls, t.data(), &lt, c, &m, &scale, &code);
  require(code >= 0, Fault::internal, "LAPACK's dtrsyl does not accept its argument {}", -code);
  if (scale != 1) std::for_each(c, c + Index{m} * n, [scale](double& x) { x /= scale; });
}

Lu::Lu(Matrix a) : factors_(std::move(a)), pivots_(static_cast<std::size_t>(factors_.rows())) {
  require_finite(factors_, "dgetrf");
  norm_ = factors_.size() == 0 ? 0 : factors_.cwiseAbs().colwise().sum().maxCoeff();
  const int n = size_of(factors_.rows());
  int code = 0;
  dgetrf_(&n, &n, factors_.data(), &n, pivots_.data(), &code);
  require(code <= 0, Fault::numerics, "a matrix of {} rows is singular: pivot {} is zero", n, code);
  check(code, "dgetrf");
}

void Lu::solve(double* right_side, Transpose transpose) const {
  const int n = size_of(factors_.rows()), one = 1;
  const char t = static_cast<char>(transpose);
  int code = 0;
  dgetrs_(&t, &n, &one, factors_.data(), &n, pivots_.data(), right_side, &n, &code);
  check(code, "dgetrs");
}

double Lu::inverse_norm() const {
  const int n = size_of(factors_.rows());
  if (n == 0) return 0;
  std::vector<double> work(4 * static_cast<std::size_t>(n));
  std::vector<int> integers(static_cast<std::size_t>(n));
  double reciprocal = 0;
  int code = 0;
  dgecon_("1", &n, factors_.data(), &n, &norm_, &reciprocal, work.data(), integers.data(), &code);
  check(code, "dgecon");
  return 1 / (reciprocal * norm_);
}

}  // namespace mercer
