// Batches on their way through a layer and back, sample by sample where the layer can: then fields that the way back
// needs are held for one sample, whatever the size of the batch.
#pragma once

#include <mercer/nn/layer.hpp>

namespace mercer {

/// Arrays as forward and backward of a layer take them, and what happens between the two.
template <class T>
struct RoundTrip {
  View<const T> x;
  View<T> y;
  View<const T> gy;
  View<T> gx{};  ///< may be empty
  /// Called when the y of some samples is there, in their order and once for each of them: writes their gy.
  std::function<void(const Range& samples)> judge;
  GradientWatch watch{};
};

/// What a layer also is that takes each sample there and back before the next. Its gradients are, bit for bit, those
/// of forward and backward of the whole batch.
template <class T>
class StreamedLayer {
 public:
  virtual ~StreamedLayer() = default;
  /// Adds dL/dparameters to `gradient`, on a tape of streaming, for any number of samples up to that of the tape. With
  /// a tape of slabs it is @collective on the space, and calls `judge` for the same sample on all ranks of it.
  virtual void learn(std::span<const T> parameters, const RoundTrip<T>& trip, std::span<T> gradient,
                     Tape& tape) const = 0;
};

/// What the tape of a layer that learns is for: streaming where the layer can, else training.
template <class T>
Purpose purpose_of_learning(const Layer<T>& layer);

/// There and back through any layer, on a tape of `purpose_of_learning`. Throws Fault::internal where shapes are not
/// those of the tape.
template <class T>
void learn(const Layer<T>& layer, std::span<const T> parameters, const RoundTrip<T>& trip, std::span<T> gradient,
           Tape& tape);

}  // namespace mercer
