// What a pass of a batch through a network costs a rank, told before there is memory for the batch.
#pragma once

#include <mercer/nn/layer.hpp>
#include <mercer/nn/space.hpp>

namespace mercer {

struct BatchCost {
  double bytes = 0;       ///< of the tape
  double flops = 0;       ///< multiplications and additions of convolutions; forwards, and for training backwards
  double bytes_sent = 0;  ///< in messages of rows, sums of norms aside
};

/// Bytes of the memory of an array; one of a single axis has whole cache lines.
template <class T>
double memory_bytes(const Tensor<T>& array) {
  const Shape& shape = array.shape();
  if (shape.dimensions() == 1) return static_cast<double>(allocation(shape, cache_line / sizeof(T), sizeof(T)).bytes);
  return static_cast<double>(sizeof(T)) * static_cast<double>(shape[0] * array.view().strides()[0]);
}

/// What a layer also is that can tell it.
template <class T>
class CostedLayer {
 public:
  virtual ~CostedLayer() = default;
  /// For batches of shape `whole` on this rank; the gradient of x is not wanted. Local; takes memory for one sample at
  /// most. Throws what make_tape does.
  virtual BatchCost batch_cost(const BatchShape& whole, Purpose purpose, const Space& space) const = 0;
};

}  // namespace mercer
