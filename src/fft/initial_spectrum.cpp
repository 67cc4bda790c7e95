// Initial values of diagonal state spaces: Gu, Goel, Gupta & Re (2022), arXiv 2206.11893, section 4.
#include <mercer/fft/state_space.hpp>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer {
namespace {

using Complex = std::complex<double>;

/// HiPPO-LegS plus a matrix of rank one is -1/2 plus a skew one, S_nk = -sqrt((2n+1)(2k+1)) / 2 for n > k. -i S is
/// Hermitian; of its spectrum, which is symmetric, the negative half is kept. Eigenvectors have a real first entry.
SpectrumValues legendre(Index modes) {
  const Index size = 2 * modes;
  Eigen::VectorXd root(size);
  for (Index n = 0; n < size; ++n) root[n] = std::sqrt(2.0 * static_cast<double>(n) + 1);
  Eigen::MatrixXcd hermitian = Eigen::MatrixXcd::Zero(size, size);
  for (Index n = 0; n < size; ++n)
    for (Index k = 0; k < n; ++k) hermitian(n, k) = Complex(0, root[n] * root[k] / 2);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver(hermitian);  // reads the lower triangle
  require(solver.info() == Eigen::Success, Fault::numerics, "the spectrum of HiPPO-LegS of size {} does not converge",
          size);
  SpectrumValues values;
  for (Index n = 0; n < modes; ++n) {
    const Eigen::VectorXcd vector = solver.eigenvectors().col(n);
    const Complex phase = vector[0] / std::abs(vector[0]);
    const Complex input = phase * vector.dot(root.cast<Complex>());
    values.A.emplace_back(-0.5, solver.eigenvalues()[n]);
    values.B.emplace_back(input.real(), std::clamp(input.imag(), -2.0, 2.0));
  }
  return values;
}

Complex simple(InitialSpectrum kind, double n, double size) {
  switch (kind) {
    case InitialSpectrum::inverse:
      return {-0.5, -size / std::numbers::pi * (size / (2 * n + 1) - 1)};
    case InitialSpectrum::linear:
      return {-0.5, -std::numbers::pi * n};
    default:
      return {-(n + 1), 0};
  }
}

}  // namespace

SpectrumValues initial_spectrum(InitialSpectrum kind, Index modes) {
  require(modes >= 1, Fault::internal, "a state space has at least one mode, not {}", modes);
  if (kind == InitialSpectrum::legendre) return legendre(modes);
  SpectrumValues values;
  for (Index n = 0; n < modes; ++n)
    values.A.push_back(simple(kind, static_cast<double>(n), 2 * static_cast<double>(modes)));
  values.B.assign(values.A.size(), 1.0);
  return values;
}

}  // namespace mercer
