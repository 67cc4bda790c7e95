// Layers of neural operators: maps with parameters between batches of fields, forwards and backwards.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/optim/parameter.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace mercer {

/// Sizes of a batch of fields on grids. Its array is [samples][rows][channels][columns]: rows run along y, columns
/// along x, and each (sample, row, channel) is one row of a `Tensor` of padded rows. What lies between the end of such
/// a row and the next multiple of 64 bytes belongs to nobody: layers may overwrite it, and none reads a meaning from
/// it.
struct BatchShape {
  Index samples = 0, rows = 0, channels = 0, columns = 0;

  /// Throws Fault::internal where `shape` has not four dimensions.
  static BatchShape of(const Shape& shape);
  Shape shape() const { return {samples, rows, channels, columns}; }
  bool operator==(const BatchShape&) const = default;
};

/// What a tape is for: one of inference has less memory, and cannot go backwards; one of streaming has the memory of
/// one sample, and goes there and back with each in turn, as a `StreamedLayer` can (nn/round_trip.hpp).
enum class Purpose { inference, training, streaming };

/// The memory of a layer for batches of one shape: scratch, and what backward needs of the last forward. Made once by
/// the layer, used for any number of batches, by one thread at a time.
class Tape {
 public:
  virtual ~Tape() = default;
};

/// A map y = layer(x; parameters). Its constructor adds its parameters to a `ParameterVector`, each named by the prefix
/// that it is given, and the layer remembers where they lie in it; `parameters` and `gradient` below are spans over the
/// whole vector, `raw()` and `gradient()` or copies of the same size (averages of weights, say). A layer is immutable
/// and local: ranks that share samples add up their gradients afterwards. Instantiated for float and double.
template <class T>
class Layer {
 public:
  virtual ~Layer() = default;

  /// The shape of y for a shape of x. Throws Fault::config where the layer takes no such x.
  virtual BatchShape output(const BatchShape& input) const = 0;

  /// Draws initial values of this layer's own parameters, which depend on the seed and their places in the vector
  /// alone.
  virtual void initialise(std::span<T> parameters, std::uint64_t seed) const = 0;

  /// Memory for batches of shape `input`. Throws what `output` does. Not asked for streaming unless the layer can.
  virtual std::unique_ptr<Tape> make_tape(const BatchShape& input, Purpose purpose) const = 0;

  /// Writes y, of shape output(input). x and y must not overlap; both have padded rows, and x must stay as it is until
  /// after backward, as the tape may refer to it. Throws Fault::internal where shapes are not those of the tape.
  virtual void forward(std::span<const T> parameters, View<const T> x, View<T> y, Tape& tape) const = 0;

  /// After forward on the same tape of training: given gy = dL/dy, adds dL/dparameters to `gradient` and writes gx =
  /// dL/dx, unless that is an empty view. gy and gx must not overlap.
  virtual void backward(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                        Tape& tape) const = 0;
};

/// Called with ranges of the parameter vector whose gradients are not touched again on this way back. Empty where
/// nobody wants to know.
using GradientWatch = std::function<void(const Range& parameters)>;

/// What a layer also is that on its way back tells of some parameters while it works on others.
template <class T>
class StagedLayer {
 public:
  virtual ~StagedLayer() = default;
  /// backward of Layer. Tells of no parameter twice, and need not tell of all.
  virtual void backward_in_stages(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                                  Tape& tape, const GradientWatch& watch) const = 0;
};

/// Backward of any layer, in stages where it has some.
template <class T>
void backward(const Layer<T>& layer, std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
              Tape& tape, const GradientWatch& watch);

/// Layers one after the other.
template <class T>
class Sequence final : public Layer<T>, public StagedLayer<T> {
 public:
  /// Throws Fault::internal where there are none.
  explicit Sequence(std::vector<std::unique_ptr<Layer<T>>> layers);

  BatchShape output(const BatchShape& input) const override;
  void initialise(std::span<T> parameters, std::uint64_t seed) const override;
  std::unique_ptr<Tape> make_tape(const BatchShape& input, Purpose purpose) const override;
  void forward(std::span<const T> parameters, View<const T> x, View<T> y, Tape& tape) const override;
  void backward(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                Tape& tape) const override;
  void backward_in_stages(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                          Tape& tape, const GradientWatch& watch) const override;

 private:
  std::vector<std::unique_ptr<Layer<T>>> layers_;
};

/// Numbers of `T` that a batch of padded rows takes, and a batch in so much memory that starts at a multiple of 64
/// bytes.
template <class T>
Index batch_memory(const BatchShape& shape);
template <class T>
View<T> batch_view(T* memory, const BatchShape& shape);

/// Copies between a batch and an array [samples][channels][rows][columns] of the same sizes, as data files have them.
template <class T>
void copy_from_channels(View<const T> channels, View<T> batch);
template <class T>
void copy_to_channels(View<const T> batch, View<T> channels);

/// Throws Fault::internal unless `view` has shape `expected` and rows that start at multiples of 64 bytes.
template <class T>
void require_batch(View<T> view, const BatchShape& expected);

extern template class Sequence<float>;
extern template class Sequence<double>;

}  // namespace mercer
