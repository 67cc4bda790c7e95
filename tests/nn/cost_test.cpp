// What networks say beforehand of their memory, work and messages, against what is counted when they run.
#include "nn/batches.hpp"
#include "support/failure.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/pass.hpp>
#include <mercer/nn/program_layer.hpp>
#include <mercer/nn/program_tape.hpp>
#include <mercer/nn/training_cost.hpp>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <new>

namespace {
double allocated = 0;  ///< bytes that tensors have taken so far
}  // namespace

void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  allocated += static_cast<double>(size);
  const auto line = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(line, (size + line) / line * line);
}
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }

using namespace mercer;
using namespace mercer::test;

namespace {

template <class Work>
double counted(const Work& work) {
  const double before = allocated;
  work();
  return allocated - before;
}

MgnoOptions small(CycleNorm norm) {
  MgnoOptions options = mgno_for_darcy(2);
  options.layers = 2;
  options.cycle.levels = uniform_levels(4, 5, {2, 1, 1}, {1, 1});
  options.cycle.bias = Bias::learned;
  options.cycle.norm = norm;
  return options;
}

/// All that a pass takes and sends.
template <class T>
void check_cost(const MgnoOptions& options, const BatchShape& whole, Purpose purpose, const Space& space) {
  ParameterVector<T> parameters;
  const auto layer = mgno<T>(parameters, "", whole.rows, whole.columns, options);
  layer->initialise(parameters.raw(), 1);
  const auto& costed = dynamic_cast<const CostedLayer<T>&>(*layer);
  const BatchCost told = costed.batch_cost(whole, purpose, space);
  const Index rows = space.own(whole.rows).count();
  const Tensor<T> x({whole.samples, rows, whole.channels, whole.columns}), gy({whole.samples, rows, 1, whole.columns});
  Tensor<T> y({whole.samples, rows, 1, whole.columns});
  std::unique_ptr<Tape> tape;
  const double bytes = counted([&] {
    tape = space.is_divided() ? dynamic_cast<const SpaceLayer<T>&>(*layer).make_slab_tape(whole, purpose, space)
                              : layer->make_tape(whole, purpose);
    const RoundTrip<T> trip{.x = x.view(), .y = y.view(), .gy = gy.view(), .judge = [](const Range&) {}};
    if (purpose == Purpose::streaming) return learn<T>(*layer, parameters.raw(), trip, parameters.gradient(), *tape);
    layer->forward(parameters.raw(), x.view(), y.view(), *tape);
    if (purpose == Purpose::training)
      layer->backward(parameters.raw(), gy.view(), View<T>(), parameters.gradient(), *tape);
  });
  BOOST_TEST(told.bytes == bytes);
  BOOST_TEST(told.bytes_sent == static_cast<double>(dynamic_cast<ProgramTape<T>&>(*tape).bytes_sent()));
}

/// Convolutions from 2 to 3 to 4 channels with 3 x 3 points.
template <class T>
ProgramLayer<T> two_convolutions(ParameterVector<T>& parameters, Index rows, Index columns) {
  return {parameters, "", rows, columns, [](ParameterBook& book, Index y, Index x) {
            FieldProgram program(book, {y, 2, x});
            const int middle = program.convolution("a", 0, no_field, {.inputs = 2, .outputs = 3}, Bias::none);
            program.convolution("b", middle, no_field, {.inputs = 3, .outputs = 4}, Bias::none);
            return program;
          }};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cost)

BOOST_AUTO_TEST_CASE(bytes_and_messages_are_those_counted) {
  const Comm comm;
  for (const Purpose purpose : {Purpose::inference, Purpose::training, Purpose::streaming})
    for (const CycleNorm norm : {CycleNorm::none, CycleNorm::sample})
      for (const Index least_rows : {1, 3, 8})
        for (const Index samples : {1, 5}) {
          const Space space{&comm, least_rows};
          check_cost<float>(small(norm), {samples, 32, 2, 24}, purpose, space);
          check_cost<double>(small(norm), {samples, 18, 2, 33}, purpose, space);
        }
}

BOOST_AUTO_TEST_CASE(flops_are_two_a_weight_and_point_and_pass) {
  const Comm comm;
  ParameterVector<float> parameters;
  const auto layer = two_convolutions(parameters, 12, 10);
  const Space space{&comm, 1};
  const double points = 2 * 12 * 10, first = 9 * 2 * 3, second = 9 * 3 * 4;
  double there = layer.batch_cost({7, 12, 2, 10}, Purpose::inference, space).flops;
  double back = layer.batch_cost({7, 12, 2, 10}, Purpose::training, space).flops;
  MPI_Allreduce(MPI_IN_PLACE, &there, 1, MPI_DOUBLE, MPI_SUM, comm.raw());
  MPI_Allreduce(MPI_IN_PLACE, &back, 1, MPI_DOUBLE, MPI_SUM, comm.raw());
  BOOST_TEST(there == 7 * points * (first + second));
  BOOST_TEST(back == 7 * points * (2 * first + 3 * second));  // the gradient of the input is not wanted
}

BOOST_AUTO_TEST_CASE(a_training_holds_two_passes_and_makes_every_step_of_an_epoch) {
  const Comm comm;
  ParameterVector<float> parameters;
  const auto layer = two_convolutions(parameters, 16, 16);
  const SampleShapes shapes{{16, 2, 16}, {16, 4, 16}};
  TrainingOptions options;
  options.batch_size = 8;
  options.parallel = Parallel::space;
  options.least_rows = 1;
  const TrainingCost cost = training_cost<float>(comm, layer, parameters.count(), shapes, 20, 3, options);
  const Space space{&comm, 1};
  const Normalisers<float> none;
  const double bytes = counted([&] {
    const Pass<float> training(layer, none, shapes, 8, Purpose::training, Zeros::none, space);
    const Pass<float> inference(layer, none, shapes, 8, Purpose::inference, Zeros::none, space);
  });
  BOOST_TEST(cost.batch_bytes == largest(comm, bytes));
  const Index terms = (comm.size() - 1) * ((54 + 108 + comm.size() - 1) / comm.size());  // of others for an own part
  BOOST_TEST(cost.parameter_bytes == 4.0 * static_cast<double>(8 * (54 + 108) + terms));
  const auto flops = [&](Index samples, Purpose purpose) {
    return largest(comm, layer.batch_cost({samples, 16, 2, 16}, purpose, space).flops);
  };
  BOOST_TEST(cost.step_flops == flops(8, Purpose::streaming));
  BOOST_TEST(cost.epoch_flops == flops(20, Purpose::streaming) + flops(3, Purpose::inference));
  BOOST_TEST((cost.step_bytes_sent > 0) == (comm.size() > 1));
  const auto fullest = [&](Index count) {  // 2 (P - 1) n / P, where P divides n
    const Index own = (count + comm.size() - 1) / comm.size();
    return static_cast<double>(own * (comm.size() - 1) + count - own);
  };
  BOOST_TEST(cost.sum_bytes_sent == 4 * fullest(54 + 108) + 8 * fullest(8));
}

BOOST_AUTO_TEST_CASE(a_layer_that_tells_no_cost_is_said_to) {
  const Comm comm;
  ParameterVector<float> parameters;
  const Parabola<float> layer(parameters);
  const SampleShapes shapes{{4, 1, 4}, {4, 1, 4}};
  BOOST_CHECK_EXCEPTION(training_cost<float>(comm, layer, 3, shapes, 5, 1, {}), Error,
                        failure(Fault::unavailable, "does not tell what a batch costs"));
}

BOOST_AUTO_TEST_SUITE_END()
