// One way through a network: normalised inputs, its layers, outputs in their own size, on top of their base and with
// their zeros; and back.
#pragma once

#include <mercer/nn/batches.hpp>
#include <mercer/nn/loss.hpp>
#include <mercer/nn/normaliser.hpp>
#include <mercer/nn/round_trip.hpp>
#include <mercer/nn/space.hpp>
#include <mercer/nn/zeros.hpp>

namespace mercer {

/// The memory for batches of up to `samples`, used for any number of them. Where the rows of samples are spread over
/// ranks the arrays have those of this rank, and forward and backward are @collective on the space. What it is made of
/// must outlive it. Instantiated for float and double.
template <class T>
class Pass {
 public:
  /// The outputs are zero at `zeros`, whose slopes count for nothing. `purpose` is inference or training; a layer that
  /// streams has the memory of one sample for either. Local. Throws Fault::config where the layer takes no such inputs,
  /// gives other outputs, or cannot be divided, and Fault::internal for a base of other channels or points than the
  /// outputs.
  Pass(const Layer<T>& layer, const Normalisers<T>& normalisers, const SampleShapes& shapes, Index samples,
       Purpose purpose, Zeros zeros = Zeros::none, const Space& space = {});

  Index samples() const noexcept { return inputs_.shape()[0]; }
  /// The first `count` samples of the arrays, [count, y, channel, x], or those of a range.
  View<T> inputs(Index count) { return some(inputs_, {0, count}); }    ///< overwritten by forward
  View<T> targets(Index count) { return some(targets_, {0, count}); }  ///< for the caller's use
  View<T> outputs(Index count) { return some(outputs_, {0, count}); }
  View<T> targets(const Range& samples) { return some(targets_, samples); }
  View<T> outputs(const Range& samples) { return some(outputs_, samples); }
  View<T> slopes(const Range& samples) { return some(slopes_, samples); }  ///< dL/doutputs; overwritten on the way back

  /// From `count` inputs to outputs: base + what the network says in units of the output normaliser. For inference.
  void forward(std::span<const T> parameters, Index count);
  /// The base alone, as if the network said nothing.
  void forward_base(Index count);
  /// The same, and back: adds dL/dparameters to `gradient`, and tells what of it is complete. `judge` writes the slopes
  /// of samples whose outputs are there; it is called for all of them, in their order. For Purpose::training.
  void learn(std::span<const T> parameters, std::span<T> gradient, Index count,
             const std::function<void(const Range& samples)>& judge, const GradientWatch& watch = {});
  /// Judges by the distance from the targets: gives losses[sample], and the slopes of factor * their sum. What it
  /// refers to must outlive it.
  std::function<void(const Range& samples)> judge_by(RelativeLoss<T>& loss, std::span<double> losses, double factor);

 private:
  static View<T> some(Tensor<T>& all, const Range& samples);
  void take_inputs(Index count);
  /// From what the network says to outputs.
  void finish_outputs(const Range& samples);
  /// Samples beyond those in use are zero, so that they neither disturb nor overflow.
  void clear(Tensor<T>& all, Index count);

  const Layer<T>& layer_;
  Purpose purpose_;  ///< of the tape
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
