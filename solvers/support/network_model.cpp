#include <mercer/solvers/support/network_model.hpp>

#include <algorithm>

namespace mercer {
namespace {

void copy(View<const float> from, View<float> to) {
  for (Index row = 0; row < from.rows(); ++row) std::ranges::copy(from.row(row), to.row(row).begin());
}

}  // namespace

void NetworkModel::prepare(const SampleShapes& shapes, const TrainingOptions& training, std::uint64_t seed) {
  pass_.reset();
  shapes_ = shapes;
  parameters_ = {};
  layer_ = network(shapes, parameters_);
  layer_->initialise(parameters_.raw(), seed);
  normalisers_ = {{training.inputs, shapes.inputs}, {training.outputs, shapes.outputs}};
  pass_ = std::make_unique<Pass<float>>(*layer_, normalisers_, shapes_, 1, Purpose::inference);
}

std::vector<Epoch> NetworkModel::train(const Context& context, const Lesson& lesson, const Watch& watch) {
  Trainer<float> trainer(context.comm,
                         {*layer_, parameters_, lesson.batches, lesson.training, lesson.validation, lesson.inputs,
                          lesson.outputs, lesson.zeros, context.seed},
                         lesson.options);
  if (watch.resume) trainer.restore(watch.resume);
  const Index total = lesson.options.epochs * trainer.steps_per_epoch();
  bool goes_on = true;
  while (goes_on && !trainer.is_done()) {
    const Epoch epoch = trainer.advance([&](Index done, double loss) { watch.step(done, total, loss); });
    goes_on = watch.epoch(epoch, [&] { return trainer.state(); });
  }
  trainer.keep_best();
  pass_.reset();
  normalisers_ = std::move(trainer.normalisers());
  return trainer.history();
}

void NetworkModel::predict(View<const float> inputs, View<float> outputs) {
  const Index count = inputs.shape()[0];
  if (!pass_ || pass_->samples() != count)
    pass_ = std::make_unique<Pass<float>>(*layer_, normalisers_, shapes_, count, Purpose::inference);
  copy(inputs, pass_->inputs(count));
  pass_->forward(std::as_const(parameters_).raw(), count);
  copy(pass_->outputs(count), outputs);
}

std::vector<StateArray> NetworkModel::state() {
  std::vector<StateArray> arrays;
  for (std::size_t block = 0; block < parameters_.size(); ++block) {
    const Parameter<float> parameter = parameters_[block];
    arrays.push_back(StateArray::everywhere("parameters/" + parameter.name(),
                                            View<float>(parameter.raw().data(), parameter.shape())));
  }
  for (StateArray& more : normalisers_.inputs.state("normalisers/inputs")) arrays.push_back(std::move(more));
  for (StateArray& more : normalisers_.outputs.state("normalisers/outputs")) arrays.push_back(std::move(more));
  return arrays;
}

}  // namespace mercer
