// The memory of a program for batches of one shape, and its steps on one sample.
#pragma once

#include <mercer/nn/layer_norm.hpp>
#include <mercer/nn/program_memory.hpp>

#include <optional>

namespace mercer {

/// `parameters` and `gradient` start where those of the program do.
template <class T>
class ProgramTape final : public Tape {
 public:
  ProgramTape(FieldProgram program, const BatchShape& input, Purpose purpose);

  const BatchShape& input() const noexcept { return input_; }
  const BatchShape& output() const noexcept { return output_; }
  Purpose purpose() const noexcept { return purpose_; }

  void forward(const T* parameters, View<const T> x, View<T> y);
  void backward(const T* parameters, View<const T> gy, View<T> gx, T* gradient);

 private:
  using Rows = FieldRows<T>;
  using ConstRows = FieldRows<const T>;
  struct Sample {
    Index number;
    ConstRows input;  ///< x
    Rows output;      ///< y
    ConstRows given;  ///< gy
    Rows wanted;      ///< gx, or without data
  };

  ConstRows value(int field, const Sample& sample) const;
  ConstRows base_value(const FieldStep& step, const Sample& sample) const;
  Rows room(int field, const Sample& sample);
  ConstRows slope(int field, const Sample& sample) const;
  Rows slope_room(int field, const Sample& sample);
  bool is_pair(std::size_t step) const;
  bool is_activated(std::size_t step) const;

  std::size_t step_forward(std::size_t i, const T* parameters, const Sample& sample);
  void smoothing_step(std::size_t i, const Sample& sample);
  void activated_step(std::size_t i, const Sample& sample);
  void gelu_row(const FieldSize& size, const ConstRows& from, const Rows& to, Index y) const;
  void step_backward(std::size_t i, const T* parameters, const Sample& sample, T* gradient);
  void transposed_backward(std::size_t i, const Sample& sample);
  void convolution_backward(std::size_t i, const Sample& sample);
  void gelu_backward(const FieldStep& step, const Sample& sample);
  void hand_to_base(std::size_t i, const Sample& sample);

  FieldProgram program_;
  BatchShape input_, output_;
  Purpose purpose_;
  const FieldKernels<T>* kernels_;
  ProgramMemory memory_;
  std::vector<std::optional<Convolution<T>>> convolutions_;  ///< by step
  std::vector<Tensor<T>> kept_, field_slots_, gradient_slots_;
  Tensor<T> scratch_, second_scratch_;
  View<const T> x_;
};

extern template class ProgramTape<float>;
extern template class ProgramTape<double>;

}  // namespace mercer
