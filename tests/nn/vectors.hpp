// Arrays of the files of vectors, as they are and as batches.
#pragma once

#include "nn/fields.hpp"
#include <mercer/io/input_file.hpp>

#include <algorithm>
#include <string>

namespace mercer::test {

inline Tensor<double> stored(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  Tensor<double> values(shape, Rows::dense);
  file.read(name, Slab::whole(shape), values.view());
  return values;
}

/// An array by channels as a batch.
template <class T>
Tensor<T> batch_of(const Tensor<double>& channels) {
  const Shape& shape = channels.shape();
  Tensor<double> rows({shape[0], shape[2], shape[1], shape[3]});
  copy_from_channels<double>(channels.view(), rows.view());
  Tensor<T> batch(rows.shape());
  for (Index row = 0; row < rows.view().rows(); ++row)
    std::transform(rows.view().row(row).begin(), rows.view().row(row).end(), batch.view().row(row).begin(),
                   [](double value) { return static_cast<T>(value); });
  return batch;
}

}  // namespace mercer::test
