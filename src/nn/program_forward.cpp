// Steps of programs forwards on one sample, with neighbours fused row by row.
#include <mercer/nn/program_tape.hpp>

namespace mercer {

/// Whether the next step is a convolution that reads what this one writes, and can follow it row by row.
template <class T>
bool ProgramTape<T>::is_pair(std::size_t i) const {
  const auto& steps = program_.steps();
  if (i + 1 >= steps.size() || !layout_.steps[i].is_whole) return false;
  const FieldStep &first = steps[i], &second = steps[i + 1];
  return first.kind == Kind::convolution && second.kind == Kind::convolution && second.from == first.to &&
         first.shape.stride == 1 && second.shape.stride == 1 && second.shape.kernel_rows == 3 &&
         second.shape.padding == 1 && second.shape.boundary != Outside::circular && second.base != first.to;
}

template <class T>
bool ProgramTape<T>::is_activated(std::size_t i) const {
  const auto& steps = program_.steps();
  return i + 1 < steps.size() && steps[i].kind == Kind::convolution && steps[i + 1].kind == Kind::gelu &&
         steps[i + 1].from == steps[i].to && layout_.steps[i].is_whole == layout_.steps[i + 1].is_whole;
}

/// The number of the step that follows.
template <class T>
std::size_t ProgramTape<T>::step_forward(std::size_t i, const T* parameters, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  std::size_t next = i + 1;
  if (is_pair(i)) {
    smoothing_step(i, sample);
    ++next;
  } else if (is_activated(i)) {
    activated_step(i, sample);
    ++next;
  } else if (step.is_convolution()) {
    convolution_step(i, sample);
  } else if (step.kind == Kind::norm) {
    layer_norm(step.to).apply(value(step.from, sample), parameters + step.weights, parameters + step.bias,
                              room(step.to, sample));
  } else {
    const FieldSize size = computed(step.to);
    for (Index y = 0; y < size.rows; ++y) gelu_row(size, value(step.from, sample), room(step.to, sample), y);
  }
  const int written = program_.steps()[next - 1].to;
  if (!layout_.steps[next - 1].is_whole) traffic_.share(written, room(written, sample));
  return next;
}

template <class T>
void ProgramTape<T>::convolution_step(std::size_t i, const Sample& sample) {
  if (!convolutions_[i]) return;
  const FieldStep& step = program_.steps()[i];
  const StepSlab& rows = layout_.steps[i];
  const bool is_forward = step.kind == Kind::convolution;
  const Index read = (is_forward ? rows.inputs : rows.outputs).begin - slab(step.from).computed.begin;
  const Index written = (is_forward ? rows.outputs : rows.inputs).begin - slab(step.to).computed.begin;
  const ConstRows from = value(step.from, sample).from(read), base = base_value(step, sample).from(written);
  const Rows to = room(step.to, sample).from(written);
  if (is_forward)
    convolutions_[i]->apply(from, base, to, scratch_.data());
  else
    convolutions_[i]->apply_transpose(from, base, to, scratch_.data());
}

template <class T>
LayerNorm<T> ProgramTape<T>::layer_norm(int field) const {
  const FieldSize& size = program_.size(field);
  return {.all_rows = size.rows,
          .channels = size.channels,
          .columns = size.columns,
          .own = slab(field).computed,
          .space = slab(field).is_whole ? nullptr : space_.comm};
}

/// u + S (f - A u): the second convolution follows the first one by few rows, which then still are in the near cache.
template <class T>
void ProgramTape<T>::smoothing_step(std::size_t i, const Sample& sample) {
  const FieldStep &first = program_.steps()[i], &second = program_.steps()[i + 1];
  const ConstRows f = base_value(first, sample), u = base_value(second, sample);
  const Rows residual = room(first.to, sample), to = room(second.to, sample);
  convolutions_[i]->start(value(first.from, sample), scratch_.data());
  convolutions_[i + 1]->start(residual, second_scratch_.data());
  const Index rows = program_.size(second.to).rows;
  const Index behind = 1 + convolutions_[i + 1]->rows_ahead();
  for (Index y = 0; y < rows + behind; ++y) {
    if (y < rows) convolutions_[i]->row(y, f, residual);
    if (y >= behind) convolutions_[i + 1]->row(y - behind, u, to);
  }
}

template <class T>
void ProgramTape<T>::gelu_row(const FieldSize& size, const ConstRows& from, const Rows& to, Index y) const {
  for (Index c = 0; c < size.channels; ++c)
    kernels_->gelu(from.row(y) + c * from.stride, size.columns, to.row(y) + c * to.stride);
}

/// gelu(base + w from + bias), row by row.
template <class T>
void ProgramTape<T>::activated_step(std::size_t i, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const ConstRows base = base_value(step, sample);
  const Rows before = room(step.to, sample), to = room(program_.steps()[i + 1].to, sample);
  const FieldSize size = computed(step.to);
  const Index read = layout_.steps[i].inputs.begin - slab(step.from).computed.begin;
  convolutions_[i]->start(value(step.from, sample).from(read), scratch_.data());
  for (Index y = 0; y < size.rows; ++y) {
    convolutions_[i]->row(y, base, before);
    gelu_row(size, before, to, y);
  }
}

template bool ProgramTape<float>::is_pair(std::size_t) const;
template bool ProgramTape<float>::is_activated(std::size_t) const;
template std::size_t ProgramTape<float>::step_forward(std::size_t, const float*, const Sample&);
template void ProgramTape<float>::convolution_step(std::size_t, const Sample&);
template LayerNorm<float> ProgramTape<float>::layer_norm(int) const;
template void ProgramTape<float>::smoothing_step(std::size_t, const Sample&);
template void ProgramTape<float>::gelu_row(const FieldSize&, const ConstRows&, const Rows&, Index) const;
template void ProgramTape<float>::activated_step(std::size_t, const Sample&);
template bool ProgramTape<double>::is_pair(std::size_t) const;
template bool ProgramTape<double>::is_activated(std::size_t) const;
template std::size_t ProgramTape<double>::step_forward(std::size_t, const double*, const Sample&);
template void ProgramTape<double>::convolution_step(std::size_t, const Sample&);
template LayerNorm<double> ProgramTape<double>::layer_norm(int) const;
template void ProgramTape<double>::smoothing_step(std::size_t, const Sample&);
template void ProgramTape<double>::gelu_row(const FieldSize&, const ConstRows&, const Rows&, Index) const;
template void ProgramTape<double>::activated_step(std::size_t, const Sample&);

}  // namespace mercer
