// One way through a network: normalised inputs, its layers, outputs in their own size, on top of their base and with
// their zeros; and back.
#pragma once

#include <mercer/nn/batches.hpp>
#include <mercer/nn/layer.hpp>
#include <mercer/nn/normaliser.hpp>
#include <mercer/nn/space.hpp>
#include <mercer/nn/zeros.hpp>

namespace mercer {

/// The memory for batches of up to `samples`, used for any number of them. Where the rows of samples are spread over
/// ranks the arrays have those of this rank, and forward and backward are @collective on the space. What it is made of
/// must outlive it. Instantiated for float and double.
template <class T>
class Pass {
 public:
  /// The outputs are zero at `zeros`, whose slopes count for nothing. Local. Throws Fault::config where the layer takes
  /// no such inputs, gives other outputs, or cannot be divided, and Fault::internal for a base of other channels or
  /// points than the outputs.
  Pass(const Layer<T>& layer, const Normalisers<T>& normalisers, const SampleShapes& shapes, Index samples,
       Purpose purpose, Zeros zeros = Zeros::none, const Space& space = {});

  Index samples() const noexcept { return inputs_.shape()[0]; }
  /// The first `count` samples of the arrays, [count, y, channel, x].
  View<T> inputs(Index count) { return front(inputs_, count); }    ///< overwritten by forward
  View<T> targets(Index count) { return front(targets_, count); }  ///< for the caller's use
  View<T> outputs(Index count) { return front(outputs_, count); }
  View<T> slopes(Index count) { return front(slopes_, count); }  ///< dL/doutputs; overwritten by backward

  /// From `count` inputs to outputs: base + what the network says in units of the output normaliser.
  void forward(std::span<const T> parameters, Index count);
  /// The base alone, as if the network said nothing.
  void forward_base(Index count);
  /// After forward, adds dL/dparameters to `gradient`, and tells what of it is complete. For Purpose::training.
  void backward(std::span<const T> parameters, std::span<T> gradient, Index count, const GradientWatch& watch = {});

 private:
  static View<T> front(Tensor<T>& all, Index count);
  /// Samples beyond those in use are zero, so that they neither disturb nor overflow.
  void clear(Tensor<T>& all, Index count);

  const Layer<T>& layer_;
  const Normalisers<T>& normalisers_;
  Zeros zeros_;
  Index base_channels_;
  Index rows_;                      ///< of the outputs on all ranks
  Range input_rows_, output_rows_;  ///< of this rank
  Tensor<T> inputs_, targets_, outputs_, slopes_, base_;
  std::unique_ptr<Tape> tape_;
};

extern template class Pass<float>;
extern template class Pass<double>;

}  // namespace mercer
