// Layers that work on grids whose rows are spread over ranks.
#pragma once

#include <mercer/nn/layer.hpp>
#include <mercer/nn/space.hpp>

namespace mercer {

/// With a tape of slabs, forward and backward are @collective on the space: x, y and their gradients have the rows of
/// this rank, and the gradients of the parameters, added up over the ranks, are those of the whole.
template <class T>
class SpaceLayer : public Layer<T> {
 public:
  /// Memory for batches of shape `whole`, of which this rank has the rows space.own(whole.rows). Local. Throws what
  /// make_tape does, and Fault::config where the layer cannot be divided.
  virtual std::unique_ptr<Tape> make_slab_tape(const BatchShape& whole, Purpose purpose, const Space& space) const = 0;
};

}  // namespace mercer
