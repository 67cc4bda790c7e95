// Sums of gradients that start on the way back: what layers tell is final, and a training has the bits of one that sums
// at the end.
#include "nn/batches.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>
#include <numeric>
#include <vector>

namespace {

int messages = 0;  // sent so far

}  // namespace

// MPI lets a program put its own calls before those of the library.
extern "C" int MPI_Isend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                         MPI_Request* request) {
  ++messages;
  return PMPI_Isend(from, count, type, to, tag, comm, request);
}

using namespace mercer;
using namespace mercer::test;

namespace {

/// A layer as it is, but for what it tells.
template <class T>
class Silent : public SpaceLayer<T> {
 public:
  explicit Silent(const Layer<T>& layer) : layer_(dynamic_cast<const SpaceLayer<T>&>(layer)) {}
  BatchShape output(const BatchShape& input) const override { return layer_.output(input); }
  void initialise(std::span<T> parameters, std::uint64_t seed) const override { layer_.initialise(parameters, seed); }
  std::unique_ptr<Tape> make_tape(const BatchShape& input, Purpose purpose) const override {
    return layer_.make_tape(input, purpose);
  }
  std::unique_ptr<Tape> make_slab_tape(const BatchShape& whole, Purpose purpose, const Space& space) const override {
    return layer_.make_slab_tape(whole, purpose, space);
  }
  void forward(std::span<const T> parameters, View<const T> x, View<T> y, Tape& tape) const override {
    layer_.forward(parameters, x, y, tape);
  }
  void backward(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                Tape& tape) const override {
    const int before = messages;
    layer_.backward(parameters, gy, gx, gradient, tape);
    messages_meanwhile = messages - before;
  }
  mutable int messages_meanwhile = 0;  ///< sent in the last way back

 protected:
  const SpaceLayer<T>& layer_;
};

template <class T>
class Telling final : public Silent<T>, public StagedLayer<T> {
 public:
  using Silent<T>::Silent;
  void backward_in_stages(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                          Tape& tape, const GradientWatch& watch) const override {
    const int before = messages;
    mercer::backward<T>(this->layer_, parameters, gy, gx, gradient, tape, watch);
    this->messages_meanwhile = messages - before;
  }
};

template <class T>
class Streaming final : public Silent<T>, public StreamedLayer<T> {
 public:
  using Silent<T>::Silent;
  void learn(std::span<const T> parameters, const RoundTrip<T>& trip, std::span<T> gradient,
             Tape& tape) const override {
    const int before = messages;
    mercer::learn<T>(this->layer_, parameters, trip, gradient, tape);
    this->messages_meanwhile = messages - before;
  }
};

/// With parameters enough for several buckets on four ranks, and with everything in it that has some.
MgnoOptions network() {
  return {.layers = 2,
          .cycle = {.levels = uniform_levels(16, 16, {1, 1, 2}, {1, 1}),
                    .bias = Bias::learned,
                    .restriction = Restriction::residual,
                    .norm = CycleNorm::sample},
          .norm = CycleNorm::sample};
}

/// A way back of two samples, with the gradient that it leaves on this rank.
template <class T>
class WayBack {
 public:
  explicit WayBack(const Comm& comm, const Layer<T>& layer, ParameterVector<T>& parameters, const BatchShape& shape)
      : layer_(layer),
        parameters_(parameters),
        x_(random_fields<T>(shape.shape(), static_cast<std::uint64_t>(comm.rank()))),
        y_(layer.output(shape).shape()),
        tape_(layer.make_tape(shape, Purpose::training)) {
    layer.initialise(parameters.raw(), 5);
  }
  std::vector<T> run(const std::function<void(std::span<T> gradient, const Range& complete)>& watch = {}) {
    std::vector<T> gradient(static_cast<std::size_t>(parameters_.count()), T(0.5));
    const std::span<const T> raw = parameters_.raw();
    layer_.forward(raw, std::as_const(x_).view(), y_.view(), *tape_);
    const GradientWatch bound = [&](const Range& complete) { watch(gradient, complete); };
    backward<T>(layer_, raw, std::as_const(y_).view(), View<T>(), gradient, *tape_, watch ? bound : GradientWatch());
    return gradient;
  }

 private:
  const Layer<T>& layer_;
  ParameterVector<T>& parameters_;
  Tensor<T> x_, y_;
  std::unique_ptr<Tape> tape_;
};

/// That what is told is final, and all is told once.
template <class T>
void check_telling(const Layer<T>& layer, ParameterVector<T>& parameters, const BatchShape& shape) {
  WayBack<T> way(Comm::self(), layer, parameters, shape);
  const std::vector<T> expected = way.run();
  std::vector<int> told(expected.size());
  bool are_final = true;
  const std::vector<T> gradient = way.run([&](std::span<T> now, const Range& complete) {
    for (auto i = static_cast<std::size_t>(complete.begin); i < static_cast<std::size_t>(complete.end); ++i) {
      ++told[i];
      are_final = are_final && now[i] == expected[i];
    }
  });
  BOOST_TEST(are_final);
  BOOST_TEST((gradient == expected));
  BOOST_TEST(std::ranges::count(told, 1) == std::ssize(told));
}

/// The weights after a short training, and the messages sent in the last way back.
template <class Layers>
std::pair<std::vector<float>, int> trained(const Comm& comm, Parallel parallel) {
  ParameterVector<float> parameters;
  const auto layer = mgno(parameters, "", 16, 16, network());
  layer->initialise(parameters.raw(), 3);
  const Layers used(*layer);
  const SamplesOfParabola<float> batches(7, 16, 16);
  TrainingOptions options;
  options.epochs = 1;
  options.batch_size = 4;  // the last batch has fewer samples than four ranks
  options.parallel = parallel;
  options.space_ranks = comm.size() % 2 == 0 ? 2 : comm.size();
  options.least_rows = 3;
  std::vector<Index> training(7);
  std::iota(training.begin(), training.end(), 0);
  Trainer<float> trainer(comm, {used, parameters, batches, training, {}}, options);
  trainer.advance([](Index, double) {});
  return {{parameters.raw().begin(), parameters.raw().end()}, used.messages_meanwhile};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_sum)

BOOST_AUTO_TEST_CASE(what_a_network_tells_of_its_gradient_is_final_and_all_is_told_once) {
  ParameterVector<double> parameters;
  check_telling<double>(*mgno(parameters, "", 12, 16, network()), parameters, {2, 12, 1, 16});
}

BOOST_AUTO_TEST_CASE(steps_that_share_parameters_tell_of_them_when_all_have_added_to_them) {
  ParameterVector<float> parameters;
  const ProgramLayer<float> layer(parameters, "", 9, 7, [](ParameterBook& book, Index rows, Index columns) {
    FieldProgram program(book, {rows, 2, columns});
    const ConvolutionShape same{.inputs = 2, .outputs = 2};
    int u = program.convolution("first", 0, no_field, same, Bias::none);
    for (int i = 0; i < 3; ++i) u = program.convolution("shared", program.gelu(u), no_field, same, Bias::learned);
    program.convolution("last", u, no_field, same, Bias::learned);
    return program;
  });
  check_telling<float>(layer, parameters, {3, 9, 2, 7});
}

BOOST_AUTO_TEST_CASE(a_sequence_tells_what_its_layers_tell) {
  ParameterVector<double> parameters;
  std::vector<std::unique_ptr<Layer<double>>> layers;
  layers.push_back(mgno(parameters, "first.", 8, 8, network()));
  layers.push_back(mgno(parameters, "second.", 8, 8, network()));
  check_telling<double>(Sequence<double>(std::move(layers)), parameters, {2, 8, 1, 8});
}

BOOST_AUTO_TEST_CASE(sums_that_start_on_the_way_back_have_the_bits_of_one_at_the_end) {
  const Comm comm;
  ParameterVector<float> parameters;
  const auto layer = mgno(parameters, "", 16, 16, network());
  WayBack<float> way(comm, *layer, parameters, {2, 16, 1, 16});
  std::vector<float> expected = way.run();
  sum_in_rank_order<float>(comm, expected);
  for (const Index least_message : {8, 500, 8192}) {
    OverlappedSum<float> sum(comm, parameters.count(), least_message);
    bool has_started = false;
    int before_last = 0;
    const int before = messages;
    std::vector<float> gradient = way.run([&](std::span<float> now, const Range& complete) {
      before_last = messages - before;
      if (!std::exchange(has_started, true)) sum.start(now);
      sum.ready(complete);
    });
    sum.finish();
    BOOST_TEST((gradient == expected), "messages of " << least_message);
    BOOST_TEST((before_last > 0) == (comm.size() > 1), "the sum starts with the last parameters of the way back");
  }
}

BOOST_AUTO_TEST_CASE(trainings_send_on_the_way_back_and_have_the_bits_of_those_that_do_not) {
  const Comm comm;
  for (const Parallel parallel : {Parallel::samples, Parallel::space, Parallel::both}) {
    const auto [weights, sent] = trained<Telling<float>>(comm, parallel);
    const auto [expected, sent_by_rows] = trained<Silent<float>>(comm, parallel);
    BOOST_TEST((weights == expected), "training.parallel " << static_cast<int>(parallel));
    const int more = sent - sent_by_rows;
    BOOST_TEST((more > 0) == (comm.size() > 1),
               "messages on the last way back: " << sent << ", silent " << sent_by_rows);
    const auto [streamed, sent_meanwhile] = trained<Streaming<float>>(comm, parallel);
    BOOST_TEST((streamed == expected), "streamed, training.parallel " << static_cast<int>(parallel));
    BOOST_TEST((sent_meanwhile > 0) == (comm.size() > 1), "messages of samples there and back: " << sent_meanwhile);
  }
}

BOOST_AUTO_TEST_SUITE_END()
