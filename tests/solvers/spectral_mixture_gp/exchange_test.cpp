// Rows gathered from, and sums spread over, any number of ranks.
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/exchange.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::smgp;

namespace {

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{{1}, {7}, {2, 3}, {11, 4}, {5, 3, 2}};
  return all;
}

Array counted(const Shape& shape, double factor) {
  Array values = dense(shape);
  for (Index i = 0; i < values.count(); ++i) values.data()[i] = factor * static_cast<double>(i + 1);
  return values;
}

}  // namespace

BOOST_AUTO_TEST_CASE(gathering_own_parts_gives_the_whole) {
  const Comm comm;
  for (const Shape& shape : shapes()) {
    const Exchange exchange(comm, shape);
    const Array whole = counted(shape, 1), gathered = exchange.gather(exchange.own_part(whole));
    BOOST_TEST((gathered.shape() == shape));
    for (Index i = 0; i < whole.count(); ++i) BOOST_TEST(gathered.data()[i] == whole.data()[i]);
    BOOST_TEST(exchange.collectives() == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_scattered_sum_adds_the_parts_of_all_ranks) {
  const Comm comm;
  const double ranks = comm.size(), factor = comm.rank() + 1, total = ranks * (ranks + 1) / 2;
  for (const Shape& shape : shapes()) {
    const Exchange exchange(comm, shape);
    const Array own = exchange.sum_scatter(counted(shape, factor)), expected = exchange.own_part(counted(shape, total));
    BOOST_TEST((own.shape() == exchange.own_shape()));
    for (Index i = 0; i < own.count(); ++i) BOOST_TEST(own.data()[i] == expected.data()[i]);
  }
}

BOOST_AUTO_TEST_CASE(arrays_of_another_shape_are_refused) {
  const Comm comm = Comm::self();
  const Exchange exchange(comm, {4, 2});
  BOOST_TEST(test::failure([&] { exchange.gather(dense({3, 2})); }).is(Fault::internal, "own rows"));
  BOOST_TEST(test::failure([&] { exchange.sum_scatter(dense({2, 4})); }).is(Fault::internal, "shape of the whole"));
}
