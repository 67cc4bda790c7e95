#include <mercer/nn/pass.hpp>
#include <mercer/nn/space_layer.hpp>

#include <algorithm>

namespace mercer {
namespace {

std::string text(const BatchShape& shape) {
  return fmt::format("{} channels of {} x {} points", shape.channels, shape.rows, shape.columns);
}

template <class T>
void copy(View<T> from, View<T> to) {
  for (Index row = 0; row < from.rows(); ++row) std::ranges::copy(from.row(row), to.row(row).begin());
}

template <class T>
void add(View<T> from, View<T> to) {
  for (Index row = 0; row < from.rows(); ++row)
    for (T* into = to.row(row).data(); const T value : from.row(row)) *into++ += value;
}

/// The same batch with the rows of one rank.
Shape part(const Shape& whole, const Range& rows) { return {whole[0], rows.count(), whole[2], whole[3]}; }

template <class T>
std::unique_ptr<Tape> tape(const Layer<T>& layer, const BatchShape& input, Purpose purpose, const Space& space) {
  if (!space.is_divided()) return layer.make_tape(input, purpose);
  const auto* divisible = dynamic_cast<const SpaceLayer<T>*>(&layer);
  require(divisible != nullptr, Fault::config,
          "this network works on whole samples only; use training.parallel: samples");
  return divisible->make_slab_tape(input, purpose, space);
}

}  // namespace

template <class T>
Pass<T>::Pass(const Layer<T>& layer, const Normalisers<T>& normalisers, const SampleShapes& shapes, Index samples,
              Purpose purpose, Zeros zeros, const Space& space)
    : layer_(layer),
      purpose_(purpose == Purpose::inference ? purpose : purpose_of_learning(layer)),
      normalisers_(normalisers),
      zeros_(zeros),
      base_channels_(shapes.base),
      rows_(shapes.outputs[0]),
      input_rows_(space.own(shapes.inputs[0])),
      output_rows_(space.own(shapes.outputs[0])) {
  const Shape from = batch_shape(samples, shapes.inputs), to = batch_shape(samples, shapes.outputs);
  const BatchShape given = layer.output(BatchShape::of(from)), wanted = BatchShape::of(to);
  require(given == wanted, Fault::config, "the network gives {}, and the outputs of the data have {}", text(given),
          text(wanted));
  const bool fits = from[1] == to[1] && from[3] == to[3] && base_channels_ == to[2] && base_channels_ <= from[2];
  require(base_channels_ == 0 || fits, Fault::internal, "a base of {} channels is none of {} channels of outputs",
          base_channels_, to[2]);
  inputs_ = Tensor<T>(part(from, input_rows_));
  outputs_ = Tensor<T>(part(to, output_rows_));
  if (base_channels_ > 0) base_ = Tensor<T>(outputs_.shape());
  targets_ = Tensor<T>(outputs_.shape());
  if (purpose != Purpose::inference) slopes_ = Tensor<T>(outputs_.shape());
  tape_ = tape(layer, BatchShape::of(from), purpose_, space);
}

template <class T>
View<T> Pass<T>::some(Tensor<T>& all, const Range& samples) {
  const Shape& whole = all.shape();
  const View<T> view = all.view();
  return {
      all.data() + samples.begin * view.strides()[0], {samples.count(), whole[1], whole[2], whole[3]}, view.strides()};
}

template <class T>
void Pass<T>::clear(Tensor<T>& all, Index count) {
  const View<T> view = all.view();
  const Index sample = view.rows() / std::max<Index>(1, view.shape()[0]);
  for (Index row = count * sample; row < view.rows(); ++row) std::ranges::fill(view.row(row), T(0));
}

template <class T>
void Pass<T>::take_inputs(Index count) {
  if (base_channels_ > 0) copy(last_channels(inputs(count), base_channels_), some(base_, {0, count}));
  normalisers_.inputs.encode(inputs(count), input_rows_.begin);
}

template <class T>
void Pass<T>::finish_outputs(const Range& samples) {
  const View<T> y = outputs(samples);
  normalisers_.outputs.decode(y, output_rows_.begin);
  if (base_channels_ > 0) add(some(base_, samples), y);
  set_zeros(zeros_, y, output_rows_.begin, rows_);
}

template <class T>
void Pass<T>::forward(std::span<const T> parameters, Index count) {
  take_inputs(count);
  clear(inputs_, count);
  layer_.forward(parameters, std::as_const(inputs_).view(), outputs_.view(), *tape_);
  finish_outputs({0, count});
}

template <class T>
void Pass<T>::forward_base(Index count) {
  copy(last_channels(inputs(count), base_channels_), outputs(count));
  set_zeros(zeros_, outputs(count), output_rows_.begin, rows_);
}

template <class T>
void Pass<T>::learn(std::span<const T> parameters, std::span<T> gradient, Index count,
                    const std::function<void(const Range& samples)>& judge, const GradientWatch& watch) {
  take_inputs(count);
  const bool is_streamed = purpose_ == Purpose::streaming;
  if (!is_streamed) {
    clear(inputs_, count);
    clear(slopes_, count);
  }
  const Range all{0, is_streamed ? count : samples()};
  const auto judge_used = [&](const Range& there) {
    const Range used{there.begin, std::min(there.end, count)};
    finish_outputs(used);
    judge(used);
    set_zeros(zeros_, slopes(used), output_rows_.begin, rows_);
    normalisers_.outputs.decode_adjoint(slopes(used), output_rows_.begin);
  };
  mercer::learn<T>(layer_, parameters,
                   {.x = some(inputs_, all),
                    .y = some(outputs_, all),
                    .gy = some(slopes_, all),
                    .judge = judge_used,
                    .watch = watch},
                   gradient, *tape_);
}

template <class T>
std::function<void(const Range& samples)> Pass<T>::judge_by(RelativeLoss<T>& loss, std::span<double> losses,
                                                            double factor) {
  return [this, &loss, losses, factor](const Range& there) {
    const auto first = static_cast<std::size_t>(there.begin), size = static_cast<std::size_t>(there.count());
    loss.evaluate(outputs(there), targets(there), losses.subspan(first, size), factor, slopes(there));
  };
}

template class Pass<float>;
template class Pass<double>;

}  // namespace mercer
