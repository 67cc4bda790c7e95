// Building, overriding and complaining.
#include <mercer/config/node.hpp>

#include <boost/test/unit_test.hpp>
#include <string>
#include <support/failure.hpp>

using namespace mercer;
using test::failure;

BOOST_AUTO_TEST_SUITE(node)

BOOST_AUTO_TEST_CASE(an_override_replaces_a_value_and_says_where_it_was_written) {
  Node root = parse_yaml("options: {tolerance: 1e-6}\n", "case.yaml");
  apply_override(root, "options.tolerance=1e-10");
  BOOST_TEST(root["options"]["tolerance"].text() == "1e-10");
  BOOST_TEST(root["options"]["tolerance"].where() == "--set options.tolerance");
}

BOOST_AUTO_TEST_CASE(an_override_makes_the_maps_on_its_way) {
  Node root = parse_yaml("options:\nother: 1\n", "case.yaml");
  apply_override(root, "options.solver.name=[cg, {a: b=c}]");
  BOOST_TEST(to_yaml(root) == "options:\n  solver:\n    name:\n      - cg\n      - a: \"b=c\"\nother: 1\n");
  BOOST_TEST(root["options"]["solver"]["name"].items()[1]["a"].where() == "--set options.solver.name");
  BOOST_TEST(root["options"]["solver"].key_where() == "--set options.solver.name");
}

BOOST_AUTO_TEST_CASE(an_override_reaches_into_lists) {
  Node root = parse_yaml("a: [1, {b: 2}]\n", "case.yaml");
  apply_override(root, "a.1.b=3");
  apply_override(root, "a.0=");
  BOOST_TEST(to_yaml_line(root) == "{a: [null, {b: 3}]}");
}

BOOST_AUTO_TEST_CASE(an_override_by_null_is_null_however_it_is_written) {
  for (const char* text : {"a=", "a=  ", "a=null", "a=~", "a= null "}) {
    Node root = parse_yaml("a: {b: 1}\n", "case.yaml");
    apply_override(root, text);
    BOOST_TEST(to_yaml_line(root) == "{a: null}", text);
    BOOST_TEST(root["a"].where() == "--set a");
  }
  Node root = parse_yaml("a: 1\nb: 1\n", "case.yaml");
  apply_override(root, "a={}");
  apply_override(root, "b='null'");
  BOOST_TEST((root["a"].kind() == Node::Kind::map));
  BOOST_TEST((root["b"].is_quoted() && !root["b"].is_null()));
}

BOOST_AUTO_TEST_CASE(an_override_that_fits_nowhere_is_refused) {
  Node root = parse_yaml("a: [1, 2]\nb: x\n", "case.yaml");
  const Node before = root;
  BOOST_TEST(failure([&] { apply_override(root, "a"); }).is(Fault::usage, "expected --set path=value, got 'a'"));
  BOOST_TEST(failure([&] { apply_override(root, "=1"); }).is(Fault::usage, "expected --set path=value"));
  BOOST_TEST(failure([&] { apply_override(root, "a.2=1"); }).is(Fault::config, "expected a position below 2"));
  BOOST_TEST(failure([&] { apply_override(root, "a.x=1"); }).is(Fault::config, "got 'x'"));
  BOOST_TEST(
      failure([&] { apply_override(root, "b.c=1"); }).is(Fault::config, "'c' would be part of 'x' at case.yaml:2:4"));
  BOOST_TEST(failure([&] { apply_override(root, "b..c=1"); }).is(Fault::config, "single points"));
  BOOST_TEST(failure([&] { apply_override(root, "b=[1"); }).is(Fault::config, "--set b:1:"));
  BOOST_TEST((root == before));
}

BOOST_AUTO_TEST_CASE(copies_are_independent) {
  const Node original = parse_yaml("a: {b: 1}\n", "case.yaml");
  Node copy = original;
  copy.set("a.b", Node::scalar("2"));
  BOOST_TEST(original["a"]["b"].text() == "1");
}

BOOST_AUTO_TEST_CASE(a_map_has_each_key_once_and_no_absent_values) {
  BOOST_TEST(failure([] {
               Node::map({{"a", Node::null()}, {"a", Node::null()}});
             }).is(Fault::internal, "'a' comes twice"));
  BOOST_TEST(Node::map({{"a", Node()}}).entries().empty());
}

BOOST_AUTO_TEST_CASE(complaints_are_told_together_and_bounded) {
  Complaints complaints;
  complaints.raise();
  complaints.add("case.yaml:1:1", "a.b", "is wrong");
  complaints.add("", "", "bare");
  BOOST_TEST(failure([&] { complaints.raise(); }).text == "case.yaml:1:1: a.b: is wrong\nbare");
  for (int i = 0; i < 1000; ++i) complaints.add("", "", "more");
  BOOST_TEST(failure([&] { complaints.raise(); }).is(Fault::config, "\nand 902 more"));
}

BOOST_AUTO_TEST_SUITE_END()
