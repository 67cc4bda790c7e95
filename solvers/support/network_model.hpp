// A model that is one network, trained by gradients: all that such plugins share.
#pragma once

#include <mercer/nn/pass.hpp>
#include <mercer/nn/row_exchange.hpp>
#include <mercer/solvers/model.hpp>

#include <memory>
#include <optional>

namespace mercer {

class NetworkModel : public Model, public SpaceModel {
 public:
  void prepare(const SampleShapes& shapes, const TrainingOptions& training, std::uint64_t seed) final;
  std::vector<Epoch> train(const Context& context, const Lesson& lesson, const Watch& watch) final;
  void predict(View<const float> inputs, View<float> outputs) final;
  void divide(const Space& space) final;
  std::vector<StateArray> state() final;
  Index parameters() const final { return parameters_.count(); }
  TrainingCost estimate(const Comm& comm, const TrainingOptions& options, Index training, Index validation) const final;

 private:
  /// The layers of the network; adds its parameters. Throws Fault::config for shapes that it cannot take.
  virtual std::unique_ptr<Layer<float>> network(const SampleShapes& shapes,
                                                ParameterVector<float>& parameters) const = 0;

  void make_pass(Index samples);
  void gather(View<float> outputs);

  SampleShapes shapes_;
  Space space_;  ///< of predictions
  std::optional<RowExchange<float>> exchange_;
  ParameterVector<float> parameters_;
  std::unique_ptr<Layer<float>> layer_;
  Normalisers<float> normalisers_;
  std::unique_ptr<Pass<float>> pass_;  ///< of predictions, for as many samples as came last
};

}  // namespace mercer
