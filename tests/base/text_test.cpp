// Nearest names, sizes for people, numbers that read back.
#include <mercer/base/text.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

using namespace mercer;

using Words = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(edit_distance_counts_letters_and_swaps) {
  BOOST_TEST(edit_distance("", "") == 0U);
  BOOST_TEST(edit_distance("", "abc") == 3U);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3U);
  BOOST_TEST(edit_distance("form", "from") == 1U);
  BOOST_TEST(edit_distance("ab", "ba") == 1U);
  BOOST_TEST(edit_distance("abcd", "badc") == 2U);
  BOOST_TEST(edit_distance("ca", "abc") == 3U);  // a swapped pair is not edited further
  BOOST_TEST(edit_distance("sitting", "kitten") == edit_distance("kitten", "sitting"));
}

BOOST_AUTO_TEST_CASE(the_nearest_name_is_near_or_none) {
  const Words names{"tolerance", "learning_rate", "x", "seed"};
  BOOST_TEST(nearest("tolerence", names) == "tolerance");
  BOOST_TEST(nearest("sede", names) == "seed");
  BOOST_TEST(nearest("lerning_rat", names) == "learning_rate");
  BOOST_TEST(nearest("velocity", names).empty());
  BOOST_TEST(nearest("q", names).empty());
  BOOST_TEST(nearest("", names).empty());
  BOOST_TEST(nearest("seed", Words{}).empty());
}

BOOST_AUTO_TEST_CASE(a_suggestion_is_a_name_or_the_list_or_nothing) {
  const Words names{"fno", "mgno"};
  BOOST_TEST(suggestion("fon", names) == "; did you mean 'fno'?");
  BOOST_TEST(suggestion("perceptron", names) == "; there is fno, mgno");
  BOOST_TEST(suggestion("fno", Words{}).empty());
}

BOOST_AUTO_TEST_CASE(split_undoes_join) {
  for (const Words& parts : {Words{"a", "", "b"}, Words{""}, Words{"", ""}, Words{"one"}}) {
    BOOST_TEST(split(join(parts, ","), ',') == parts, boost::test_tools::per_element());
  }
  BOOST_TEST(join(Words{}, ",").empty());
  BOOST_TEST(join(Words{"a", "b"}, " -> ") == "a -> b");
}

BOOST_AUTO_TEST_CASE(trim_takes_white_space_at_both_ends) {
  BOOST_TEST(trim(" \t a b\r\n") == "a b");
  BOOST_TEST(trim(" \n ").empty());
  BOOST_TEST(trim("").empty());
}

BOOST_AUTO_TEST_CASE(sizes_have_three_digits_and_a_unit) {
  BOOST_TEST(bytes_text(0) == "0 B");
  BOOST_TEST(bytes_text(999) == "999 B");
  BOOST_TEST(bytes_text(999.6) == "1 kB");
  BOOST_TEST(bytes_text(1536) == "1.54 kB");
  BOOST_TEST(bytes_text(1.5e9) == "1.5 GB");
  BOOST_TEST(bytes_text(123456789) == "123 MB");
  BOOST_TEST(bytes_text(2e15) == "2 PB");
}

BOOST_AUTO_TEST_CASE(numbers_read_back_as_the_same_double) {
  constexpr double tiny = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  for (const double value : {0.0, -0.0, 1.0, -3.0, 0.1, 1.0 / 3, 1e22, 123456789.0, 5e-324, tiny, most, -most, 1e100}) {
    const std::string text = number_text(value);
    BOOST_TEST(std::strtod(text.c_str(), nullptr) == value, text);
    BOOST_TEST(std::signbit(std::strtod(text.c_str(), nullptr)) == std::signbit(value), text);
    BOOST_TEST(text.find_first_of(".e") != std::string::npos, text);
  }
  BOOST_TEST(number_text(2) == "2.0");
  BOOST_TEST(number_text(0.1) == "0.1");
  BOOST_TEST(number_text(std::numeric_limits<double>::infinity()) == "inf");
  BOOST_TEST(number_text(-std::numeric_limits<double>::infinity()) == "-inf");
}
