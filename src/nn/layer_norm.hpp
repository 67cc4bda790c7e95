// Normalisation of a sample over all of its numbers.
#pragma once

#include <mercer/nn/row_window.hpp>
#include <mercer/parallel/decomposition.hpp>

namespace mercer {

/// y = weight (x - mean) / sqrt(variance + 1e-5) + bias, with mean and biased variance over the whole sample. Weight,
/// bias and their gradients are [channels][all rows][columns] without gaps. @collective where the rows of samples are
/// spread over ranks. Instantiated for float and double.
template <class T>
struct LayerNorm {
  Index all_rows, channels, columns;
  Range own;          ///< rows that x and y have here
  const Comm* space;  ///< ranks that have the others, or null

  void apply(const FieldRows<const T>& x, const T* weight, const T* bias, const FieldRows<T>& y) const;
  /// gx may be gy. Adds to the gradients, which may be null.
  void apply_adjoint(const FieldRows<const T>& x, const FieldRows<const T>& gy, const T* weight, const FieldRows<T>& gx,
                     T* weight_gradient, T* bias_gradient) const;

 private:
  struct Moments {
    double mean, scale;
  };
  Moments moments(const FieldRows<const T>& x) const;
  double count() const noexcept { return static_cast<double>(all_rows * channels * columns); }
  Index place(Index row, Index channel) const noexcept { return (channel * all_rows + own.begin + row) * columns; }
  double over_all_rows(double sum) const;
};

extern template struct LayerNorm<float>;
extern template struct LayerNorm<double>;

}  // namespace mercer
