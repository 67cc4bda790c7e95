// Cholesky's factorisation by LAPACK.
#include <mercer/linalg/cholesky.hpp>

#include <algorithm>
#include <cmath>

extern "C" {
void dpotrf_(const char*, const int*, double*, const int*, int*);
void dlauum_(const char*, const int*, double*, const int*, int*);
void dpotrs_(const char*, const int*, const int*, const double*, const int*, double*, const int*, int*);
void dtrmm_(const char*, const char*, const char*, const char*, const int*, const int*, const double*, const double*,
            const int*, double*, const int*);
void dtrtri_(const char*, const char*, const int*, double*, const int*, int*);
void dtrtrs_(const char*, const char*, const char*, const int*, const int*, const double*, const int*, double*,
             const int*, int*);
}

namespace mercer {
namespace {

/// L^-1 in place of a lower triangle, by halves: the inverse of [L11 0; L21 L22] has -L22^-1 L21 L11^-1 below its
/// diagonal. Products of triangles are two to three times as fast as OpenBLAS's dtrtri, which is behind it with 200 to
/// 1000 rows.
void invert_triangle(int n, double* l, int stride) {
  constexpr int small = 32, line = 16;
  if (n <= small) {
    int code = 0;
    dtrtri_("L", "N", &n, l, &stride, &code);
    require(code == 0, Fault::internal, "LAPACK's dtrtri ended with code {}", code);
    return;
  }
  const int first = (n / 2 + line - 1) / line * line, second = n - first;
  double *const below = l + first, *const last = below + static_cast<std::ptrdiff_t>(first) * stride;
  invert_triangle(first, l, stride);
  invert_triangle(second, last, stride);
  const double one = 1, minus = -1;
  dtrmm_("R", "L", "N", "N", &second, &first, &one, l, &stride, below, &stride);
  dtrmm_("L", "L", "N", "N", &second, &first, &minus, last, &stride, below, &stride);
}

}  // namespace

std::optional<Cholesky> Cholesky::of(Matrix a) {
  require(a.rows() == a.cols(), Fault::internal, "a matrix of {} rows and {} columns has no Cholesky factor", a.rows(),
          a.cols());
  const int n = narrow<int>(a.rows());
  int code = 0;
  if (n > 0) dpotrf_("L", &n, a.data(), &n, &code);
  require(code >= 0, Fault::internal, "LAPACK's dpotrf does not accept its argument {}", -code);
  // A matrix with NaN may pass: comparisons with it are false.
  if (code != 0 || !a.diagonal().allFinite()) return std::nullopt;
  return Cholesky(std::move(a));
}

double Cholesky::log_determinant() const { return 2 * factor_.diagonal().array().log().sum(); }

void Cholesky::check(Index rows) const {
  require(rows == size(), Fault::internal, "a Cholesky factor of {} rows does not fit right sides of {}", size(), rows);
}

void Cholesky::solve(Eigen::Ref<Matrix> right_sides) const {
  check(right_sides.rows());
  if (right_sides.size() == 0) return;
  const int n = narrow<int>(size()), count = narrow<int>(right_sides.cols());
  const int stride = narrow<int>(right_sides.outerStride());
  int code = 0;
  dpotrs_("L", &n, &count, factor_.data(), &n, right_sides.data(), &stride, &code);
  require(code == 0, Fault::internal, "LAPACK's dpotrs does not accept its argument {}", -code);
}

void Cholesky::divide(Eigen::Ref<Matrix> right_sides) const {
  check(right_sides.rows());
  if (right_sides.size() == 0) return;
  const int n = narrow<int>(size()), count = narrow<int>(right_sides.cols());
  const int stride = narrow<int>(right_sides.outerStride());
  int code = 0;
  dtrtrs_("L", "N", "N", &n, &count, factor_.data(), &n, right_sides.data(), &stride, &code);
  require(code == 0, Fault::internal, "LAPACK's dtrtrs does not accept its argument {}", std::abs(code));
}

Matrix Cholesky::inverse() && {
  Matrix inverse = std::move(*this).inverse_triangle();
  mirror_lower(inverse);
  return inverse;
}

Matrix Cholesky::inverse_triangle() && {
  const int n = narrow<int>(size());
  if (n > 0) invert_triangle(n, factor_.data(), n);
  int code = 0;
  if (n > 0) dlauum_("L", &n, factor_.data(), &n, &code);
  require(code == 0, Fault::internal, "LAPACK's dlauum does not accept its argument {}", -code);
  return std::move(factor_);
}

void mirror_lower(Matrix& a) {
  constexpr Index tile = 32;  // rows and columns that are in the first cache together
  const Index n = a.rows();
  for (Index column = 0; column < n; column += tile)
    for (Index row = column; row < n; row += tile)
      for (Index j = column; j < std::min(column + tile, n); ++j)
        for (Index i = std::max(row, j + 1); i < std::min(row + tile, n); ++i) a(j, i) = a(i, j);
}

}  // namespace mercer
