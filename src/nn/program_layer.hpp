// A layer that runs a program of steps on fields, one sample after the other, each while it is in near memory.
#pragma once

#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/field_program.hpp>
#include <mercer/nn/round_trip.hpp>
#include <mercer/nn/space_layer.hpp>

#include <functional>

namespace mercer {

/// Writes the steps of a network for samples of so many rows and columns.
using ProgramBuilder = std::function<FieldProgram(ParameterBook& book, Index rows, Index columns)>;

template <class T>
class ProgramLayer final : public SpaceLayer<T>, public CostedLayer<T>, public StagedLayer<T>, public StreamedLayer<T> {
 public:
  /// Adds the parameters that the program for grids of `rows` times `columns` has, in the order in which it names them,
  /// each with the prefix. Programs for other grids must have the same.
  ProgramLayer(ParameterVector<T>& parameters, const std::string& prefix, Index rows, Index columns,
               ProgramBuilder builder);

  BatchShape output(const BatchShape& input) const override;
  void initialise(std::span<T> parameters, std::uint64_t seed) const override;
  std::unique_ptr<Tape> make_tape(const BatchShape& input, Purpose purpose) const override;
  std::unique_ptr<Tape> make_slab_tape(const BatchShape& whole, Purpose purpose, const Space& space) const override;
  BatchCost batch_cost(const BatchShape& whole, Purpose purpose, const Space& space) const override;
  void forward(std::span<const T> parameters, View<const T> x, View<T> y, Tape& tape) const override;
  void backward(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                Tape& tape) const override;
  void backward_in_stages(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                          Tape& tape, const GradientWatch& watch) const override;
  void learn(std::span<const T> parameters, const RoundTrip<T>& trip, std::span<T> gradient, Tape& tape) const override;

 private:
  GradientWatch own_watch(const GradientWatch& watch) const;
  void require_gradient(std::span<const T> parameters, std::span<T> gradient) const;
  FieldProgram program(const BatchShape& input) const;
  ProgramBuilder builder_;
  ParameterBook book_;
  Index begin_;  ///< of its parameters
};

extern template class ProgramLayer<float>;
extern template class ProgramLayer<double>;

}  // namespace mercer
