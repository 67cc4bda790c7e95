// Agreement on failure and small collective answers.
#include "support/failure.hpp"
#include <mercer/parallel/comm.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

using namespace mercer;

namespace {

/// The Error that `together` throws when `local` runs on every rank.
template <class F>
std::unique_ptr<Error> agreed_failure(const Comm& comm, F&& local) {
  try {
    together(comm, local);
  } catch (const Error& error) {
    return std::make_unique<Error>(error);
  }
  return std::make_unique<Error>(Fault::internal, "nothing was thrown");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_failure_of_one_rank_becomes_the_failure_of_all) {
  const Comm comm;
  for (int bad = 0; bad < comm.size(); ++bad) {
    const auto error = agreed_failure(
        comm, [&] { require(comm.rank() != bad, Fault::data, "row {} of rank {} is bad", 12, comm.rank()); });
    BOOST_TEST((error->fault() == Fault::data));
    BOOST_TEST(error->what() == "row 12 of rank " + std::to_string(bad) + " is bad");
    BOOST_TEST(error->agreed());
    BOOST_TEST((comm.rank() != bad || error->where().line() != 0));
  }
}

BOOST_AUTO_TEST_CASE(of_several_failures_the_lowest_ranks_wins) {
  const Comm comm;
  const int first = std::min(1, comm.size() - 1);
  const auto error = agreed_failure(comm, [&] {
    require(comm.rank() < first, comm.rank() == first ? Fault::config : Fault::io, "rank {} fails", comm.rank());
  });
  BOOST_TEST((error->fault() == Fault::config));
  BOOST_TEST(error->what() == "rank " + std::to_string(first) + " fails");
}

BOOST_AUTO_TEST_CASE(lack_of_memory_and_foreign_exceptions_are_translated) {
  const Comm comm;
  const int last = comm.size() - 1;
  const auto memory = agreed_failure(comm, [&] {
    if (comm.rank() == last) throw std::bad_alloc();
  });
  BOOST_TEST((memory->fault() == Fault::memory));
  const auto foreign = agreed_failure(comm, [&] {
    if (comm.rank() == last) throw std::domain_error("foreign words");
  });
  BOOST_TEST((foreign->fault() == Fault::internal));
  BOOST_TEST(foreign->what() == "foreign words");
  const auto odd = agreed_failure(comm, [&] {
    if (comm.rank() == last) throw 42;
  });
  BOOST_TEST((odd->fault() == Fault::internal));
  BOOST_TEST(odd->what() == "something that is no std::exception was thrown");
}

BOOST_AUTO_TEST_CASE(work_without_failure_passes) {
  const Comm comm;
  int done = 0;
  BOOST_CHECK_NO_THROW(together(comm, [&] { ++done; }));
  BOOST_TEST(done == 1);
}

BOOST_AUTO_TEST_CASE(a_part_of_the_ranks_cannot_agree_for_the_run) {
  const Comm world;
  const Comm part = world.split(world.rank() == 0 ? 0 : 1);
  const auto error = agreed_failure(part, [] { fail(Fault::numerics, "not converged"); });
  BOOST_TEST((error->fault() == Fault::numerics));
  BOOST_TEST(error->agreed() == (part.size() == world.size()));
}

BOOST_AUTO_TEST_CASE(everyone_hears_what_the_root_says) {
  const Comm comm;
  const std::string text(100000, 'm');
  BOOST_TEST((broadcast(comm, comm.is_root() ? text : "other") == text));
  BOOST_TEST(broadcast(comm, comm.is_root() ? std::string() : "other").empty());
  BOOST_TEST(broadcast(comm, comm.is_root() ? 0.1 : 7.0) == 0.1);
  BOOST_TEST(broadcast(comm, comm.is_root() ? Index{1} << 50 : Index{-1}) == Index{1} << 50);
}

BOOST_AUTO_TEST_CASE(counts_are_summed_and_compared) {
  const Comm comm;
  const Index rank = comm.rank(), size = comm.size(), big = Index{1} << 40;
  BOOST_TEST(sum(comm, big + rank) == size * big + size * (size - 1) / 2);
  BOOST_TEST(sum_before(comm, rank + 1) == rank * (rank + 1) / 2);
  BOOST_TEST(smallest(comm, rank - 3) == -3);
  BOOST_TEST(largest(comm, rank) == size - 1);
  BOOST_TEST(all(comm, true));
  BOOST_TEST(all(comm, rank != size - 1) == false);
}

BOOST_AUTO_TEST_CASE(extremes_of_numbers_do_not_lose_a_nan) {
  const Comm comm;
  const double value = 0.5 * comm.rank();
  BOOST_TEST(largest(comm, value) == 0.5 * (comm.size() - 1));
  BOOST_TEST(smallest(comm, value - 2) == -2);
  BOOST_TEST(largest(comm, -std::numeric_limits<double>::infinity()) == -std::numeric_limits<double>::infinity());
  for (int bad = 0; bad < comm.size(); ++bad) {
    const double mine = comm.rank() == bad ? std::nan("") : value;
    BOOST_TEST(std::isnan(largest(comm, mine)));
    BOOST_TEST(std::isnan(smallest(comm, mine)));
  }
}

BOOST_AUTO_TEST_CASE(a_split_keeps_the_order_of_ranks) {
  const Comm comm;
  const Comm part = comm.split(comm.rank() % 2);
  BOOST_TEST(part.rank() == comm.rank() / 2);
  BOOST_TEST(part.size() == (comm.size() + 1 - comm.rank() % 2) / 2);
  BOOST_TEST(sum(part, Index{comm.rank() % 2}) == (comm.rank() % 2) * part.size());
  BOOST_TEST(Comm::self().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_different_text_on_one_rank_is_noticed) {
  const Comm comm;
  BOOST_TEST(same_everywhere(comm, "case"));
  const bool odd_one = comm.rank() == comm.size() - 1 && comm.size() > 1;
  BOOST_TEST(same_everywhere(comm, odd_one ? "cash" : "case") == (comm.size() == 1));
  BOOST_TEST(same_everywhere(comm, odd_one ? "" : "case") == (comm.size() == 1));
}

BOOST_AUTO_TEST_CASE(a_failed_mpi_call_says_why) {
  const Comm comm;
  int value = 0;
  const auto call = [&] { check_mpi(MPI_Bcast(&value, 1, MPI_INT, comm.size(), comm.raw())); };
  BOOST_CHECK_EXCEPTION(call(), Error, failure(Fault::internal, "MPI_ERR_ROOT"));
}
