// What a solver says of samples beforehand: one more input channel, which a model corrects.
#pragma once

#include <mercer/solvers/support/prior_fit.hpp>

#include <filesystem>

namespace mercer {

/// Shapes of samples with a prior as the base of their outputs. Throws Fault::config unless there is one output on the
/// grid of the inputs, which is what a solver gives.
SampleShapes with_prior(SampleShapes shapes);

/// A solver with its coefficients, of which those to be estimated are not there before `learn`.
class Prior {
 public:
  /// For samples of `inputs`, where a model was or will be trained on `trained` points along x. Local; complains as
  /// PriorSolver does, and nothing else may be called then.
  Prior(const PriorOptions& options, const Registry& registry, const LearningData& data, const Channels& inputs,
        Index trained, Complaints& complaints);

  /// With all that was left out.
  const PriorOptions& options() const noexcept { return options_; }

  /// @collective The fields of all samples, [sample, y, 1, x], whole on every rank. Each rank solves some of them, or
  /// they come from a file beside `data`, or in the folder of the options. Throws what the solver throws, and
  /// Fault::internal before coefficients are known.
  Tensor<float> fields(const Context& context, const Samples& inputs, const std::filesystem::path& data);

  /// @collective The same after estimating, from the `training` samples alone, the coefficients that are not given.
  Tensor<float> learn(const Context& context, const Samples& inputs, const Samples& outputs,
                      std::span<const Index> training, const std::filesystem::path& data);
  double error() const noexcept { return error_; }  ///< mean relative L2 error for them, without a model

 private:
  Tensor<float> unscaled(const Context& context, const Samples& inputs, const std::filesystem::path& data);
  Tensor<float> solved(const Context& context, const Samples& inputs);
  Tensor<float> scaled(Tensor<float> fields) const;

  PriorOptions options_;
  PriorSolver solver_;
  double error_ = 0;
};

/// Samples with their prior.
class PriorBatches final : public Batches<float> {
 public:
  /// `data` must outlive it; `fields` [sample, y, 1, x] of all its samples.
  PriorBatches(const Batches<float>& data, Tensor<float> fields) : data_(data), fields_(std::move(fields)) {}

  Index count() const override { return data_.count(); }
  SampleShapes shapes() const override { return with_prior(data_.shapes()); }
  void read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const override;

 private:
  const Batches<float>& data_;
  Tensor<float> fields_;
};

/// Inputs [sample, y, channel, x] with a prior [sample, y, 1, x] behind them.
Tensor<float> with_prior(View<const float> inputs, View<const float> fields);

}  // namespace mercer
