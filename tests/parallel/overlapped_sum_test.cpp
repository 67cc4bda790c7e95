// Sums that start before their arrays are complete: the bits of sums at the end, and the messages that their formula
// says.
#include "support/failure.hpp"
#include <mercer/parallel/overlapped_sum.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <vector>

namespace {

long long sent = 0;  // bytes, by the call below

}  // namespace

// MPI lets a program put its own calls before those of the library.
extern "C" int MPI_Isend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                         MPI_Request* request) {
  int bytes = 0;
  PMPI_Type_size(type, &bytes);
  sent += static_cast<long long>(count) * bytes;
  return PMPI_Isend(from, count, type, to, tag, comm, request);
}

using namespace mercer;
using mercer::test::failure;

namespace {

template <class T>
std::vector<T> terms(const Comm& comm, Index count, int turn) {
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<T>(std::sin(1e3 * comm.rank() + static_cast<double>(i) + turn) * 1e8 + 0.1);
  return values;
}

/// Calls ready(range) for parts of an array.
using Telling = std::function<void(Index count, const std::function<void(Range)>& ready)>;

const std::vector<Telling> tellings{
    [](Index, const std::function<void(Range)>&) {},
    [](Index count, const std::function<void(Range)>& ready) {
      ready({0, count});
    },
    [](Index count, const std::function<void(Range)>& ready) {  // from the end on, all but the first entries
      const Index piece = 7 + count / 50;
      for (Index end = count; end > piece; end -= piece) ready({end - piece, end});
    },
    [](Index count, const std::function<void(Range)>& ready) {
      const Index piece = 1 + count / 50;
      for (Index begin = 0; begin < count; begin += piece) ready({begin, std::min(count, begin + piece)});
    },
};

template <class T>
void check_sum(const Comm& comm, Index count, Index least_message) {
  OverlappedSum<T> sum(comm, count, least_message);
  for (std::size_t turn = 0; turn < tellings.size(); ++turn) {
    std::vector<T> values = terms<T>(comm, count, static_cast<int>(turn)), expected = values;
    sum_in_rank_order<T>(comm, expected);
    sum.start(values);
    const std::size_t way = (turn + static_cast<std::size_t>(comm.rank())) % tellings.size();  // ranks disagree
    tellings[way](count, [&](const Range& entries) { sum.ready(entries); });
    sum.finish();
    BOOST_TEST((values == expected), count << " entries in messages of " << least_message << ", turn " << turn);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(overlapped_sum)

BOOST_AUTO_TEST_CASE(sums_have_the_bits_of_sums_in_rank_order_whenever_entries_are_ready) {
  const Comm comm;
  for (const Index count : {0, 1, 2, 7, 100, 1009})
    for (const Index least_message : {1, 3, 8, 8192}) {
      check_sum<float>(comm, count, least_message);
      check_sum<double>(comm, count, least_message);
    }
}

BOOST_AUTO_TEST_CASE(large_messages_arrive_as_small_ones_do) {
  const Comm comm;
  check_sum<float>(comm, 300007, 8192);
}

BOOST_AUTO_TEST_CASE(sums_send_what_their_formula_says_and_begin_when_entries_are_ready) {
  const Comm comm;
  for (const Index count : {1, 5, 1000, 1001})
    for (const Index least_message : {1, 20, 8192}) {
      OverlappedSum<double> sum(comm, count, least_message);
      std::vector<double> values(static_cast<std::size_t>(count), 1.5);
      sent = 0;
      sum.start(values);
      sum.ready({1, count});
      const bool has_begun = sent > 0;
      sum.ready({0, 1});
      if (count > 2 * least_message * comm.size()) BOOST_TEST(has_begun == (comm.size() > 1));
      sum.finish();
      BOOST_TEST(sent == 8 * OverlappedSum<double>::numbers_sent(count, comm.rank(), comm.size(), least_message));
      BOOST_TEST(mercer::sum(comm, static_cast<Index>(sent)) == 2 * (comm.size() - 1) * count * 8);
    }
}

BOOST_AUTO_TEST_CASE(wrong_uses_are_refused) {
  const Comm comm;
  OverlappedSum<float> sum(comm, 10);
  std::vector<float> values(10), more(11);
  BOOST_CHECK_EXCEPTION(sum.start(more), Error, failure(Fault::internal, "arrays of 10 numbers got one of 11"));
  sum.start(values);
  if (comm.size() > 1) {
    BOOST_CHECK_EXCEPTION(sum.start(values), Error, failure(Fault::internal, "before the one before it"));
    sum.ready({4, 10});
    BOOST_CHECK_EXCEPTION(sum.ready({5, 10}), Error, failure(Fault::internal, "ready twice"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
