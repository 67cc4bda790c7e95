// When progress is told and how it reads, on a clock that the test turns.
#include <mercer/report/progress.hpp>

#include <boost/test/unit_test.hpp>
#include <support/failure.hpp>

using namespace mercer;

namespace {

struct Run {
  const Comm comm;
  double now = 1000;
  std::string text;
  Log log{comm, Level::info, [this](std::string_view bytes) { text += bytes; }};

  Clock clock() {
    return [this] { return now; };
  }
  std::string take() { return std::exchange(text, {}); }
  /// `expected` on rank 0, nothing elsewhere.
  void check(const std::string& expected) { BOOST_TEST(take() == (comm.is_root() ? expected : "")); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(a_bar_needs_a_terminal_and_no_launcher) {
  constexpr Surroundings desk{.has_launcher = false, .has_terminal = true}, pipe{}, launched{true, true},
      batch{true, false};
  BOOST_TEST((progress_style(ProgressMode::automatic, Level::info, desk) == ProgressStyle::bar));
  for (const Surroundings& place : {pipe, launched, batch})
    BOOST_TEST((progress_style(ProgressMode::automatic, Level::info, place) == ProgressStyle::lines));
  BOOST_TEST((progress_style(ProgressMode::automatic, Level::warning, desk) == ProgressStyle::none));
  BOOST_TEST((progress_style(ProgressMode::on, Level::warning, desk) == ProgressStyle::bar));
  BOOST_TEST((progress_style(ProgressMode::on, Level::warning, launched) == ProgressStyle::lines));
  BOOST_TEST((progress_style(ProgressMode::off, Level::debug, desk) == ProgressStyle::none));
}

BOOST_AUTO_TEST_CASE(a_launcher_shows_in_the_environment) {
  const Comm comm;
  if (comm.size() > 1) BOOST_TEST(Surroundings::look().has_launcher);
}

BOOST_AUTO_TEST_CASE(lines_come_every_5_percent) {
  Run run;
  Progress progress(run.log, {.what = "training", .total = 200}, ProgressStyle::lines, run.clock());
  int lines = 0;
  for (Index step = 1; step <= 200; ++step) {
    run.now += 0.01;
    progress.update(step);
    if (!run.take().empty()) ++lines;
  }
  BOOST_TEST(lines == (run.comm.is_root() ? 20 : 0));
}

BOOST_AUTO_TEST_CASE(lines_come_every_10_seconds_and_tell_the_time_left) {
  Run run;
  Progress progress(run.log, {.what = "training", .total = 1000}, ProgressStyle::lines, run.clock());
  run.now += 9.9;
  progress.update(9);
  run.check("");
  run.now += 0.1;
  progress.update(10, "loss 0.5");
  run.check("training: 1 % (10 of 1000), loss 0.5, 16 min 30 s left\n");
  run.now += 9;
  progress.update(11);
  run.check("");
  run.now += 1;
  progress.update(1000);
  run.check("training: 100 % (1000 of 1000)\n");
  run.now += 70;
  progress.finish();
  run.check("training: 1000 done in 1 min 30 s\n");
}

BOOST_AUTO_TEST_CASE(the_time_left_of_a_resumed_run_counts_its_own_steps) {
  Run run;
  Progress progress(run.log, {.what = "training", .total = 100, .done = 80}, ProgressStyle::lines, run.clock());
  run.now += 5;
  progress.update(85);
  run.check("training: 85 % (85 of 100), 15 s left\n");
}

BOOST_AUTO_TEST_CASE(a_bar_is_drawn_ten_times_a_second_and_taken_away) {
  Run run;
  {
    Progress progress(run.log, {.what = "mesh", .total = 4}, ProgressStyle::bar, run.clock());
    run.now += 1;
    progress.update(1);
    run.check("\r\x1b[Kmesh [======                  ] 25 %, 3 s left");
    run.now += 0.05;
    progress.update(2);
    run.check("");
    run.now += 0.95;
    progress.update(2, "3 cells");
    run.check("\r\x1b[Kmesh [============            ] 50 %, 2 s left, 3 cells");
    progress.finish();
    run.check("\r\x1b[Kmesh: 4 done in 2 s\n");
    progress.update(4);
    run.check("");
  }
  {
    Progress progress(run.log, {.what = "mesh", .total = 4}, ProgressStyle::bar, run.clock());
    progress.update(0, std::string(100, 'n'));
    if (run.comm.is_root()) BOOST_TEST(run.take().size() == 79u + 4u);
  }
  run.check("\r\x1b[K");
}

BOOST_AUTO_TEST_CASE(no_style_no_word) {
  Run run;
  Progress progress(run.log, {.what = "x", .total = 1}, ProgressStyle::none, run.clock());
  progress.update(1);
  progress.finish();
  BOOST_TEST(run.text.empty());
}

BOOST_AUTO_TEST_CASE(work_of_no_steps_is_our_bug) {
  Run run;
  BOOST_TEST(test::failure([&] {
               Progress(run.log, {.what = "x"}, ProgressStyle::lines, run.clock());
             }).is(Fault::internal, "progress of 'x' needs a total of at least one step, not 0"));
}

BOOST_AUTO_TEST_CASE(durations_have_two_units) {
  const std::vector<std::pair<double, std::string>> table{
      {-1, "0 s"},           {0.4, "0 s"},        {59.4, "59 s"},    {59.6, "1 min 0 s"},
      {3599, "59 min 59 s"}, {7500, "2 h 5 min"}, {90000, "1 d 1 h"}};
  for (const auto& [seconds, text] : table) BOOST_TEST(duration_text(seconds) == text);
}

BOOST_AUTO_TEST_SUITE_END()
