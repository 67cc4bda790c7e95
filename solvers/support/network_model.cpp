#include <mercer/solvers/support/network_model.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Rows of all samples, from `from_row` and `to_row` on, as many as both have.
void copy(View<const float> from, Index from_row, View<float> to, Index to_row) {
  const Index rows = std::min(from.shape()[1] - from_row, to.shape()[1] - to_row);
  for (Index s = 0; s < to.shape()[0]; ++s)
    for (Index y = 0; y < rows; ++y)
      for (Index c = 0; c < to.shape()[2]; ++c)
        std::copy_n(&from(s, from_row + y, c, 0), to.shape()[3], &to(s, to_row + y, c, 0));
}

}  // namespace

void NetworkModel::prepare(const SampleShapes& shapes, const TrainingOptions& training, std::uint64_t seed) {
  pass_.reset();
  shapes_ = shapes;
  parameters_ = {};
  layer_ = network(shapes, parameters_);
  layer_->initialise(parameters_.raw(), seed);
  normalisers_ = {{training.inputs, shapes.inputs}, {training.outputs, shapes.outputs}};
  make_pass(1);
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

TrainingCost NetworkModel::estimate(const Comm& comm, const TrainingOptions& options, Index training,
                                    Index validation) const {
  return training_cost(comm, *layer_, parameters_.count(), shapes_, training, validation, options);
}

void NetworkModel::make_pass(Index samples) {
  pass_.reset();
  pass_ =
      std::make_unique<Pass<float>>(*layer_, normalisers_, shapes_, samples, Purpose::inference, Zeros::none, space_);
}

void NetworkModel::divide(const Space& space) {
  space_ = space;
  make_pass(1);
  exchange_.reset();
  if (!space.is_divided()) return;
  const Index rows = shapes_.outputs[0];
  const std::vector<Range> all(static_cast<std::size_t>(space.comm->size()), Range{0, rows});
  exchange_.emplace(*space.comm, rows, all, Outside::zeros);
}

void NetworkModel::predict(View<const float> inputs, View<float> outputs) {
  const Index count = inputs.shape()[0];
  if (!pass_ || pass_->samples() != count) make_pass(count);
  copy(inputs, space_.own(shapes_.inputs[0]).begin, pass_->inputs(count), 0);
  pass_->forward(std::as_const(parameters_).raw(), count);
  copy(pass_->outputs(count), 0, outputs, space_.own(shapes_.outputs[0]).begin);
  if (exchange_) gather(outputs);
}

void NetworkModel::gather(View<float> outputs) {
  for (Index s = 0; s < outputs.shape()[0]; ++s)
    exchange_->exchange(FieldRows<float>::of(outputs, s).from(exchange_->begin()), outputs.shape()[2],
                        outputs.shape()[3]);
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
