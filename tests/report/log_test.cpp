// Who writes, what is written, and how the warnings of many ranks become few lines.
#include <mercer/report/log.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace mercer;

namespace {

struct Captured {
  const Comm comm;
  std::string text;
  Log log;
  explicit Captured(Level level = Level::info) : log(comm, level, [this](std::string_view bytes) { text += bytes; }) {}
  /// `expected` on rank 0, nothing elsewhere.
  void check(const std::string& expected) const { BOOST_TEST(text == (comm.is_root() ? expected : "")); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(logging)

BOOST_AUTO_TEST_CASE(rank_0_writes_what_its_level_admits) {
  const std::vector<std::pair<Level, std::string>> table{
      {Level::error, "mercer: error: e 1\n"},
      {Level::warning, "mercer: error: e 1\nmercer: warning: w\n"},
      {Level::info, "mercer: error: e 1\nmercer: warning: w\ni\n"},
      {Level::debug, "mercer: error: e 1\nmercer: warning: w\ni\nd\n"},
  };
  for (const auto& [level, expected] : table) {
    Captured captured(level);
    captured.log.debug("d");
    captured.text.clear();
    captured.log.error("e {}", 1);
    captured.log.warning("w");
    captured.log.info("i");
    captured.log.debug("d");
    captured.check(expected);
  }
}

BOOST_AUTO_TEST_CASE(equal_warnings_of_many_ranks_are_one_line) {
  Captured captured;
  const int size = captured.comm.size();
  captured.log.warn_each(captured.comm, "small time step");
  captured.check(size == 1 ? "mercer: warning: small time step\n"
                           : fmt::format("mercer: warning: small time step (on {} ranks)\n", size));
}

BOOST_AUTO_TEST_CASE(a_warning_of_the_last_rank_alone_names_it) {
  Captured captured;
  const int last = captured.comm.size() - 1;
  captured.log.warn_each(captured.comm, captured.comm.rank() == last ? "odd" : "");
  captured.check(last == 0 ? "mercer: warning: odd\n" : fmt::format("mercer: warning: odd (on rank {})\n", last));
}

BOOST_AUTO_TEST_CASE(different_warnings_come_in_the_order_of_their_first_ranks) {
  Captured captured;
  captured.log.warn_each(captured.comm, captured.comm.rank() % 2 == 0 ? "even" : "odd");
  const std::vector<std::string> expected{"mercer: warning: even\n",
                                          "mercer: warning: even (on rank 0)\nmercer: warning: odd (on rank 1)\n",
                                          "mercer: warning: even (on 2 ranks)\nmercer: warning: odd (on rank 1)\n",
                                          "mercer: warning: even (on 2 ranks)\nmercer: warning: odd (on 2 ranks)\n"};
  captured.check(expected.at(static_cast<std::size_t>(captured.comm.size() - 1)));
}

BOOST_AUTO_TEST_CASE(no_warning_and_a_log_of_errors_alone_give_no_line) {
  Captured captured;
  captured.log.warn_each(captured.comm, "");
  captured.check("");
  Captured errors(Level::error);
  errors.log.warn_each(errors.comm, "w");
  errors.check("");
}

BOOST_AUTO_TEST_CASE(a_long_warning_is_cut) {
  Captured captured;
  captured.log.warn_each(captured.comm, std::string(5000, 'x'));
  if (captured.comm.is_root()) BOOST_TEST(std::ranges::count(captured.text, 'x') == 1000);
}

BOOST_AUTO_TEST_CASE(the_last_line_stays_below_the_others) {
  Captured captured;
  captured.log.show_last("50 %");
  captured.log.info("news");
  captured.log.show_last("");
  captured.log.info("end");
  captured.check("\r\x1b[K50 %\r\x1b[Knews\n50 %\r\x1b[Kend\n");
}

BOOST_AUTO_TEST_SUITE_END()
