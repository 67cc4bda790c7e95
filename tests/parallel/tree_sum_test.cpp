// Sums along a tree: the same bits whatever rank has which terms, and the right ones.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/tree_sum.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

constexpr Index width = 7;

std::vector<double> term(Index number) {
  std::vector<double> values(width);
  const Random random(5, static_cast<std::uint64_t>(number));
  for (Index i = 0; i < width; ++i) values[static_cast<std::size_t>(i)] = random.normal(static_cast<std::uint64_t>(i));
  return values;
}

/// The sum of `count` terms, of which this rank brings those of a range.
std::vector<double> summed(const Comm& comm, const Range& own) {
  TreeSum sum(width, own.begin);
  for (Index number = own.begin; number < own.end; ++number) sum.add(term(number));
  return sum.total(comm);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_tree_of_sums_has_the_same_bits_on_every_number_of_ranks) {
  const Comm comm, alone = Comm::self();
  for (const Index count : {1, 2, 3, 13, 64, 101}) {
    const std::vector<double> expected = summed(alone, {0, count});
    BOOST_TEST(summed(comm, block(count, comm.rank(), comm.size())) == expected);
    // All but the last two on rank 0: shares need not be equal.
    const Index few = std::min<Index>(comm.size() - 1, count), first = comm.is_root() ? 0 : count - few;
    const Range uneven = comm.is_root()
                             ? Range{0, count - few}
                             : Range{std::min(count, first + comm.rank() - 1), std::min(count, first + comm.rank())};
    BOOST_TEST(summed(comm, uneven) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_tree_of_sums_adds_every_term_once) {
  const Comm comm;
  constexpr Index count = 37;
  const std::vector<double> sum = summed(comm, block(count, comm.rank(), comm.size()));
  for (std::size_t i = 0; i < width; ++i) {
    double plain = 0;
    for (Index number = 0; number < count; ++number) plain += term(number)[i];
    BOOST_TEST(std::abs(sum[i] - plain) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_tree_of_no_terms_is_zero_and_wrong_ones_are_refused) {
  const Comm comm;
  TreeSum sum(3, 0);
  BOOST_TEST(sum.total(comm) == std::vector<double>(3));
  BOOST_CHECK_EXCEPTION(sum.add(std::vector<double>(2)), Error, failure(Fault::internal, "arrays of 3 numbers"));
}
