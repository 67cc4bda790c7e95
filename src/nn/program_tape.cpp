// The steps of programs, forwards with neighbours fused row by row, and backwards.
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
      kept_(tensors<T>(memory_.kept, whole.samples)),
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
  for (const FieldStep& step : program_.steps()) {
    const StepSlab& rows = layout_.steps[convolutions_.size()];
    convolutions_.emplace_back();
    if (!step.is_convolution() || rows.inputs.count() * rows.outputs.count() == 0) continue;
    const FieldSize& fine = program_.size(step.kind == Kind::convolution ? step.from : step.to);
    if (rows.is_whole)
      convolutions_.back().emplace(step.shape, fine.rows, fine.columns);
    else
      convolutions_.back().emplace(
          step.shape,
          SlabRows{rows.inputs.count(), rows.outputs.count(),
                   rows.inputs.begin + step.shape.padding - step.shape.stride * rows.outputs.begin},
          fine.columns);
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
  if (place.home == Home::kept) return at(kept_[place.slot].view(), sample.number, field);
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
  if (place.home == Home::kept) return at(kept_[place.slot].view(), sample.number, field);
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

template <class T>
void ProgramTape<T>::forward(const T* parameters, View<const T> x, View<T> y) {
  require_batch(x, input_);
  require_batch(y, output_);
  x_ = x;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (!convolutions_[i]) continue;
    if (step.kind == Kind::convolution)
      convolutions_[i]->prepare(parameters + step.weights, block(parameters, step.bias), static_cast<T>(step.sign));
    else
      convolutions_[i]->prepare_transpose(parameters + step.weights);
  }
  for (Index s = 0; s < input_.samples; ++s) {
    const Sample sample{
        .number = s, .input = traffic_.input(x, s), .output = traffic_.output(y, s), .given = {}, .wanted = {}};
    for (std::size_t i = 0; i < convolutions_.size();) i = step_forward(i, parameters, sample);
    traffic_.hand_out_output(y, s);
  }
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

template <class T>
void ProgramTape<T>::backward(const T* parameters, View<const T> gy, View<T> gx, T* gradient,
                              const GradientWatch& watch) {
  require(purpose_ == Purpose::training && x_.data() != nullptr, Fault::internal,
          "a layer goes backwards on a tape of training after it went forwards");
  require_batch(gy, output_);
  if (gx.data() != nullptr) require_batch(gx, input_);
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (!convolutions_[i]) continue;
    convolutions_[i]->clear_gradient();
    if (step.kind == Kind::convolution)
      convolutions_[i]->prepare_transpose(parameters + step.weights, static_cast<T>(step.sign));
    else
      convolutions_[i]->prepare(parameters + step.weights);
  }
  for (Index s = 0; s < input_.samples; ++s) {
    const Sample sample{.number = s,
                        .input = traffic_.kept_input(x_, s),
                        .output = {},
                        .given = traffic_.given(gy, s),
                        .wanted = traffic_.wanted(gx, s)};
    for (std::size_t i = convolutions_.size(); i-- > 0;) {
      step_backward(i, parameters, sample, gradient);
      if (s + 1 == input_.samples) complete(i, gradient, watch);
    }
    traffic_.hand_out_wanted(gx, s);
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

template class ProgramTape<float>;
template class ProgramTape<double>;

}  // namespace mercer
