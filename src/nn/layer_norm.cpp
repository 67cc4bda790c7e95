// Mean and variance of a sample, and what their gradients take away.
#include <mercer/nn/layer_norm.hpp>
#include <mercer/parallel/reduce.hpp>

#include <cmath>
#include <span>

namespace mercer {

template <class T>
double LayerNorm<T>::over_all_rows(double sum) const {
  if (space != nullptr) sum_in_rank_order(*space, std::span(&sum, 1));
  return sum;
}

template <class T>
auto LayerNorm<T>::moments(const FieldRows<const T>& x) const -> Moments {
  double sum = 0, squares = 0;
  for (Index y = 0; y < own.count(); ++y)
    for (Index c = 0; c < channels; ++c) {
      const T* row = x.row(y) + c * x.stride;
#pragma omp simd reduction(+ : sum)
      for (Index i = 0; i < columns; ++i) sum += static_cast<double>(row[i]);
    }
  const double mean = over_all_rows(sum) / count();
  for (Index y = 0; y < own.count(); ++y)
    for (Index c = 0; c < channels; ++c) {
      const T* row = x.row(y) + c * x.stride;
#pragma omp simd reduction(+ : squares)
      for (Index i = 0; i < columns; ++i) {
        const double difference = static_cast<double>(row[i]) - mean;
        squares += difference * difference;
      }
    }
  return {mean, 1 / std::sqrt(over_all_rows(squares) / count() + 1e-5)};
}

template <class T>
void LayerNorm<T>::apply(const FieldRows<const T>& x, const T* weight, const T* bias, const FieldRows<T>& y) const {
  const Moments of = moments(x);
  const T mean = static_cast<T>(of.mean), scale = static_cast<T>(of.scale);
  for (Index j = 0; j < own.count(); ++j)
    for (Index c = 0; c < channels; ++c) {
      const T* from = x.row(j) + c * x.stride;
      T* to = y.row(j) + c * y.stride;
      const Index at = place(j, c);
#pragma omp simd
      for (Index i = 0; i < columns; ++i) to[i] = (from[i] - mean) * scale * weight[at + i] + bias[at + i];
    }
}

template <class T>
void LayerNorm<T>::apply_adjoint(const FieldRows<const T>& x, const FieldRows<const T>& gy, const T* weight,
                                 const FieldRows<T>& gx, T* weight_gradient, T* bias_gradient) const {
  const Moments of = moments(x);
  const T mean = static_cast<T>(of.mean), scale = static_cast<T>(of.scale);
  double along_one = 0, along_x = 0;  // the gradient of the normalised sample along (1, ..., 1), and along itself
  for (Index j = 0; j < own.count(); ++j)
    for (Index c = 0; c < channels; ++c) {
      const T *from = x.row(j) + c * x.stride, *g = gy.row(j) + c * gy.stride;
      const Index at = place(j, c);
#pragma omp simd reduction(+ : along_one, along_x)
      for (Index i = 0; i < columns; ++i) {
        const T normal = (from[i] - mean) * scale, slope = g[i] * weight[at + i];
        along_one += static_cast<double>(slope);
        along_x += static_cast<double>(slope * normal);
      }
      if (weight_gradient == nullptr) continue;
      T *weights = weight_gradient + at, *biases = bias_gradient + at;
#pragma omp simd
      for (Index i = 0; i < columns; ++i) {
        weights[i] += g[i] * ((from[i] - mean) * scale);
        biases[i] += g[i];
      }
    }
  const T part_one = static_cast<T>(over_all_rows(along_one) / count());
  const T part_x = static_cast<T>(over_all_rows(along_x) / count());
  for (Index j = 0; j < own.count(); ++j)
    for (Index c = 0; c < channels; ++c) {
      const T *from = x.row(j) + c * x.stride, *g = gy.row(j) + c * gy.stride;
      T* to = gx.row(j) + c * gx.stride;
      const Index at = place(j, c);
#pragma omp simd
      for (Index i = 0; i < columns; ++i)
        to[i] = scale * (g[i] * weight[at + i] - part_one - (from[i] - mean) * scale * part_x);
    }
}

template struct LayerNorm<float>;
template struct LayerNorm<double>;

}  // namespace mercer
