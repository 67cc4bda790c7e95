// Batches of fields, and layers one after the other.
#include <mercer/nn/layer.hpp>

#include <utility>

namespace mercer {
namespace {

template <class T>
constexpr Index line = static_cast<Index>(cache_line / sizeof(T));  ///< numbers between the starts of aligned rows

/// What flows between the layers of a sequence, and the memory of each of them.
template <class T>
struct SequenceTape final : Tape {
  BatchShape input;
  std::vector<std::unique_ptr<Tape>> tapes;
  std::vector<Tensor<T>> between;  ///< outputs of all layers but the last
  Tensor<T> gradients[2];          ///< of what flows, in turns
};

template <class T>
void require_channels(View<T> channels, const BatchShape& batch) {
  require(channels.shape() == Shape{batch.samples, batch.channels, batch.rows, batch.columns}, Fault::internal,
          "an array by channels does not have the sizes of the batch that it is copied to or from");
}

}  // namespace

BatchShape BatchShape::of(const Shape& shape) {
  require(shape.dimensions() == 4, Fault::internal, "a batch of fields has four dimensions, not {}",
          shape.dimensions());
  return {shape[0], shape[1], shape[2], shape[3]};
}

template <class T>
Index batch_memory(const BatchShape& shape) {
  return static_cast<Index>(allocation(shape.shape(), line<T>, sizeof(T)).bytes / sizeof(T));
}

template <class T>
View<T> batch_view(T* memory, const BatchShape& shape) {
  return {memory, shape.shape(), View<T>::dense_strides(shape.shape(), allocation(shape.shape(), line<T>, 1).row)};
}

template <class T>
void require_batch(View<T> view, const BatchShape& expected) {
  const Shape shape = expected.shape();
  require(view.shape() == shape, Fault::internal,
          "a layer expects a batch of {} samples, {} rows, {} channels and {} columns, not one of {} numbers",
          expected.samples, expected.rows, expected.channels, expected.columns, view.count());
  bool is_aligned = reinterpret_cast<std::uintptr_t>(view.data()) % cache_line == 0;
  for (int axis = 0; axis < 3; ++axis) is_aligned = is_aligned && view.strides()[axis] % line<T> == 0;
  require(is_aligned && view.strides()[3] == 1, Fault::internal,
          "the rows of a batch start at multiples of {} bytes; use a tensor of padded rows", cache_line);
}

template <class T>
void copy_from_channels(View<const T> channels, View<T> batch) {
  const BatchShape shape = BatchShape::of(batch.shape());
  require_channels(channels, shape);
  for (Index s = 0; s < shape.samples; ++s)
    for (Index y = 0; y < shape.rows; ++y)
      for (Index c = 0; c < shape.channels; ++c) std::copy_n(&channels(s, c, y, 0), shape.columns, &batch(s, y, c, 0));
}

template <class T>
void copy_to_channels(View<const T> batch, View<T> channels) {
  const BatchShape shape = BatchShape::of(batch.shape());
  require_channels(channels, shape);
  for (Index s = 0; s < shape.samples; ++s)
    for (Index y = 0; y < shape.rows; ++y)
      for (Index c = 0; c < shape.channels; ++c) std::copy_n(&batch(s, y, c, 0), shape.columns, &channels(s, c, y, 0));
}

template <class T>
void backward(const Layer<T>& layer, std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
              Tape& tape, const GradientWatch& watch) {
  if (const auto* staged = dynamic_cast<const StagedLayer<T>*>(&layer))
    staged->backward_in_stages(parameters, gy, gx, gradient, tape, watch);
  else
    layer.backward(parameters, gy, gx, gradient, tape);
}

template <class T>
Sequence<T>::Sequence(std::vector<std::unique_ptr<Layer<T>>> layers) : layers_(std::move(layers)) {
  require(!layers_.empty(), Fault::internal, "a sequence has at least one layer");
}

template <class T>
BatchShape Sequence<T>::output(const BatchShape& input) const {
  BatchShape shape = input;
  for (const auto& layer : layers_) shape = layer->output(shape);
  return shape;
}

template <class T>
void Sequence<T>::initialise(std::span<T> parameters, std::uint64_t seed) const {
  for (const auto& layer : layers_) layer->initialise(parameters, seed);
}

template <class T>
std::unique_ptr<Tape> Sequence<T>::make_tape(const BatchShape& input, Purpose purpose) const {
  auto tape = std::make_unique<SequenceTape<T>>();
  tape->input = input;
  BatchShape shape = input;
  Index largest = 0;
  for (const auto& layer : layers_) {
    tape->tapes.push_back(layer->make_tape(shape, purpose));
    shape = layer->output(shape);
    if (layer == layers_.back()) break;
    tape->between.emplace_back(shape.shape());
    largest = std::max(largest, batch_memory<T>(shape));
  }
  if (purpose == Purpose::training)
    for (Tensor<T>& memory : tape->gradients) memory = Tensor<T>({largest});
  return tape;
}

template <class T>
void Sequence<T>::forward(std::span<const T> parameters, View<const T> x, View<T> y, Tape& memory) const {
  auto& tape = dynamic_cast<SequenceTape<T>&>(memory);
  require_batch(x, tape.input);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool is_last = i + 1 == layers_.size();
    const View<T> to = is_last ? y : tape.between[i].view();
    layers_[i]->forward(parameters, x, to, *tape.tapes[i]);
    x = to;
  }
}

template <class T>
void Sequence<T>::backward(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                           Tape& memory) const {
  backward_in_stages(parameters, gy, gx, gradient, memory, {});
}

template <class T>
void Sequence<T>::backward_in_stages(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                                     Tape& memory, const GradientWatch& watch) const {
  auto& tape = dynamic_cast<SequenceTape<T>&>(memory);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    if (i == 0) {
      mercer::backward(*layers_[i], parameters, gy, gx, gradient, *tape.tapes[i], watch);
      break;
    }
    const View<T> to = batch_view(tape.gradients[i % 2].data(), BatchShape::of(tape.between[i - 1].shape()));
    mercer::backward(*layers_[i], parameters, gy, to, gradient, *tape.tapes[i], watch);
    gy = to;
  }
}

template class Sequence<float>;
template class Sequence<double>;
template void backward(const Layer<float>&, std::span<const float>, View<const float>, View<float>, std::span<float>,
                       Tape&, const GradientWatch&);
template void backward(const Layer<double>&, std::span<const double>, View<const double>, View<double>,
                       std::span<double>, Tape&, const GradientWatch&);
template Index batch_memory<float>(const BatchShape&);
template Index batch_memory<double>(const BatchShape&);
template View<float> batch_view(float*, const BatchShape&);
template View<double> batch_view(double*, const BatchShape&);
template void require_batch(View<float>, const BatchShape&);
template void require_batch(View<double>, const BatchShape&);
template void require_batch(View<const float>, const BatchShape&);
template void require_batch(View<const double>, const BatchShape&);
template void copy_from_channels(View<const float>, View<float>);
template void copy_from_channels(View<const double>, View<double>);
template void copy_to_channels(View<const float>, View<float>);
template void copy_to_channels(View<const double>, View<double>);

}  // namespace mercer
