// Recurrences of Legendre polynomials, on points and on coefficients.
#include <mercer/solvers/spectral_mixture_gp/features/legendre.hpp>

#include <cmath>

namespace mercer::smgp {
namespace {

/// t p_k = link(k) p_{k-1} + link(k + 1) p_{k+1} for the orthonormal p_k.
double link(Index k) {
  const auto order = static_cast<double>(k);
  return order / std::sqrt(4 * order * order - 1);
}

double length(Index degree) { return std::sqrt(static_cast<double>(degree) + 0.5); }

}  // namespace

Parities legendre_table(const Eigen::VectorXd& t, Index degrees) {
  Parities table{Matrix(t.size(), degrees_of(degrees, false)), Matrix(t.size(), degrees_of(degrees, true))};
  const auto column = [&](Index k) { return table[k % 2 == 1].col(k / 2); };
  if (degrees > 0) column(0).setConstant(length(0));
  if (degrees > 1) column(1) = length(1) * t;
  for (Index k = 2; k < degrees; ++k) {
    const double up = 1 / link(k), back = link(k - 1) * up;
    column(k) = up * t.array() * column(k - 1).array() - back * column(k - 2).array();
  }
  return table;
}

Matrix differentiate(const Matrix& coefficients, bool is_odd, Index degrees) {
  const Index rows = degrees_of(degrees, !is_odd);
  Matrix out(rows, coefficients.cols());
  // P'_j = sum of (2 k + 1) P_k over k = j - 1, j - 3, ...: every degree collects all those above it.
  for (Index series = 0; series < coefficients.cols(); ++series) {
    double above = 0;
    Index next = coefficients.rows() - 1;
    for (Index row = rows - 1; row >= 0; --row) {
      const Index k = 2 * row + (is_odd ? 0 : 1);
      for (; next >= 0 && 2 * next + (is_odd ? 1 : 0) > k; --next)
        above += length(2 * next + (is_odd ? 1 : 0)) * coefficients(next, series);
      out(row, series) = 2 * length(k) * above;
    }
  }
  return out;
}

Eigen::VectorXd times_t(const Eigen::VectorXd& coefficients) {
  const Index degrees = coefficients.size();
  Eigen::VectorXd out(degrees);
  for (Index k = 0; k < degrees; ++k)
    out[k] = (k > 0 ? link(k) * coefficients[k - 1] : 0) + (k + 1 < degrees ? link(k + 1) * coefficients[k + 1] : 0);
  return out;
}

}  // namespace mercer::smgp
