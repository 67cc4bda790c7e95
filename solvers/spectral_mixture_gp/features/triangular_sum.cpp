// Back-substitution over nested axes.
#include <mercer/solvers/spectral_mixture_gp/features/triangular_sum.hpp>

#include <Eigen/Eigenvalues>

namespace mercer::smgp {

TriangularSum::TriangularSum(const std::vector<Matrix>& matrices) {
  for (const Matrix& matrix : matrices) {
    require(matrix.allFinite(), Fault::numerics,
            "a matrix to be brought to Schur form has entries that are not finite");
    const Eigen::ComplexSchur<Matrix> schur(matrix);
    require(schur.info() == Eigen::Success, Fault::numerics, "the Schur form of a matrix of {} rows was not found",
            matrix.rows());
    forms_.push_back(schur.matrixT());
    real_.push_back(schur.matrixU().real());
    imaginary_.push_back(schur.matrixU().imag());
  }
}

/// Along every axis by the vectors, or, backward, by their conjugate transpose.
TriangularSum::Parts TriangularSum::rotate(Parts values, bool backward) const {
  const Transpose transpose = backward ? Transpose::yes : Transpose::no;
  const double sign = backward ? -1 : 1;
  for (std::size_t i = 0; i < forms_.size(); ++i) {
    const int axis = static_cast<int>(i);
    Array real = contract(real_[i], values.real, axis, transpose);
    add(real, -sign, contract(imaginary_[i], values.imaginary, axis, transpose));
    Array imaginary = contract(real_[i], values.imaginary, axis, transpose);
    add(imaginary, sign, contract(imaginary_[i], values.real, axis, transpose));
    values = {std::move(real), std::move(imaginary)};
  }
  return values;
}

void TriangularSum::substitute(std::size_t axis, Complex* block, Index count, Complex shift,
                               Transpose transpose) const {
  if (axis == forms_.size()) {
    *block /= shift;
    return;
  }
  const ComplexMatrix& form = forms_[axis];
  const Index n = form.rows(), inner = count / n;
  const auto row = [&](Index i) { return Eigen::Map<Eigen::VectorXcd>(block + i * inner, inner); };
  const bool is_adjoint = transpose == Transpose::yes;
  for (Index step = 0; step < n; ++step) {
    const Index i = is_adjoint ? step : n - 1 - step;
    for (Index done = 0; done < step; ++done) {
      const Index j = is_adjoint ? done : n - 1 - done;
      row(i) -= (is_adjoint ? std::conj(form(j, i)) : form(i, j)) * row(j);
    }
    substitute(axis + 1, block + i * inner, inner, shift + (is_adjoint ? std::conj(form(i, i)) : form(i, i)),
               transpose);
  }
}

void TriangularSum::solve(Array& g, double shift, Transpose transpose) const {
  Parts parts = rotate({copy(g), dense(g.shape())}, true);
  std::vector<Complex> values(static_cast<std::size_t>(g.count()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = {parts.real.data()[i], parts.imaginary.data()[i]};
  substitute(0, values.data(), g.count(), shift, transpose);
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts.real.data()[i] = values[i].real();
    parts.imaginary.data()[i] = values[i].imag();
  }
  g = rotate(std::move(parts), false).real;
}

}  // namespace mercer::smgp
