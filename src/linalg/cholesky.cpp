// Cholesky's factorisation by LAPACK.
#include <mercer/linalg/cholesky.hpp>

#include <algorithm>
#include <cmath>

extern "C" {
void dpotrf_(const char*, const int*, double*, const int*, int*);
void dpotri_(const char*, const int*, double*, const int*, int*);
void dpotrs_(const char*, const int*, const int*, const double*, const int*, double*, const int*, int*);
void dtrtrs_(const char*, const char*, const char*, const int*, const int*, const double*, const int*, double*,
             const int*, int*);
}

namespace mercer {

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
  const int n = narrow<int>(size());
  int code = 0;
  if (n > 0) dpotri_("L", &n, factor_.data(), &n, &code);
  require(code == 0, Fault::internal, "LAPACK's dpotri ended with code {}", code);
  mirror_lower(factor_);
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
