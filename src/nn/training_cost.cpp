#include <mercer/nn/round_trip.hpp>
#include <mercer/nn/training_cost.hpp>
#include <mercer/parallel/overlapped_sum.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Weights, gradient, average, best ones, two moments of Adam and a copy of these for checkpoints; terms of the
/// gradient from other ranks come on top.
constexpr double vectors = 8;

/// Inputs, outputs, targets, base, and for training slopes: what a pass holds besides its tape.
template <class T>
double array_bytes(const SampleShapes& shapes, Index samples, Purpose purpose, const Space& space) {
  const auto bytes = [&](const Shape& sample) {
    return sizeof(T) *
           static_cast<double>(batch_memory<T>({samples, space.own(sample[0]).count(), sample[1], sample[2]}));
  };
  const int like_outputs = 2 + (shapes.base > 0 ? 1 : 0) + (purpose == Purpose::training ? 1 : 0);
  return bytes(shapes.inputs) + like_outputs * bytes(shapes.outputs);
}

/// Samples that the fullest group has of so many.
Index share(Index samples, int groups) { return (samples + groups - 1) / groups; }

}  // namespace

template <class T>
TrainingCost training_cost(const Comm& comm, const Layer<T>& layer, Index parameters, const SampleShapes& shapes,
                           Index training, Index validation, const TrainingOptions& options) {
  const RankGroups groups(comm, options.parallel, options.space_ranks);
  const Space space{&groups.space, options.least_rows};
  TrainingCost cost;
  together(comm, [&] {
    const auto* costed = dynamic_cast<const CostedLayer<T>*>(&layer);
    require(costed != nullptr, Fault::unavailable, "this network does not tell what a batch costs before it is run");
    const auto of = [&](Index samples, Purpose purpose) {
      return costed->batch_cost(BatchShape::of(batch_shape(share(samples, groups.groups), shapes.inputs)), purpose,
                                space);
    };
    const Purpose learning = purpose_of_learning(layer);
    const Index batch = std::min(options.batch_size, training), steps = training / batch, left = training % batch;
    const BatchCost step = of(batch, learning), judged = of(batch, Purpose::inference);
    const Index samples = share(batch, groups.groups);
    cost.batch_bytes = step.bytes + judged.bytes + array_bytes<T>(shapes, samples, Purpose::training, space) +
                       array_bytes<T>(shapes, samples, Purpose::inference, space);
    const Index terms = OverlappedSum<T>::numbers_held(parameters, comm.rank(), comm.size());
    cost.parameter_bytes = sizeof(T) * (vectors * static_cast<double>(parameters) + static_cast<double>(terms));
    cost.step_flops = step.flops;
    cost.epoch_flops =
        static_cast<double>(steps) * step.flops + of(left, learning).flops + of(validation, Purpose::inference).flops;
    cost.step_bytes_sent = step.bytes_sent;
    const auto gradient = static_cast<double>(OverlappedSum<T>::numbers_sent(parameters, comm.rank(), comm.size()));
    const auto losses = static_cast<double>(entries_sent_in_sum(batch, comm.rank(), comm.size()));
    cost.sum_bytes_sent = sizeof(T) * gradient + sizeof(double) * losses;
  });
  for (double* number : {&cost.batch_bytes, &cost.parameter_bytes, &cost.step_flops, &cost.epoch_flops,
                         &cost.step_bytes_sent, &cost.sum_bytes_sent})
    *number = largest(comm, *number);
  return cost;
}

template TrainingCost training_cost(const Comm&, const Layer<float>&, Index, const SampleShapes&, Index, Index,
                                    const TrainingOptions&);
template TrainingCost training_cost(const Comm&, const Layer<double>&, Index, const SampleShapes&, Index, Index,
                                    const TrainingOptions&);

}  // namespace mercer
