// The memory of a program for batches of one shape, and its steps on one sample, or on a slab of its rows.
#pragma once

#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/layer_norm.hpp>
#include <mercer/nn/program_memory.hpp>
#include <mercer/nn/round_trip.hpp>
#include <mercer/nn/slab_traffic.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mercer {

/// `parameters` and `gradient` start where those of the program do.
template <class T>
class ProgramTape final : public Tape {
 public:
  /// `whole` has all rows of a grid; x, y and their gradients have those of this rank. A tape of streaming is for up to
  /// so many samples, and learns only.
  ProgramTape(FieldProgram program, const BatchShape& whole, Purpose purpose, const Space& space = {});
  ProgramTape(const ProgramTape&) = delete;
  ProgramTape& operator=(const ProgramTape&) = delete;

  const BatchShape& input() const noexcept { return input_; }
  const BatchShape& output() const noexcept { return output_; }
  Purpose purpose() const noexcept { return purpose_; }
  /// What this rank has sent so far, sums of norms aside.
  std::uint64_t bytes_sent() const noexcept { return traffic_.bytes_sent(); }
  /// Of a tape like this one for so many samples.
  BatchCost cost(Index samples) const;

  /// @collective on the space. The last sample's way back tells of gradients, step by step.
  void forward(const T* parameters, View<const T> x, View<T> y);
  void backward(const T* parameters, View<const T> gy, View<T> gx, T* gradient, const GradientWatch& watch = {});
  void learn(const T* parameters, const RoundTrip<T>& trip, T* gradient);

 private:
  using Kind = FieldStep::Kind;
  using Rows = FieldRows<T>;
  using ConstRows = FieldRows<const T>;
  /// Rows of a field begin with the first that this rank computes.
  struct Sample {
    Index number;
    ConstRows input;  ///< x
    Rows output;      ///< y
    ConstRows given;  ///< gy
    Rows wanted;      ///< gx, or without data
  };

  /// Of all samples of a batch.
  struct WayBack {
    View<const T> x, gy;
    View<T> gx;
    T* gradient;
    const GradientWatch& watch;
  };

  void make_convolutions();
  void prepare_forward(const T* parameters);
  void prepare_backward(const T* parameters);
  void sample_forward(const T* parameters, View<const T> x, View<T> y, Index number);
  void sample_backward(const T* parameters, const WayBack& way, Index number, bool is_last);
  /// Of a batch, samples whose fields are kept: streaming keeps those of one.
  Index kept_samples(Index samples) const {
    return purpose_ == Purpose::streaming ? std::min<Index>(1, samples) : samples;
  }
  Index kept_number(const Sample& sample) const { return purpose_ == Purpose::streaming ? 0 : sample.number; }
  const FieldSlab& slab(int field) const { return layout_.fields[static_cast<std::size_t>(field)]; }
  FieldSize computed(int field) const;
  template <class Number>
  FieldRows<Number> at(View<Number> slots, Index sample, int field) const;
  ConstRows value(int field, const Sample& sample) const;
  ConstRows base_value(const FieldStep& step, const Sample& sample) const;
  Rows room(int field, const Sample& sample);
  ConstRows slope(int field, const Sample& sample) const;
  Rows slope_room(int field, const Sample& sample);
  bool is_pair(std::size_t step) const;
  bool is_activated(std::size_t step) const;

  /// Sets rows of others, and others than the range, to zero before something is added to a gradient.
  void clear_outside(int field, const Rows& slopes, const Range& range) const;

  std::size_t step_forward(std::size_t i, const T* parameters, const Sample& sample);
  void smoothing_step(std::size_t i, const Sample& sample);
  void activated_step(std::size_t i, const Sample& sample);
  void convolution_step(std::size_t i, const Sample& sample);
  void gelu_row(const FieldSize& size, const ConstRows& from, const Rows& to, Index y) const;
  LayerNorm<T> layer_norm(int field) const;

  void step_backward(std::size_t i, const T* parameters, const Sample& sample, T* gradient);
  /// After the last sample has passed step i backwards.
  void complete(std::size_t i, T* gradient, const GradientWatch& watch) const;
  void transposed_backward(std::size_t i, const Sample& sample);
  void convolution_backward(std::size_t i, const Sample& sample);
  void gelu_backward(const FieldStep& step, const Sample& sample);
  void hand_to_base(std::size_t i, const Sample& sample);
  static void hand(const FieldSize& size, const ConstRows& given, const Rows& wanted, Handing handing);
  Index partial_numbers() const;
  double flops() const;
  double bytes_sent_a_sample() const;
  /// Whether the gradient of a whole field is the sum of what each rank makes of its slab.
  bool is_summed(std::size_t i) const;
  /// Whether this rank brings the gradients of the parameters of a step: of a step that all ranks do alike, one does.
  bool is_teacher(std::size_t i) const;

  FieldProgram program_;
  Space space_;
  SlabLayout layout_;
  BatchShape input_, output_;
  Purpose purpose_;
  const FieldKernels<T>* kernels_;
  ProgramMemory memory_;
  std::vector<Completion> completions_;                      ///< by step
  std::vector<std::optional<Convolution<T>>> convolutions_;  ///< by step; none where this rank has no rows of it
  std::vector<Tensor<T>> kept_, field_slots_, gradient_slots_;
  SlabTraffic<T> traffic_;
  Tensor<T> scratch_, second_scratch_;
  View<const T> x_;
};

extern template class ProgramTape<float>;
extern template class ProgramTape<double>;

}  // namespace mercer
