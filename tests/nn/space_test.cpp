// Networks on slabs of rows: on any number of ranks they are the network on one, forwards, backwards and in messages.
#include "nn/fields.hpp"
#include "support/failure.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/program_tape.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

/// Own rows of a batch.
template <class T>
Tensor<T> cut(const Tensor<T>& whole, const Range& rows) {
  const BatchShape shape = BatchShape::of(whole.shape());
  Tensor<T> part({shape.samples, rows.count(), shape.channels, shape.columns});
  for (Index s = 0; s < shape.samples; ++s)
    for (Index y = 0; y < rows.count(); ++y)
      for (Index c = 0; c < shape.channels; ++c)
        std::copy_n(&whole(s, rows.begin + y, c, 0), shape.columns, &part(s, y, c, 0));
  return part;
}

/// Output, and the gradients of <output, g> for a random g.
template <class T>
struct Passage {
  Tensor<T> y, gx;
  std::vector<T> gradient;
  std::uint64_t bytes;
};

template <class T>
struct Network {
  Network(const MgnoOptions& options, const BatchShape& whole_batch)
      : whole(whole_batch),
        layer(mgno(parameters, "", whole.rows, whole.columns, options)),
        x(random_batch<T>(whole, 1)),
        gy(random_batch<T>(layer->output(whole), 2)) {
    layer->initialise(parameters.raw(), 7);
  }
  Passage<T> run(const Space& space) const {
    const auto tape = dynamic_cast<const SpaceLayer<T>&>(*layer).make_slab_tape(whole, Purpose::training, space);
    const Range from = space.own(whole.rows), to = space.own(gy.shape()[1]);
    const Tensor<T> own_x = cut(x, from), own_gy = cut(gy, to);
    Passage<T> made{Tensor<T>(own_gy.shape()), Tensor<T>(own_x.shape()),
                    std::vector<T>(static_cast<std::size_t>(parameters.count())), 0};
    for (int turn = 0; turn < 2; ++turn) {  // the second one meets used memory
      std::ranges::fill(made.gradient, T(0));
      layer->forward(parameters.raw(), own_x.view(), made.y.view(), *tape);
      layer->backward(parameters.raw(), own_gy.view(), made.gx.view(), made.gradient, *tape);
    }
    if (space.is_divided()) sum_in_rank_order<T>(*space.comm, made.gradient);
    made.bytes = dynamic_cast<ProgramTape<T>&>(*tape).bytes_sent();
    return made;
  }

  BatchShape whole;
  ParameterVector<T> parameters;
  std::unique_ptr<Layer<T>> layer;
  Tensor<T> x, gy;
};

template <class T>
void check_passage(const MgnoOptions& options, const BatchShape& batch, Index least_rows, double bound) {
  const Comm comm;
  const Network<T> network(options, batch);
  const Passage<T> alone = network.run({});
  const Space space{&comm, least_rows};
  const Passage<T> shared = network.run(space);
  const std::string what = fmt::format("{} x {}, at least {} rows, {} on {} ranks: ", batch.rows, batch.columns,
                                       least_rows, sizeof(T) == 4 ? "float" : "double", comm.size());
  check_small(distance_of_batches(shared.y, cut(alone.y, space.own(alone.y.shape()[1]))), bound, what + "output");
  check_small(distance_of_batches(shared.gx, cut(alone.gx, space.own(batch.rows))), bound, what + "input gradient");
  check_small(distance(shared.gradient, alone.gradient), bound, what + "parameter gradient");
}

void check_everywhere(const MgnoOptions& options, const BatchShape& batch) {
  for (const Index least_rows : {1, 3}) check_passage<double>(options, batch, least_rows, 1e-12);
  check_passage<float>(options, batch, 2, 1e-5);
}

/// A small network with everything in it that options can ask for.
MgnoOptions small(Outside boundary) {
  MgnoOptions options = mgno_for_darcy(2);
  options.layers = 2;
  options.cycle.levels = uniform_levels(4, 5, {2, 1, 1}, {1, 1});
  options.cycle.boundary = boundary;
  options.cycle.bias = Bias::learned;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(space)

BOOST_AUTO_TEST_CASE(all_boundaries_and_sizes_of_grids_give_what_one_rank_gives) {
  for (const Outside boundary : {Outside::zeros, Outside::circular, Outside::reflect, Outside::replicate})
    for (const Shape& grid : {Shape{16, 16}, Shape{13, 18}, Shape{23, 9}})
      check_everywhere(small(boundary), {2, grid[0], 2, grid[1]});
}

BOOST_AUTO_TEST_CASE(restrictions_of_residuals_and_norms_are_divided_too) {
  MgnoOptions options = small(Outside::reflect);
  options.cycle.restriction = Restriction::residual;
  options.cycle.norm = options.norm = CycleNorm::sample;
  check_everywhere(options, {2, 14, 2, 11});
}

BOOST_AUTO_TEST_CASE(published_networks_are_divided) {
  MgnoOptions darcy = mgno_for_darcy(), flow = mgno_for_navier_stokes(), waves = mgno_for_helmholtz();
  darcy.cycle.levels = uniform_levels(6, 6, {1, 1, 2});
  flow.cycle.levels = uniform_levels(4, 4, {1, 1, 2});
  waves.cycle.levels = {{2, 2, 1, 0}, {4, 4, 1, 0}, {6, 6, 2, 0}};
  for (MgnoOptions* options : {&darcy, &flow, &waves}) options->layers = 2;
  check_everywhere(darcy, {2, 24, 1, 16});
  check_everywhere(flow, {2, 16, 1, 20});
  check_everywhere(waves, {2, 21, 1, 17});
}

BOOST_AUTO_TEST_CASE(grids_of_fewer_rows_than_ranks_are_held_by_all) {
  MgnoOptions options = small(Outside::zeros);
  options.cycle.levels = uniform_levels(4, 4, {1, 2});
  check_everywhere(options, {1, 2, 2, 9});
}

BOOST_AUTO_TEST_CASE(as_much_is_sent_as_rows_cross_the_borders_of_slabs) {
  const Comm comm;
  MgnoOptions options = mgno_for_darcy();
  options.cycle.levels = uniform_levels(5, 5, {1, 1, 1, 2});
  options.layers = 3;
  const Index borders = comm.size() - 1, samples = 2, rows = 16 * comm.size(), columns = 24, channels = 5;
  const Network<float> network(options, {samples, rows, 1, columns});
  const Passage<float> made = network.run({&comm, 8});  // two grids are divided, two are whole
  Index numbers = 0;
  for (const Index inputs : {Index{1}, channels, channels}) {
    const Index finest = (2 * inputs + channels) * columns, next = (3 * inputs + 5 * channels) * columns / 2;
    const Index whole_grid = rows / 4 * columns / 4;
    numbers += 2 * borders * (finest + next) + borders * whole_grid * (inputs + 3 * channels);
  }
  const Index passages = 2;  // of Network::run
  BOOST_TEST(sum(comm, static_cast<Index>(made.bytes)) == passages * samples * numbers * 4);
}

BOOST_AUTO_TEST_CASE(kinds_of_continuation_that_a_slab_cannot_have_at_once_are_refused) {
  const Comm comm;
  ParameterBook book;
  FieldProgram program(book, {64, 1, 8});
  const int u = program.convolution("a", 0, no_field, {.boundary = Outside::reflect}, Bias::none);
  program.convolution("b", 0, u, {.boundary = Outside::replicate}, Bias::none);
  if (comm.size() > 1)
    BOOST_CHECK_EXCEPTION(SlabLayout(program, {&comm, 2}), Error, failure(Fault::config, "continued in one way"));
  BOOST_CHECK_EXCEPTION(SlabLayout(program, {&comm, 0}), Error, failure(Fault::config, "at least 1 row"));
}

BOOST_AUTO_TEST_CASE(a_cycle_and_its_derivative_are_adjoint_over_the_ranks) {
  const Comm comm;
  const Space space{&comm, 2};
  ParameterVector<double> parameters;
  const auto layer = multigrid_cycle(parameters, "", 19, 14,
                                     {.levels = uniform_levels(3, 4, {2, 1, 1}, {1}), .boundary = Outside::replicate});
  layer->initialise(parameters.raw(), 3);
  const BatchShape whole{2, 19, 3, 14};
  const auto tape = dynamic_cast<SpaceLayer<double>&>(*layer).make_slab_tape(whole, Purpose::training, space);
  const Range rows = space.own(19);
  const auto x = cut(random_batch<double>(whole, 1), rows), g = cut(random_batch<double>({2, 19, 4, 14}, 2), rows);
  Tensor<double> y(g.shape()), gx(x.shape());
  layer->forward(parameters.raw(), x.view(), y.view(), *tape);
  layer->backward(parameters.raw(), g.view(), gx.view(), parameters.gradient(), *tape);
  std::vector<double> products{dot_of_batches(y, g), dot_of_batches(x, gx), norm(numbers(y)) * norm(numbers(g))};
  sum_in_rank_order<double>(comm, products);
  check_small(std::abs(products[0] - products[1]) / products[2], 1e-14, "<W x, g> - <x, W^T g>");
}

BOOST_AUTO_TEST_CASE(gradients_have_the_same_bits_in_each_run) {
  const Comm comm;
  const Network<float> network(small(Outside::circular), {2, 16, 2, 16});
  const Passage<float> first = network.run({&comm, 2}), second = network.run({&comm, 2});
  BOOST_TEST(first.gradient == second.gradient, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
