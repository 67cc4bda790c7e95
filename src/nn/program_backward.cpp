// Steps of programs backwards on one sample: gradients of fields and of weights.
#include <mercer/nn/program_tape.hpp>

#include <algorithm>

namespace mercer {

template <class T>
void ProgramTape<T>::step_backward(std::size_t i, const T* parameters, const Sample& sample, T* gradient) {
  const FieldStep& step = program_.steps()[i];
  if (!slab(step.to).is_whole && memory_.gradients[static_cast<std::size_t>(step.to)].home == Home::shared)
    traffic_.collect(step.to, slope_room(step.to, sample));
  switch (step.kind) {
    case Kind::convolution:
      convolution_backward(i, sample);
      break;
    case Kind::transpose:
      transposed_backward(i, sample);
      break;
    case Kind::norm:
      clear_outside(step.from, slope_room(step.from, sample), slab(step.from).computed);
      layer_norm(step.to).apply_adjoint(
          value(step.from, sample), slope(step.to, sample), parameters + step.weights, slope_room(step.from, sample),
          is_teacher(i) ? gradient + step.weights : nullptr, is_teacher(i) ? gradient + step.bias : nullptr);
      break;
    case Kind::gelu:
      clear_outside(step.from, slope_room(step.from, sample), slab(step.from).computed);
      gelu_backward(step, sample);
      break;
  }
}

template <class T>
void ProgramTape<T>::convolution_backward(std::size_t i, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const StepSlab& rows = layout_.steps[i];
  const Index read = rows.inputs.begin - slab(step.from).computed.begin;
  const ConstRows given = slope(step.to, sample).from(rows.outputs.begin - slab(step.to).computed.begin);
  const Rows wanted = slope_room(step.from, sample);
  const bool adds = memory_.backward[i].adds;
  if (convolutions_[i] && is_teacher(i))
    convolutions_[i]->sum_gradient(value(step.from, sample).from(read), given, scratch_.data());
  if (wanted.data != nullptr) {
    if (!adds) clear_outside(step.from, wanted, rows.inputs);
    const Rows to = wanted.from(read);
    if (convolutions_[i])
      convolutions_[i]->apply_transpose(given, adds ? ConstRows(to) : ConstRows{}, to, scratch_.data());
  }
  hand_to_base(i, sample);
}

/// Where all ranks hold what was read by slabs, its gradient is the sum of what each of them makes of its slab.
template <class T>
void ProgramTape<T>::transposed_backward(std::size_t i, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const StepSlab& rows = layout_.steps[i];
  const Index read = rows.outputs.begin - slab(step.from).computed.begin;
  const ConstRows given = slope(step.to, sample);
  const Rows wanted = slope_room(step.from, sample);
  const bool adds = memory_.backward[i].adds;
  if (is_teacher(i)) convolutions_[i]->sum_gradient(given, value(step.from, sample).from(read), scratch_.data());
  if (slab(step.from).is_whole && !rows.is_whole && wanted.data != nullptr) {
    const Rows all = traffic_.partial(step.from);
    convolutions_[i]->apply(given, ConstRows{}, all.from(read), scratch_.data());
    traffic_.sum(step.from, all);
    hand(program_.size(step.from), all, wanted, adds ? Handing::add : Handing::copy);
  } else if (wanted.data != nullptr) {
    if (!adds) clear_outside(step.from, wanted, rows.outputs);
    const Rows to = wanted.from(read);
    convolutions_[i]->apply(given, adds ? ConstRows(to) : ConstRows{}, to, scratch_.data());
  }
  hand_to_base(i, sample);
}

template <class T>
bool ProgramTape<T>::is_teacher(std::size_t i) const {
  if (!layout_.steps[i].is_whole || !space_.is_divided()) return true;
  return static_cast<int>(i % static_cast<std::size_t>(space_.comm->size())) == space_.comm->rank();
}

template <class T>
void ProgramTape<T>::clear_outside(int field, const Rows& slopes, const Range& range) const {
  if (slopes.data == nullptr || slab(field).held == range) return;
  const FieldSize& size = program_.size(field);
  for (Index y = slab(field).held.begin; y < slab(field).held.end; ++y)
    for (Index c = 0; c < size.channels && !range.contains(y); ++c)
      std::fill_n(slopes.row(y - slab(field).computed.begin) + c * slopes.stride, size.columns, T{0});
}

template <class T>
void ProgramTape<T>::gelu_backward(const FieldStep& step, const Sample& sample) {
  const ConstRows z = value(step.from, sample), given = slope(step.to, sample);
  const Rows wanted = slope_room(step.from, sample);
  const FieldSize size = computed(step.to);
  for (Index y = 0; y < size.rows; ++y)
    for (Index c = 0; c < size.channels; ++c)
      kernels_->gelu_adjoint(z.row(y) + c * z.stride, given.row(y) + c * given.stride, size.columns,
                             wanted.row(y) + c * wanted.stride);
}

/// The gradient of what was written is that of the base, too.
template <class T>
void ProgramTape<T>::hand_to_base(std::size_t i, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const Handing handing = memory_.backward[i].handing;
  if (handing == Handing::none || handing == Handing::move) return;
  const Rows wanted = slope_room(step.base, sample);
  if (wanted.data == nullptr) return;
  if (handing == Handing::copy) clear_outside(step.base, wanted, slab(step.base).computed);
  hand(computed(step.to), slope(step.to, sample), wanted, handing);
}

template <class T>
void ProgramTape<T>::hand(const FieldSize& size, const ConstRows& given, const Rows& wanted, Handing handing) {
  for (Index y = 0; y < size.rows; ++y)
    for (Index c = 0; c < size.channels; ++c) {
      const T* from = given.row(y) + c * given.stride;
      T* to = wanted.row(y) + c * wanted.stride;
      if (handing == Handing::copy)
        std::copy_n(from, size.columns, to);
      else
        for (Index x = 0; x < size.columns; ++x) to[x] += from[x];
    }
}

template void ProgramTape<float>::step_backward(std::size_t, const float*, const Sample&, float*);
template void ProgramTape<float>::convolution_backward(std::size_t, const Sample&);
template void ProgramTape<float>::transposed_backward(std::size_t, const Sample&);
template bool ProgramTape<float>::is_teacher(std::size_t) const;
template void ProgramTape<float>::clear_outside(int, const Rows&, const Range&) const;
template void ProgramTape<float>::gelu_backward(const FieldStep&, const Sample&);
template void ProgramTape<float>::hand_to_base(std::size_t, const Sample&);
template void ProgramTape<float>::hand(const FieldSize&, const ConstRows&, const Rows&, Handing);
template void ProgramTape<double>::step_backward(std::size_t, const double*, const Sample&, double*);
template void ProgramTape<double>::convolution_backward(std::size_t, const Sample&);
template void ProgramTape<double>::transposed_backward(std::size_t, const Sample&);
template bool ProgramTape<double>::is_teacher(std::size_t) const;
template void ProgramTape<double>::clear_outside(int, const Rows&, const Range&) const;
template void ProgramTape<double>::gelu_backward(const FieldStep&, const Sample&);
template void ProgramTape<double>::hand_to_base(std::size_t, const Sample&);
template void ProgramTape<double>::hand(const FieldSize&, const ConstRows&, const Rows&, Handing);

}  // namespace mercer
