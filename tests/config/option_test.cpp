// Single values: what each type takes, refuses and says.
#include <mercer/config/option.hpp>

#include <boost/test/unit_test.hpp>
#include <clocale>
#include <limits>
#include <locale>
#include <support/failure.hpp>

using namespace mercer;

namespace {

/// The value of `yaml`, or the complaint about it.
template <class T>
std::pair<T, std::string> read(const std::string& yaml, const Limits& limits = {}) {
  T value{};
  Complaints complaints;
  read_option(parse_yaml("v: " + yaml, "c")["v"], "v", value, limits, complaints);
  std::string text;
  for (const std::string& line : complaints.lines()) text += (text.empty() ? "" : "\n") + line;
  return {value, text};
}

template <class T>
void check_refused(const std::string& yaml, const std::string& part, const Limits& limits = {}) {
  const std::string text = read<T>(yaml, limits).second;
  BOOST_TEST_CONTEXT(yaml << " gives: " << text) BOOST_TEST((text.find(part) != std::string::npos));
}

template <class T>
void check_taken(const std::string& yaml, const T& expected) {
  const auto [value, complaint] = read<T>(yaml);
  BOOST_TEST_CONTEXT(yaml << " gives: " << complaint) BOOST_TEST((complaint.empty() && value == expected));
}

/// A locale with a comma for the decimal point, whatever the machine has installed.
struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(option)

BOOST_AUTO_TEST_CASE(numbers_are_whole_decimal_texts) {
  check_taken("1e-3", 1e-3);
  check_taken("+.5", 0.5);
  check_taken("-2.", -2.0);
  check_taken("08", 8.0);
  check_taken("1.7976931348623157e308", std::numeric_limits<double>::max());
  for (const char* text : {"abc", "1x", "1 2", "1,5", "0x10", "+-1", "1_000", ".", "e5", "true"})
    check_refused<double>(text, std::string("c:1:4: v: expected a number, got '") + text + "'");
  for (const char* text : {"nan", "inf", "-inf", "1e400", "-1e400", "1e-400"})
    check_refused<double>(text, "expected a finite number in the range of a double, got");
  check_refused<double>(".inf", "expected a number, got '.inf'");
  check_refused<double>("'1'", "expected a number, got the quoted text '1'; leave out the quotes");
  check_refused<double>("", "expected a number, got nothing");
  check_refused<double>("[1]", "expected a number, got a list");
  check_refused<double>("{a: 1}", "expected a number, got a map");
}

BOOST_AUTO_TEST_CASE(integers_use_all_their_bits_and_may_have_exponents) {
  check_taken("9223372036854775807", std::numeric_limits<Index>::max());
  check_taken("-9223372036854775808", std::numeric_limits<Index>::min());
  check_taken("9007199254740993", Index{9007199254740993});
  check_taken("1e3", Index{1000});
  check_taken("+7", Index{7});
  check_taken("2.0", 2);
  check_refused<Index>("1.5", "expected an integer, got '1.5'");
  check_refused<Index>("1e-3", "expected an integer, got '1e-3'");
  check_refused<Index>("9223372036854775808", "expected an integer from -9223372036854775808 to 9223372036854775807");
  check_refused<Index>("1e19", "expected an integer from -9223372036854775808");
  check_refused<int>("3000000000", "expected an integer from -2147483648 to 2147483647, got '3000000000'");
  check_refused<int>("abc", "expected an integer, got 'abc'");
  check_refused<int>("'3'", "leave out the quotes");
}

BOOST_AUTO_TEST_CASE(limits_are_told_when_they_are_missed) {
  check_refused<double>("0", "expected a number, positive, got '0'", positive);
  check_refused<double>("2", "expected a number, from 0 to 1, got '2'", {0, 1});
  check_refused<Index>("0", "expected an integer, at least 1, got '0'", {.least = 1});
  check_refused<int>("9", "expected an integer, at most 8, got '9'", {.most = 8});
  BOOST_TEST(read<double>("1", {0, 1}).second == "");
  BOOST_TEST(read<double>("0", {0, 1}).second == "");
  BOOST_TEST(limits_text({}) == "");
}

BOOST_AUTO_TEST_CASE(booleans_are_true_and_false_alone) {
  check_taken("true", true);
  check_taken("false", false);
  for (const char* text : {"yes", "True", "on", "1", "'true'", "~", "[true]"})
    check_refused<bool>(text, "expected true or false");
}

BOOST_AUTO_TEST_CASE(text_may_look_like_anything_but_null) {
  check_taken("1", std::string("1"));
  check_taken("true", std::string("true"));
  check_taken("'null'", std::string("null"));
  check_taken("''", std::string());
  check_refused<std::string>("", "write '' for an empty text");
  check_refused<std::string>("[a]", "expected text, got a list");
  check_taken("out/file.hdf", std::filesystem::path("out/file.hdf"));
  check_refused<std::filesystem::path>("''", "expected a path, got the quoted text ''");
}

BOOST_AUTO_TEST_CASE(containers_complain_of_each_element_at_its_place) {
  check_taken("[1, 2]", std::vector<double>{1, 2});
  check_taken("{b: 1, a: 2}", std::map<std::string, int>{{"a", 2}, {"b", 1}});
  check_taken("null", std::optional<double>());
  check_taken("2", std::optional<double>(2));
  check_taken("[[true], []]", std::vector<std::vector<bool>>{{true}, {}});
  check_taken("{a: null}", std::map<std::string, std::optional<std::string>>{{"a", {}}});
  check_refused<std::vector<int>>("3", "v: expected a list, got '3'");
  check_refused<std::map<std::string, int>>("[]", "v: expected a map, got a list");
  BOOST_TEST(read<std::vector<double>>("[1, x, 9]", {0, 5}).second ==
             "c:1:8: v.1: expected a number, got 'x'\nc:1:11: v.2: expected a number, from 0 to 5, got '9'");
  check_refused<std::map<std::string, std::vector<int>>>("{a: [0, z]}", "c:1:12: v.a.1: expected an integer, got 'z'");
  check_refused<std::optional<int>>("x", "expected an integer, got 'x'");
}

BOOST_AUTO_TEST_CASE(every_value_reads_back_as_shown) {
  const auto same = [](const auto& value) {
    using T = std::decay_t<decltype(value)>;
    check_taken(to_yaml_line(Option<T>::show(value)), value);
  };
  for (const double number : {0.1, -0.0, 1.0 / 3.0, 5e-324, 1e22, 123456789.0}) same(number);
  for (const char* text : {"", "1", "null", "true", "a: b", " x ", "no", "line\nline", "\xc3\xbc"})
    same(std::string(text));
  same(std::numeric_limits<Index>::min());
  same(std::optional<std::string>("null"));
  same(std::optional<std::string>());
  same(std::map<std::string, std::vector<double>>{{"a b", {1.5, 2}}, {"1", {}}});
  same(std::filesystem::path("a dir/file"));
}

BOOST_AUTO_TEST_CASE(a_number_that_no_case_can_hold_is_not_shown) {
  const auto shown = [] { Option<double>::show(std::numeric_limits<double>::infinity()); };
  BOOST_TEST(test::failure(shown).is(Fault::internal, "an option cannot hold inf"));
}

BOOST_AUTO_TEST_CASE(a_locale_with_decimal_commas_changes_nothing) {
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
  const std::string c_before = std::setlocale(LC_ALL, nullptr);  // C++ knows the comma; C only where it is installed
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  check_taken("1.5", 1.5);
  check_refused<double>("1,5", "expected a number, got '1,5'");
  BOOST_TEST(to_yaml_line(Option<double>::show(1234567.5)) == "1234567.5");
  BOOST_TEST(to_yaml_line(Option<Index>::show(1234567)) == "1234567");
  BOOST_TEST(limits_text({0.5, 1234.5}) == "from 0.5 to 1234.5");
  std::setlocale(LC_ALL, c_before.c_str());
  std::locale::global(before);
}

BOOST_AUTO_TEST_SUITE_END()
