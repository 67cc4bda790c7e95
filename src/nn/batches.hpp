// Samples that networks learn from, given out in batches.
#pragma once

#include <mercer/base/tensor.hpp>

#include <span>

namespace mercer {

/// Sizes of one sample: fields [y, channel, x].
struct SampleShapes {
  Shape inputs, outputs;
  Index base = 0;  ///< of the input channels, the last: known approximations of all outputs, which are added to them
  bool operator==(const SampleShapes&) const = default;
};

/// The sizes of `samples` fields of one shape: [sample, y, channel, x].
inline Shape batch_shape(Index samples, const Shape& sample) { return {samples, sample[0], sample[1], sample[2]}; }

/// Some channels of fields [sample, y, channel, x].
template <class T>
View<T> channels(View<T> fields, Index first, Index count) {
  const Shape& shape = fields.shape();
  return {fields.data() + first * fields.strides()[2], {shape[0], shape[1], count, shape[3]}, fields.strides()};
}
/// The last ones.
template <class T>
View<T> last_channels(View<T> fields, Index count) {
  return channels(fields, fields.shape()[2] - count, count);
}

/// Pairs of input and output fields, numbered from 0, that this rank can read without the others.
template <class T>
class Batches {
 public:
  virtual ~Batches() = default;
  virtual Index count() const = 0;
  virtual SampleShapes shapes() const = 0;
  /// Copies the samples `ids` into `inputs` and `outputs`, [sample, y, channel, x] with one sample an id.
  virtual void read(std::span<const Index> ids, View<T> inputs, View<T> outputs) const = 0;
};

}  // namespace mercer
