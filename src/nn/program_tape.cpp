// The memory of programs, and batches that run through them there and back, sample by sample.
#include <mercer/base/simd.hpp>
#include <mercer/nn/program_tape.hpp>

#include <algorithm>
#include <utility>

namespace mercer {
namespace {

template <class T>
std::vector<Tensor<T>> tensors(const std::vector<FieldSize>& sizes, Index samples) {
  std::vector<Tensor<T>> list;
  for (const FieldSize& size : sizes) list.emplace_back(Shape{samples, size.rows, size.channels, size.columns});
  return list;
}

template <class Number>
Number* block(Number* parameters, Index begin) {
  return begin == no_block ? nullptr : parameters + begin;
}

}  // namespace

template <class T>
ProgramTape<T>::ProgramTape(FieldProgram program, const BatchShape& whole, Purpose purpose, const Space& space)
    : program_(std::move(program)),
      space_(space),
      layout_(program_, space),
      purpose_(purpose),
      kernels_(&field_kernels<T>(simd_level())),
      memory_(program_, layout_.held(program_), purpose),
      completions_(program_.completions()),
      kept_(tensors<T>(memory_.kept, kept_samples(whole.samples))),
      field_slots_(tensors<T>(memory_.field_slots, 1)),
      gradient_slots_(tensors<T>(memory_.gradient_slots, 1)),
      traffic_(program_, layout_, whole.samples, purpose, space) {
  const FieldSize& last = program_.fields().back();
  input_ = {whole.samples, space.own(whole.rows).count(), whole.channels, whole.columns};
  output_ = {whole.samples, space.own(last.rows).count(), last.channels, last.columns};
  make_convolutions();
}

template <class T>
void ProgramTape<T>::make_convolutions() {
  Index scratch = 0;
  const Ways ways = purpose_ == Purpose::streaming ? Ways::both : Ways::in_turn;
  for (const FieldStep& step : program_.steps()) {
    const StepSlab& rows = layout_.steps[convolutions_.size()];
    convolutions_.emplace_back();
    if (!step.is_convolution() || rows.inputs.count() * rows.outputs.count() == 0) continue;
    const FieldSize& fine = program_.size(step.kind == Kind::convolution ? step.from : step.to);
    if (rows.is_whole)
      convolutions_.back().emplace(step.shape, fine.rows, fine.columns, simd_level(), ways);
    else
      convolutions_.back().emplace(
          step.shape,
          SlabRows{rows.inputs.count(), rows.outputs.count(),
                   rows.inputs.begin + step.shape.padding - step.shape.stride * rows.outputs.begin},
          fine.columns, simd_level(), ways);
    scratch = std::max(scratch, convolutions_.back()->scratch());
  }
  scratch_ = Tensor<T>({scratch});
  second_scratch_ = Tensor<T>({scratch});
}

template <class T>
auto ProgramTape<T>::computed(int field) const -> FieldSize {
  const FieldSize& size = program_.size(field);
  return {slab(field).computed.count(), size.channels, size.columns};
}

template <class T>
template <class Number>
auto ProgramTape<T>::at(View<Number> slots, Index sample, int field) const -> FieldRows<Number> {
  return FieldRows<Number>::of(slots, sample).from(slab(field).computed.begin - slab(field).held.begin);
}

template <class T>
auto ProgramTape<T>::value(int field, const Sample& sample) const -> ConstRows {
  const Place& place = memory_.fields[static_cast<std::size_t>(field)];
  if (place.home == Home::kept) return at(kept_[place.slot].view(), kept_number(sample), field);
  if (place.home == Home::shared) return at(field_slots_[place.slot].view(), 0, field);
  return field == 0 ? sample.input : ConstRows(sample.output);
}

template <class T>
auto ProgramTape<T>::base_value(const FieldStep& step, const Sample& sample) const -> ConstRows {
  return step.base == no_field ? ConstRows{} : value(step.base, sample);
}

template <class T>
auto ProgramTape<T>::room(int field, const Sample& sample) -> Rows {
  const Place& place = memory_.fields[static_cast<std::size_t>(field)];
  if (place.home == Home::kept) return at(kept_[place.slot].view(), kept_number(sample), field);
  if (place.home == Home::shared) return at(field_slots_[place.slot].view(), 0, field);
  return sample.output;
}

template <class T>
auto ProgramTape<T>::slope(int field, const Sample& sample) const -> ConstRows {
  const Place& place = memory_.gradients[static_cast<std::size_t>(field)];
  if (place.home == Home::shared) return at(gradient_slots_[place.slot].view(), 0, field);
  return field == 0 ? ConstRows(sample.wanted) : sample.given;
}

template <class T>
auto ProgramTape<T>::slope_room(int field, const Sample& sample) -> Rows {
  const Place& place = memory_.gradients[static_cast<std::size_t>(field)];
  return place.home == Home::shared ? at(gradient_slots_[place.slot].view(), 0, field) : sample.wanted;
}

template <class T>
void ProgramTape<T>::prepare_forward(const T* parameters) {
  const FlushDenormals mode;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (!convolutions_[i]) continue;
    if (step.kind == Kind::convolution)
      convolutions_[i]->prepare(parameters + step.weights, block(parameters, step.bias), static_cast<T>(step.sign));
    else
      convolutions_[i]->prepare_transpose(parameters + step.weights);
  }
}

template <class T>
void ProgramTape<T>::prepare_backward(const T* parameters) {
  const FlushDenormals mode;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (!convolutions_[i]) continue;
    convolutions_[i]->clear_gradient();
    if (step.kind == Kind::convolution)
      convolutions_[i]->prepare_transpose(parameters + step.weights, static_cast<T>(step.sign));
    else
      convolutions_[i]->prepare(parameters + step.weights);
  }
}

template <class T>
void ProgramTape<T>::sample_forward(const T* parameters, View<const T> x, View<T> y, Index number) {
  const FlushDenormals mode;
  const Sample sample{.number = number,
                      .input = traffic_.input(x, number),
                      .output = traffic_.output(y, number),
                      .given = {},
                      .wanted = {}};
  for (std::size_t i = 0; i < convolutions_.size();) i = step_forward(i, parameters, sample);
  traffic_.hand_out_output(y, number);
}

template <class T>
void ProgramTape<T>::sample_backward(const T* parameters, const WayBack& way, Index number, bool is_last) {
  const FlushDenormals mode;
  const Sample sample{.number = number,
                      .input = traffic_.kept_input(way.x, number),
                      .output = {},
                      .given = traffic_.given(way.gy, number),
                      .wanted = traffic_.wanted(way.gx, number)};
  for (std::size_t i = convolutions_.size(); i-- > 0;) {
    step_backward(i, parameters, sample, way.gradient);
    if (is_last) complete(i, way.gradient, way.watch);
  }
  traffic_.hand_out_wanted(way.gx, number);
}

template <class T>
void ProgramTape<T>::forward(const T* parameters, View<const T> x, View<T> y) {
  require(purpose_ != Purpose::streaming, Fault::internal, "a tape of streaming goes forwards by learn only");
  require_batch(x, input_);
  require_batch(y, output_);
  x_ = x;
  prepare_forward(parameters);
  for (Index s = 0; s < input_.samples; ++s) sample_forward(parameters, x, y, s);
}

template <class T>
void ProgramTape<T>::backward(const T* parameters, View<const T> gy, View<T> gx, T* gradient,
                              const GradientWatch& watch) {
  require(purpose_ == Purpose::training && x_.data() != nullptr, Fault::internal,
          "a layer goes backwards on a tape of training after it went forwards");
  require_batch(gy, output_);
  if (gx.data() != nullptr) require_batch(gx, input_);
  prepare_backward(parameters);
  const WayBack way{x_, gy, gx, gradient, watch};
  for (Index s = 0; s < input_.samples; ++s) sample_backward(parameters, way, s, s + 1 == input_.samples);
}

template <class T>
void ProgramTape<T>::learn(const T* parameters, const RoundTrip<T>& trip, T* gradient) {
  BatchShape from = input_, to = output_;
  from.samples = to.samples = std::min(input_.samples, trip.x.shape()[0]);
  require(purpose_ == Purpose::streaming, Fault::internal, "a layer learns by streams on a tape of streaming");
  require_batch(trip.x, from);
  require_batch(trip.y, to);
  require_batch(trip.gy, to);
  if (trip.gx.data() != nullptr) require_batch(trip.gx, from);
  prepare_forward(parameters);
  prepare_backward(parameters);
  const WayBack way{trip.x, trip.gy, trip.gx, gradient, trip.watch};
  for (Index s = 0; s < from.samples; ++s) {
    sample_forward(parameters, trip.x, trip.y, s);
    trip.judge({s, s + 1});
    sample_backward(parameters, way, s, s + 1 == from.samples);
  }
}

template <class T>
void ProgramTape<T>::complete(std::size_t i, T* gradient, const GradientWatch& watch) const {
  for (const std::size_t done : completions_[i].steps) {
    const FieldStep& step = program_.steps()[done];
    T *const weights = gradient + step.weights, *const bias = block(gradient, step.bias);
    if (convolutions_[done]) convolutions_[done]->add_gradient(static_cast<T>(step.sign), weights, bias);
  }
  for (const Range& range : completions_[i].parameters)
    if (watch) watch(range);
}

template class ProgramTape<float>;
template class ProgramTape<double>;

}  // namespace mercer
