// The steps of programs, forwards with neighbours fused row by row, and backwards.
#include <mercer/nn/program_tape.hpp>

#include <algorithm>
#include <utility>

namespace mercer {
namespace {

using Kind = FieldStep::Kind;

bool is_convolution(const FieldStep& step) { return step.kind == Kind::convolution || step.kind == Kind::transpose; }

template <class T>
std::vector<Tensor<T>> tensors(const std::vector<FieldSize>& sizes, Index samples) {
  std::vector<Tensor<T>> list;
  for (const FieldSize& size : sizes) list.emplace_back(Shape{samples, size.rows, size.channels, size.columns});
  return list;
}

template <class T>
const T* block(const T* parameters, Index begin) {
  return begin == no_block ? nullptr : parameters + begin;
}

}  // namespace

template <class T>
ProgramTape<T>::ProgramTape(FieldProgram program, const BatchShape& input, Purpose purpose)
    : program_(std::move(program)),
      input_(input),
      purpose_(purpose),
      kernels_(&field_kernels<T>(simd_level())),
      memory_(program_, purpose),
      kept_(tensors<T>(memory_.kept, input.samples)),
      field_slots_(tensors<T>(memory_.field_slots, 1)),
      gradient_slots_(tensors<T>(memory_.gradient_slots, 1)) {
  const FieldSize& last = program_.fields().back();
  output_ = {input.samples, last.rows, last.channels, last.columns};
  Index scratch = 0;
  for (const FieldStep& step : program_.steps()) {
    convolutions_.emplace_back();
    if (!is_convolution(step)) continue;
    const FieldSize& fine = program_.size(step.kind == Kind::convolution ? step.from : step.to);
    convolutions_.back().emplace(step.shape, fine.rows, fine.columns);
    scratch = std::max(scratch, convolutions_.back()->scratch());
  }
  scratch_ = Tensor<T>({scratch});
  second_scratch_ = Tensor<T>({scratch});
}

template <class T>
auto ProgramTape<T>::value(int field, const Sample& sample) const -> ConstRows {
  const Place& place = memory_.fields[static_cast<std::size_t>(field)];
  if (place.home == Home::kept) return ConstRows::of(kept_[place.slot].view(), sample.number);
  if (place.home == Home::shared) return ConstRows::of(field_slots_[place.slot].view(), 0);
  return field == 0 ? sample.input : ConstRows(sample.output);
}

template <class T>
auto ProgramTape<T>::base_value(const FieldStep& step, const Sample& sample) const -> ConstRows {
  return step.base == no_field ? ConstRows{} : value(step.base, sample);
}

template <class T>
auto ProgramTape<T>::room(int field, const Sample& sample) -> Rows {
  const Place& place = memory_.fields[static_cast<std::size_t>(field)];
  if (place.home == Home::kept) return Rows::of(kept_[place.slot].view(), sample.number);
  if (place.home == Home::shared) return Rows::of(field_slots_[place.slot].view(), 0);
  return sample.output;
}

template <class T>
auto ProgramTape<T>::slope(int field, const Sample& sample) const -> ConstRows {
  const Place& place = memory_.gradients[static_cast<std::size_t>(field)];
  if (place.home == Home::shared) return ConstRows::of(gradient_slots_[place.slot].view(), 0);
  return field == 0 ? ConstRows(sample.wanted) : sample.given;
}

template <class T>
auto ProgramTape<T>::slope_room(int field, const Sample& sample) -> Rows {
  const Place& place = memory_.gradients[static_cast<std::size_t>(field)];
  return place.home == Home::shared ? Rows::of(gradient_slots_[place.slot].view(), 0) : sample.wanted;
}

/// Whether the next step is a convolution that reads what this one writes, and can follow it row by row.
template <class T>
bool ProgramTape<T>::is_pair(std::size_t i) const {
  const auto& steps = program_.steps();
  if (i + 1 >= steps.size()) return false;
  const FieldStep &first = steps[i], &second = steps[i + 1];
  return first.kind == Kind::convolution && second.kind == Kind::convolution && second.from == first.to &&
         first.shape.stride == 1 && second.shape.stride == 1 && second.shape.kernel_rows == 3 &&
         second.shape.padding == 1 && second.shape.boundary != Outside::circular && second.base != first.to;
}

template <class T>
bool ProgramTape<T>::is_activated(std::size_t i) const {
  const auto& steps = program_.steps();
  return i + 1 < steps.size() && steps[i].kind == Kind::convolution && steps[i + 1].kind == Kind::gelu &&
         steps[i + 1].from == steps[i].to;
}

template <class T>
void ProgramTape<T>::forward(const T* parameters, View<const T> x, View<T> y) {
  require_batch(x, input_);
  require_batch(y, output_);
  x_ = x;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (step.kind == Kind::convolution)
      convolutions_[i]->prepare(parameters + step.weights, block(parameters, step.bias), static_cast<T>(step.sign));
    else if (step.kind == Kind::transpose)
      convolutions_[i]->prepare_transpose(parameters + step.weights);
  }
  for (Index s = 0; s < input_.samples; ++s) {
    const Sample sample{.number = s, .input = ConstRows::of(x, s), .output = Rows::of(y, s), .given = {}, .wanted = {}};
    for (std::size_t i = 0; i < convolutions_.size();) i = step_forward(i, parameters, sample);
  }
}

/// The number of the step that follows.
template <class T>
std::size_t ProgramTape<T>::step_forward(std::size_t i, const T* parameters, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const ConstRows from = value(step.from, sample), base = base_value(step, sample);
  const Rows to = room(step.to, sample);
  if (is_pair(i)) {
    smoothing_step(i, sample);
    return i + 2;
  }
  if (is_activated(i)) {
    activated_step(i, sample);
    return i + 2;
  }
  const FieldSize& size = program_.size(step.to);
  switch (step.kind) {
    case Kind::convolution:
      convolutions_[i]->apply(from, base, to, scratch_.data());
      break;
    case Kind::transpose:
      convolutions_[i]->apply_transpose(from, base, to, scratch_.data());
      break;
    case Kind::norm:
      LayerNorm<T>{size.rows, size.channels, size.columns}.apply(from, parameters + step.weights,
                                                                 parameters + step.bias, to);
      break;
    case Kind::gelu:
      for (Index y = 0; y < size.rows; ++y) gelu_row(size, from, to, y);
      break;
  }
  return i + 1;
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
  const FieldSize& size = program_.size(step.to);
  convolutions_[i]->start(value(step.from, sample), scratch_.data());
  for (Index y = 0; y < size.rows; ++y) {
    convolutions_[i]->row(y, base, before);
    gelu_row(size, before, to, y);
  }
}

template <class T>
void ProgramTape<T>::backward(const T* parameters, View<const T> gy, View<T> gx, T* gradient) {
  require(purpose_ == Purpose::training && x_.data() != nullptr, Fault::internal,
          "a layer goes backwards on a tape of training after it went forwards");
  require_batch(gy, output_);
  if (gx.data() != nullptr) require_batch(gx, input_);
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (!is_convolution(step)) continue;
    convolutions_[i]->clear_gradient();
    if (step.kind == Kind::convolution)
      convolutions_[i]->prepare_transpose(parameters + step.weights, static_cast<T>(step.sign));
    else
      convolutions_[i]->prepare(parameters + step.weights);
  }
  for (Index s = 0; s < input_.samples; ++s) {
    const Sample sample{.number = s,
                        .input = ConstRows::of(x_, s),
                        .output = {},
                        .given = ConstRows::of(gy, s),
                        .wanted = gx.data() == nullptr ? Rows{} : Rows::of(gx, s)};
    for (std::size_t i = convolutions_.size(); i-- > 0;) step_backward(i, parameters, sample, gradient);
  }
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (is_convolution(step))
      convolutions_[i]->add_gradient(static_cast<T>(step.sign), gradient + step.weights,
                                     step.bias == no_block ? nullptr : gradient + step.bias);
  }
}

template <class T>
void ProgramTape<T>::step_backward(std::size_t i, const T* parameters, const Sample& sample, T* gradient) {
  const FieldStep& step = program_.steps()[i];
  const FieldSize& size = program_.size(step.to);
  switch (step.kind) {
    case Kind::convolution:
      convolution_backward(i, sample);
      break;
    case Kind::transpose:
      transposed_backward(i, sample);
      break;
    case Kind::norm:
      LayerNorm<T>{size.rows, size.channels, size.columns}.apply_adjoint(
          value(step.from, sample), slope(step.to, sample), parameters + step.weights, slope_room(step.from, sample),
          gradient + step.weights, gradient + step.bias);
      break;
    case Kind::gelu:
      gelu_backward(step, sample);
      break;
  }
}

template <class T>
void ProgramTape<T>::convolution_backward(std::size_t i, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const ConstRows given = slope(step.to, sample);
  convolutions_[i]->sum_gradient(value(step.from, sample), given, scratch_.data());
  const Rows wanted = slope_room(step.from, sample);
  if (wanted.data != nullptr)
    convolutions_[i]->apply_transpose(given, memory_.backward[i].adds ? ConstRows(wanted) : ConstRows{}, wanted,
                                      scratch_.data());
  hand_to_base(i, sample);
}

template <class T>
void ProgramTape<T>::transposed_backward(std::size_t i, const Sample& sample) {
  const FieldStep& step = program_.steps()[i];
  const ConstRows given = slope(step.to, sample);
  convolutions_[i]->sum_gradient(given, value(step.from, sample), scratch_.data());
  const Rows wanted = slope_room(step.from, sample);
  if (wanted.data != nullptr)
    convolutions_[i]->apply(given, memory_.backward[i].adds ? ConstRows(wanted) : ConstRows{}, wanted, scratch_.data());
  hand_to_base(i, sample);
}

template <class T>
void ProgramTape<T>::gelu_backward(const FieldStep& step, const Sample& sample) {
  const ConstRows z = value(step.from, sample), given = slope(step.to, sample);
  const Rows wanted = slope_room(step.from, sample);
  const FieldSize& size = program_.size(step.to);
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
  const ConstRows given = slope(step.to, sample);
  const Rows wanted = slope_room(step.base, sample);
  if (wanted.data == nullptr) return;
  const FieldSize& size = program_.size(step.to);
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
