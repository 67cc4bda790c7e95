// Errors, checks, checked integers and owned handles.
#include <mercer/base/error.hpp>
#include <mercer/base/handle.hpp>
#include <mercer/base/index.hpp>

#include <boost/test/unit_test.hpp>
#include <limits>
#include <memory>
#include <string>
#include <vector>

using namespace mercer;

namespace {

/// The error that `body` throws; the test fails where it throws none.
template <class F>
std::unique_ptr<Error> thrown_by(F&& body) {
  try {
    body();
  } catch (const Error& error) {
    return std::make_unique<Error>(error);
  }
  BOOST_FAIL("nothing was thrown");
  return nullptr;
}

/// Runs the body as one rank of `ranks`.
template <class F>
void as_one_of(int ranks, F&& body) {
  const int before = world_size();
  set_world_size(ranks);
  body();
  set_world_size(before);
}

/// Notes what `unwinding_alone` says when it is destroyed.
struct Witness {
  bool& alone;
  ~Witness() { alone = unwinding_alone(); }
};

bool seen_alone(bool agreed) {
  bool alone = false;
  try {
    Error error(Fault::data, "text");
    if (agreed) error.agree();
    const Witness witness{alone};
    throw error;
  } catch (const Error&) {
  }
  return alone;
}

template <bool Collective>
struct Closing {
  using type = int;
  static constexpr bool collective = Collective;
  static int empty() noexcept { return -1; }
  static void close(int& id) noexcept { closed().push_back(id); }
  static std::vector<int>& closed() {
    static std::vector<int> ids;
    return ids;
  }
};
using Owned = Handle<Closing<false>>;
using Shared = Handle<Closing<true>>;

template <class H>
void destroy_by_throw() {
  try {
    const H handle(7);
    fail(Fault::data, "text");
  } catch (const Error&) {
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_error_knows_its_fault_text_and_line) {
  const unsigned line = std::source_location::current().line() + 1;
  const auto error = thrown_by([] { fail(Fault::config, "{} is not in [{}, {}]", 3, 0.5, "one"); });
  BOOST_TEST((error->fault() == Fault::config));
  BOOST_TEST(error->what() == "3 is not in [0.5, one]");
  BOOST_TEST(error->where().line() == line);
  BOOST_TEST(std::string(error->where().file_name()).ends_with("error_test.cpp"));
  BOOST_TEST(!error->agreed());
}

BOOST_AUTO_TEST_CASE(require_throws_only_what_does_not_hold) {
  BOOST_CHECK_NO_THROW(require(true, Fault::data, "unused {}", 1));
  const auto error = thrown_by([] { require(1 > 2, Fault::data, "row {} of {}", 4, std::string("T")); });
  BOOST_TEST((error->fault() == Fault::data));
  BOOST_TEST(error->what() == "row 4 of T");
}

BOOST_AUTO_TEST_CASE(every_fault_has_a_name_and_its_documented_exit_code) {
  const std::vector<std::pair<Fault, std::pair<std::string, int>>> table{
      {Fault::numerics, {"numerics", 1}},
      {Fault::usage, {"usage", 64}},
      {Fault::data, {"data", 65}},
      {Fault::no_input, {"no_input", 66}},
      {Fault::unavailable, {"unavailable", 69}},
      {Fault::internal, {"internal", 70}},
      {Fault::memory, {"memory", 71}},
      {Fault::cannot_create, {"cannot_create", 73}},
      {Fault::io, {"io", 74}},
      {Fault::stopped_early, {"stopped_early", 75}},
      {Fault::refused, {"refused", 77}},
      {Fault::config, {"config", 78}},
  };
  for (const auto& [fault, expected] : table) {
    BOOST_TEST(name(fault) == expected.first);
    BOOST_TEST(exit_code(fault) == expected.second);
  }
}

BOOST_AUTO_TEST_CASE(a_copy_of_an_agreed_error_is_agreed_after_the_original_is_gone) {
  auto original = std::make_unique<Error>(Fault::io, "disk full");
  original->agree();
  const Error copy(*original);
  original.reset();
  BOOST_TEST(copy.agreed());
  BOOST_TEST(copy.what() == "disk full");
  BOOST_TEST((copy.fault() == Fault::io));
}

BOOST_AUTO_TEST_CASE(a_failure_is_lonely_on_one_of_many_ranks_unless_agreed) {
  as_one_of(2, [] {
    BOOST_TEST(seen_alone(false));
    BOOST_TEST(!seen_alone(true));
    BOOST_TEST(seen_alone(false));  // the agreed one is forgotten
    BOOST_TEST(!unwinding_alone());
  });
  as_one_of(1, [] { BOOST_TEST(!seen_alone(false)); });
}

BOOST_AUTO_TEST_CASE(agreeing_twice_counts_once) {
  as_one_of(2, [] {
    {
      Error error(Fault::io, "text");
      error.agree();
      error.agree();
    }
    BOOST_TEST(seen_alone(false));
  });
}

BOOST_AUTO_TEST_CASE(a_handle_closes_what_it_owns_once) {
  auto& closed = Closing<false>::closed();
  closed.clear();
  {
    Owned first(1);
    Owned second(std::move(first));
    BOOST_TEST(!first);
    BOOST_TEST(second.get() == 1);
    Owned third(3);
    third = std::move(second);
    BOOST_TEST(closed == std::vector<int>({3}), boost::test_tools::per_element());
    BOOST_TEST(third.get() == 1);
    Owned& same = third;
    third = std::move(same);
    BOOST_TEST(third.get() == 1);
  }
  BOOST_TEST(closed == std::vector<int>({3, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_handle_can_be_filled_released_and_reset) {
  auto& closed = Closing<false>::closed();
  closed.clear();
  Owned handle;
  *handle.out() = 5;
  BOOST_TEST(bool(handle));
  *handle.out() = 6;  // closes 5
  BOOST_TEST(handle.release() == 6);
  BOOST_TEST(!handle);
  handle = Owned(8);
  handle.reset();
  handle.reset();
  BOOST_TEST(closed == std::vector<int>({5, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_collective_handles_stay_open_when_a_rank_fails_alone) {
  Closing<false>::closed().clear();
  Closing<true>::closed().clear();
  as_one_of(2, [] {
    destroy_by_throw<Owned>();
    destroy_by_throw<Shared>();
  });
  BOOST_TEST(Closing<false>::closed().size() == 1U);
  BOOST_TEST(Closing<true>::closed().empty());
  as_one_of(1, [] { destroy_by_throw<Shared>(); });
  BOOST_TEST(Closing<true>::closed().size() == 1U);
}

BOOST_AUTO_TEST_CASE(narrow_keeps_values_that_fit_and_refuses_the_others) {
  BOOST_TEST(narrow<int>(Index{2147483647}) == 2147483647);
  BOOST_TEST(narrow<std::uint64_t>(Index{0}) == 0U);
  const auto error = thrown_by([] { narrow<int>(Index{2147483648}); });
  BOOST_TEST((error->fault() == Fault::internal));
  BOOST_TEST(error->what() == "2147483648 does not fit into an integer of 4 bytes");
  BOOST_CHECK_THROW(narrow<std::uint8_t>(-1), Error);
  BOOST_CHECK_THROW(narrow<Index>(std::numeric_limits<std::uint64_t>::max()), Error);
}
