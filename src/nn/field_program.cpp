// Steps with their sizes and parameters.
#include <mercer/nn/field_program.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mercer {

Index ParameterBook::find(const std::string& name, const Shape& shape, const Interval& initial) {
  for (const Block& block : blocks_) {
    if (block.info.name != name) continue;
    require(block.info.shape == shape, Fault::config,
            "the parameter '{}' has shape {}, and this size of grids needs {}; use grids of the size that the network "
            "was made for, or a multiple by a power of two",
            name, fmt::join(block.info.shape.span(), " x "), fmt::join(shape.span(), " x "));
    return block.begin;
  }
  require(is_open_, Fault::config, "there is no parameter '{}' for this size of grids", name);
  blocks_.push_back({{.name = name, .shape = shape}, count_, initial});
  count_ += shape.count();
  return blocks_.back().begin;
}

int FieldProgram::append(FieldStep step, const FieldSize& size) {
  step.to = static_cast<int>(fields_.size());
  fields_.push_back(size);
  steps_.push_back(step);
  return step.to;
}

int FieldProgram::convolution(const std::string& name, int from, int base, const ConvolutionShape& shape, Bias bias,
                              int sign) {
  const FieldSize& in = size(from);
  const FieldSize out{shape.output_rows(in.rows), shape.outputs, shape.output_columns(in.columns)};
  require(in.channels == shape.inputs && (base == no_field || size(base) == out), Fault::config,
          "the convolution '{}' from {} to {} channels is between fields of other sizes; the input has {} channels",
          name, shape.inputs, shape.outputs, in.channels);
  const Interval initial = fan_in_interval(shape.inputs * shape.kernel_rows * shape.kernel_columns);
  FieldStep step{.kind = FieldStep::Kind::convolution, .from = from, .base = base, .to = 0, .shape = shape};
  step.weights = book_->find(name + ".weight", shape.weights(), initial);
  if (bias == Bias::learned) step.bias = book_->find(name + ".bias", {shape.outputs}, initial);
  step.sign = sign;
  return append(step, out);
}

int FieldProgram::transpose(const std::string& name, int from, int base, const ConvolutionShape& shape) {
  const FieldSize out = size(base),
                  expected{shape.output_rows(out.rows), shape.outputs, shape.output_columns(out.columns)};
  require(out.channels == shape.inputs && size(from) == expected, Fault::config,
          "the transposed convolution '{}' from {} to {} channels is between fields of other sizes", name,
          shape.outputs, shape.inputs);
  const Interval initial = fan_in_interval(shape.inputs * shape.kernel_rows * shape.kernel_columns);
  FieldStep step{.kind = FieldStep::Kind::transpose, .from = from, .base = base, .to = 0, .shape = shape};
  step.weights = book_->find(name + ".weight", shape.weights(), initial);
  return append(step, out);
}

int FieldProgram::norm(const std::string& name, int from) {
  const FieldSize& in = size(from);
  const Shape shape{in.channels, in.rows, in.columns};
  FieldStep step{.kind = FieldStep::Kind::norm, .from = from, .base = no_field, .to = 0};
  step.weights = book_->find(name + ".weight", shape, {1, 0});
  step.bias = book_->find(name + ".bias", shape, {0, 0});
  return append(step, in);
}

int FieldProgram::gelu(int from) {
  return append({.kind = FieldStep::Kind::gelu, .from = from, .base = no_field, .to = 0}, size(from));
}

std::vector<Range> FieldProgram::parameters(const FieldStep& step) const {
  const FieldSize& in = size(step.from);
  const Index numbers = in.rows * in.channels * in.columns;  // of a norm
  std::vector<Range> ranges;
  const auto add = [&](Index begin, Index count) {
    if (begin != no_block) ranges.push_back({begin, begin + count});
  };
  add(step.weights, step.is_convolution() ? step.shape.weights().count() : numbers);
  add(step.bias, step.is_convolution() ? step.shape.outputs : numbers);
  return ranges;
}

std::vector<Completion> FieldProgram::completions() const {
  std::vector<Completion> completions(steps_.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].weights == no_block) continue;
    const auto first = std::ranges::find(steps_, steps_[i].weights, &FieldStep::weights);
    Completion& completion = completions[static_cast<std::size_t>(first - steps_.begin())];
    completion.steps.push_back(i);
    for (const Range& range : parameters(steps_[i]))
      if (std::ranges::find(completion.parameters, range) == completion.parameters.end())
        completion.parameters.push_back(range);
  }
  return completions;
}

}  // namespace mercer
