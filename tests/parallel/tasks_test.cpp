// Tasks that ranks take as they are free: each runs once, records come in order, failures reach everybody.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/parallel/tasks.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace mercer;

BOOST_AUTO_TEST_SUITE(tasks)

BOOST_AUTO_TEST_CASE(every_task_runs_once_and_its_record_arrives_everywhere) {
  const Comm comm;
  for (const Index count : {0, 1, 2, 37}) {
    Index mine = 0;
    const std::vector<double> records = run_tasks(comm, count, 2, [&](Index task, std::span<double> record) {
      ++mine;
      record[0] = Random(1).normal(static_cast<std::uint64_t>(task));
      record[1] = static_cast<double>(task);
    });
    BOOST_TEST(sum(comm, mine) == count);
    BOOST_TEST(static_cast<Index>(records.size()) == 2 * count);
    for (std::size_t task = 0; task < records.size() / 2; ++task) {
      BOOST_TEST(records[2 * task] == Random(1).normal(task));
      BOOST_TEST(records[2 * task + 1] == static_cast<double>(task));
    }
  }
}

BOOST_AUTO_TEST_CASE(records_keep_their_bits) {
  const Comm comm;
  const std::vector<double> records = run_tasks(comm, 4, 2, [](Index, std::span<double> record) {
    record[0] = -0.0;
    record[1] = -std::numeric_limits<double>::infinity();
  });
  for (std::size_t task = 0; task < 4; ++task) {
    BOOST_TEST(std::signbit(records[2 * task]));
    BOOST_TEST(records[2 * task + 1] == -std::numeric_limits<double>::infinity());
  }
}

BOOST_AUTO_TEST_CASE(a_failed_task_fails_on_every_rank) {
  const Comm comm;
  const auto failing = [](Index task, std::span<double>) { require(task != 5, Fault::data, "task {} is bad", task); };
  BOOST_CHECK_EXCEPTION(run_tasks(comm, 12, 1, failing), Error, failure(Fault::data, "task 5 is bad"));
}

BOOST_AUTO_TEST_CASE(a_task_can_be_the_last_one_to_begin_and_all_before_it_are_run) {
  const Comm comm;
  constexpr Index count = 1000, last = 20;
  std::vector<Index> mine;
  run_tasks_while(comm, count, [&](Index task) {
    mine.push_back(task);
    return task != last;
  });
  Index before = 0;
  for (const Index task : mine) before += task <= last ? 1 : 0;
  BOOST_TEST(sum(comm, before) == last + 1);
  BOOST_TEST(std::is_sorted(mine.begin(), mine.end()));
  if (comm.size() == 1) BOOST_TEST(mine.back() == last);
  Index run = 0;
  run_tasks_while(comm, 7, [&](Index) { return ++run > 0; });
  BOOST_TEST(sum(comm, run) == 7);
}

BOOST_AUTO_TEST_SUITE_END()
