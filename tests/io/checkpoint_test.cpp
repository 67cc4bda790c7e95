// States come back bit for bit on other cuts, and what does not fit is told at once.
#include "bytes.hpp"
#include <mercer/io/checkpoint.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

namespace {

struct State {
  explicit State(const Comm& comm) {
    const Range mine = block(10, comm.rank(), comm.size());
    spread = Tensor<double>({mine.count(), 3});
    part = Part<double>{{10, 3}, Slab::box({mine.begin, 0}, spread.shape()), spread.view()};
  }
  std::vector<StateArray> arrays() {
    return {StateArray::everywhere("weights", weights.view()), StateArray::everywhere("step", View<Index>(&step, {})),
            StateArray::spread("modes", part)};
  }
  Tensor<float> weights{{4, 5}};
  Index step = 0;
  Tensor<double> spread;
  Part<double> part;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(a_state_comes_back) {
  const Comm comm;
  const SharedScratch scratch(comm);
  State saved(comm), loaded(comm);
  saved.step = 42;
  saved.weights(3, 4) = 0.1F;
  for (Index i = 0; i < saved.spread.shape()[0]; ++i)
    saved.spread(i, 2) = 1.0 / static_cast<double>(1 + i + saved.part.slab.start[0]);
  {
    OutputFile file(comm, scratch / "state.hdf", Existing::refuse);
    save_state(file, "/mercer/model", saved.arrays());
    file.commit();
  }
  load_state(InputFile(comm, scratch / "state.hdf"), "/mercer/model", loaded.arrays());
  BOOST_TEST(loaded.step == 42);
  BOOST_TEST(loaded.weights(3, 4) == 0.1F);
  for (Index i = 0; i < saved.spread.shape()[0]; ++i) BOOST_TEST(loaded.spread(i, 2) == saved.spread(i, 2));
}

BOOST_AUTO_TEST_CASE(everything_that_does_not_fit_is_told_before_anything_is_read) {
  const Comm comm;
  const SharedScratch scratch(comm);
  State state(comm);
  state.step = 42;
  {
    OutputFile file(comm, scratch / "state.hdf", Existing::refuse);
    save_state(file, "model", state.arrays());
    file.commit();
  }
  Tensor<double> weights({4, 5});
  Tensor<Index> more({2});
  Index step = 0;
  const std::vector<StateArray> wanted{StateArray::everywhere("step", View<Index>(&step, {})),
                                       StateArray::everywhere("weights", weights.view()),
                                       StateArray::everywhere("more", more.view())};
  const auto told = thrown([&] { load_state(InputFile(comm, scratch / "state.hdf"), "model", wanted); });
  BOOST_TEST((told.agreed && told.fault == Fault::data), told.text);
  BOOST_TEST(told.says("'weights' is float32 of shape [4, 5], not float64 of shape [4, 5]"), told.text);
  BOOST_TEST(told.says("'more' is missing"), told.text);
  BOOST_TEST(told.says("'modes' is there and not asked for"), told.text);
  BOOST_TEST(step == 0);
}

BOOST_AUTO_TEST_SUITE_END()
