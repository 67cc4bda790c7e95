// Records by path and as JSON text.
#include <mercer/report/record.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <support/failure.hpp>

using namespace mercer;

BOOST_AUTO_TEST_SUITE(record)

BOOST_AUTO_TEST_CASE(json_keeps_order_types_and_nesting) {
  Record inner;
  inner.set("seconds", 0.5);
  Record record;
  record.set("solver", "spectral \"x\"\n");
  record.set("converged", true);
  record.set("iterations", 12);
  record.set("fields.u.rrmse", 1e-3);
  record.set("fields.u.q2", 1.0f);
  record.set("fields.p", std::string("none"));
  record.set("history", std::vector<double>{1, 0.25});
  record.set("phases", inner);
  record.set("empty", Record());
  BOOST_TEST(record.json() ==
             R"({
  "solver": "spectral \"x\"\n",
  "converged": true,
  "iterations": 12,
  "fields": {
    "u": {
      "rrmse": 0.001,
      "q2": 1.0
    },
    "p": "none"
  },
  "history": [
    1.0,
    0.25
  ],
  "phases": {
    "seconds": 0.5
  },
  "empty": {}
})");
}

BOOST_AUTO_TEST_CASE(lists_of_records_are_arrays_of_objects) {
  Record record, first;
  first.set("a.b", 1);
  std::vector<Record> list;
  list.push_back(std::move(first));
  list.emplace_back();
  record.set("list", std::move(list));
  record.set("none", std::vector<Record>());
  BOOST_TEST(nlohmann::ordered_json::parse(record.json()).dump() == R"({"list":[{"a":{"b":1}},{}],"none":[]})");
}

BOOST_AUTO_TEST_CASE(numbers_read_back_as_the_same_bits) {
  const std::vector<double> numbers{
      0.1, 1.0 / 3.0, -0.0, 5e-324, std::numeric_limits<double>::max(), 123456789012345678.0, 1e22, 2e-7, -1.5};
  Record record;
  record.set("numbers", numbers);
  record.set("whole", std::numeric_limits<Index>::max());
  const auto read = nlohmann::json::parse(record.json());
  const auto again = read["numbers"].get<std::vector<double>>();
  BOOST_TEST(again == numbers, boost::test_tools::per_element());
  BOOST_TEST(std::signbit(again[2]));
  BOOST_TEST(read["whole"].get<Index>() == std::numeric_limits<Index>::max());
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_becomes_null) {
  Record record;
  record.set("nan", std::nan(""));
  record.set("list", std::vector<double>{1, -std::numeric_limits<double>::infinity()});
  BOOST_TEST(record.json() == "{\n  \"nan\": null,\n  \"list\": [\n    1.0,\n    null\n  ]\n}");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_do_not_break_the_json) {
  Record record;
  record.set("path", std::string("caf\xe9"));
  BOOST_TEST(nlohmann::json::parse(record.json())["path"] == "caf\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(a_value_is_found_and_replaced_at_its_path) {
  Record record;
  record.set("a.b", 1);
  record.set("c", 2);
  record.set("a.b", "two");
  BOOST_TEST(std::get<std::string>(*record.find("a.b")) == "two");
  BOOST_TEST(record.entries().size() == 2u);
  BOOST_TEST(record.entries()[0].first == "a");
  for (const char* path : {"b", "a.c", "a.b.c", "", "a.", ".a"}) BOOST_TEST((record.find(path) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_path_that_leads_nowhere_is_our_bug) {
  Record record;
  record.set("a", 1);
  BOOST_TEST(test::failure([&] { record.set("a.b", 2); }).is(Fault::internal, "'a' holds a value and cannot hold 'b'"));
  for (const char* path : {"", ".x", "x.", "x..y"})
    BOOST_TEST(test::failure([&] { record.set(path, 2); }).is(Fault::internal, "expected the name of a result"));
}

BOOST_AUTO_TEST_SUITE_END()
