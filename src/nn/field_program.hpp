// Networks of convolutions as lists of steps on numbered fields, and the parameters that the steps name.
#pragma once

#include <mercer/nn/convolution.hpp>
#include <mercer/nn/initialise.hpp>
#include <mercer/nn/layer.hpp>
#include <mercer/optim/parameter.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <string>
#include <vector>

namespace mercer {

/// The parameters of a network in their order. While it is open it takes what is asked for; once closed it only finds.
class ParameterBook {
 public:
  struct Block {
    ParameterInfo info;
    Index begin;
    Interval initial;  ///< where initial values are drawn
  };
  /// Where the block begins. Throws Fault::config where a closed book has none, or one of another shape.
  Index find(const std::string& name, const Shape& shape, const Interval& initial);
  void close() noexcept { is_open_ = false; }
  const std::vector<Block>& blocks() const noexcept { return blocks_; }
  Index count() const noexcept { return count_; }

 private:
  std::vector<Block> blocks_;
  Index count_ = 0;
  bool is_open_ = true;
};

inline constexpr int no_field = -1;
inline constexpr Index no_block = -1;

/// to = base + sign (w from + bias), to = base + w^T from, to = norm(from) or to = gelu(from).
struct FieldStep {
  enum class Kind { convolution, transpose, norm, gelu };
  Kind kind;
  int from, base, to;        ///< fields; base may be `no_field`
  ConvolutionShape shape{};  ///< of convolutions and transposes
  Index weights = no_block, bias = no_block;
  int sign = 1;

  bool is_convolution() const noexcept { return kind == Kind::convolution || kind == Kind::transpose; }
};

/// What is complete when the way back has passed a step: where it is the first one with its weights, the gradients of
/// all steps that share them.
struct Completion {
  std::vector<std::size_t> steps;
  std::vector<Range> parameters;
};

/// Sizes of a field of one sample.
struct FieldSize {
  Index rows, channels, columns;
  bool operator==(const FieldSize&) const = default;
};

enum class Bias { none, learned };

/// A network for one size of grids. Each field is written once, by a step after those that wrote what the step reads;
/// field 0 is the input, the last one the output. What a norm or gelu reads is read by no other step.
class FieldProgram {
 public:
  FieldProgram(ParameterBook& book, const FieldSize& input) : book_(&book), fields_{input} {}

  const FieldSize& size(int field) const { return fields_[static_cast<std::size_t>(field)]; }
  const std::vector<FieldSize>& fields() const noexcept { return fields_; }
  const std::vector<FieldStep>& steps() const noexcept { return steps_; }

  /// These append a step, with parameters NAME.weight and NAME.bias, and give the number of what it writes. Throw
  /// Fault::config where sizes do not fit.
  int convolution(const std::string& name, int from, int base, const ConvolutionShape& shape, Bias bias, int sign = 1);
  /// `shape` maps the fine grid, of the size of `base`, to the one of `from`.
  int transpose(const std::string& name, int from, int base, const ConvolutionShape& shape);
  int norm(const std::string& name, int from);  ///< over a sample, with a factor and a summand for each of its numbers
  int gelu(int from);

  /// By step.
  std::vector<Completion> completions() const;

 private:
  int append(FieldStep step, const FieldSize& size);
  std::vector<Range> parameters(const FieldStep& step) const;
  ParameterBook* book_;
  std::vector<FieldSize> fields_;
  std::vector<FieldStep> steps_;
};

}  // namespace mercer
