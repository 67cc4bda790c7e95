// Batches for benchmarks of networks: values whose products neither overflow nor die out.
#pragma once

#include <mercer/nn/layer.hpp>

#include <cmath>

namespace mercer::bench {

inline Tensor<float> waves(const BatchShape& shape) {
  Tensor<float> batch(shape.shape());
  for (Index i = 0; i < batch_memory<float>(shape); ++i)
    batch.data()[i] = static_cast<float>(std::cos(0.37 * static_cast<double>(i % 1009)));
  return batch;
}

}  // namespace mercer::bench
