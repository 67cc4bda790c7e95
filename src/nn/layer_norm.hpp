// Normalisation of a sample over all of its numbers.
#pragma once

#include <mercer/nn/row_window.hpp>

namespace mercer {

/// y = weight (x - mean) / sqrt(variance + 1e-5) + bias, with mean and biased variance over the whole sample. Weight,
/// bias and their gradients are [channels][rows][columns] without gaps. Instantiated for float and double.
template <class T>
struct LayerNorm {
  Index rows, channels, columns;

  void apply(const FieldRows<const T>& x, const T* weight, const T* bias, const FieldRows<T>& y) const;
  /// gx may be gy. Adds to the gradients.
  void apply_adjoint(const FieldRows<const T>& x, const FieldRows<const T>& gy, const T* weight, const FieldRows<T>& gx,
                     T* weight_gradient, T* bias_gradient) const;

 private:
  struct Moments {
    double mean, scale;
  };
  Moments moments(const FieldRows<const T>& x) const;
};

extern template struct LayerNorm<float>;
extern template struct LayerNorm<double>;

}  // namespace mercer
