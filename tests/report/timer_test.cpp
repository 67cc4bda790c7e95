// Phases on a clock that the test turns, and in PETSc's log.
#include <mercer/parallel/petsc.hpp>
#include <mercer/report/timer.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;

BOOST_AUTO_TEST_SUITE(timer)

BOOST_AUTO_TEST_CASE(seconds_add_up_by_phase_in_the_order_met) {
  double now = 5;
  Phases phases([&] { return now; });
  for (int i = 0; i < 3; ++i) {
    const PhaseTimer solve(phases, "solve");
    now += 1;
    const PhaseTimer transform(phases, "transform");
    now += 0.25;
  }
  BOOST_TEST(phases.phases().size() == 2u);
  BOOST_TEST(phases.phases()[0].name == "solve");
  BOOST_TEST(phases.phases()[0].calls == 3);
  BOOST_TEST(phases.phases()[0].seconds == 3.75);
  BOOST_TEST(phases.phases()[1].name == "transform");
  BOOST_TEST(phases.phases()[1].seconds == 0.75);
}

BOOST_AUTO_TEST_CASE(a_phase_inside_itself_counts_once) {
  double now = 0;
  Phases phases([&] { return now; });
  {
    const PhaseTimer outer(phases, "cycle");
    now += 1;
    const PhaseTimer inner(phases, "cycle");
    now += 2;
  }
  BOOST_TEST(phases.phases()[0].seconds == 3);
  BOOST_TEST(phases.phases()[0].calls == 1);
}

BOOST_AUTO_TEST_CASE(a_phase_that_throws_ends_there) {
  double now = 0;
  Phases phases([&] { return now; });
  try {
    const PhaseTimer timer(phases, "doomed");
    now += 2;
    fail(Fault::numerics, "on purpose");
  } catch (const Error&) {
    now += 100;
  }
  BOOST_TEST(phases.phases()[0].seconds == 2);
}

BOOST_AUTO_TEST_CASE(petsc_knows_each_phase_as_one_event) {
  const auto event = [] {
    PetscLogEvent id = -1;
    check_petsc(PetscLogEventGetId("phase of two tables", &id));
    return id;
  };
  BOOST_TEST(event() == -1);
  Phases phases, others;
  const PhaseTimer timer(phases, "phase of two tables");
  const PetscLogEvent first = event();
  BOOST_TEST(first >= 0);
  const PhaseTimer again(others, "phase of two tables");
  BOOST_TEST(event() == first);
}

BOOST_AUTO_TEST_SUITE_END()
