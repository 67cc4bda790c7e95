// One matrix applied along one axis of an array of up to three.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/linalg/lapack.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <span>

namespace mercer::smgp {

using Array = Tensor<double>;

/// An array without gaps between its rows.
inline Array dense(const Shape& shape) { return Array(shape, Rows::dense); }
Array copy(const Array& array);

/// Y[.., m, ..] = sum_k B[m, k] X[.., k, ..] along `axis`; with `Transpose::yes` B[k, m] takes the place of B[m, k].
Array contract(const MatrixView& b, const Array& x, int axis, Transpose transpose = Transpose::no);

/// A matrix for each axis, in the order of least work: those that make the array smallest first.
Array contract_all(std::span<const MatrixView> matrices, const Array& x, Transpose transpose = Transpose::no);

Array part(const Array& whole, const Range& rows);       ///< these rows along the first axis
void add(Array& sum, double factor, const Array& term);  ///< sum += factor * term
double norm(const Array& array);                         ///< Euclidean, of this rank's entries

}  // namespace mercer::smgp
