// YAML text to trees and back: places, refusals, bounds, canonical text.
#include <mercer/config/node.hpp>

#include <boost/test/unit_test.hpp>
#include <string>
#include <support/failure.hpp>
#include <utility>
#include <vector>

using namespace mercer;
using test::failure;

namespace {

std::string refusal(const std::string& yaml) {
  const test::Failure found = failure([&] { parse_yaml(yaml, "case.yaml"); });
  BOOST_TEST((found.fault == Fault::config));
  return found.text;
}

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml)

BOOST_AUTO_TEST_CASE(every_node_knows_its_line_and_column) {
  const Node root = parse_yaml("problem:\n  domain: [0, 1]\n  name: heat\n", "case.yaml");
  BOOST_TEST(root["problem"].key_where() == "case.yaml:1:1");
  BOOST_TEST(root["problem"]["domain"].where() == "case.yaml:2:11");
  BOOST_TEST(root["problem"]["domain"].items()[1].where() == "case.yaml:2:15");
  BOOST_TEST(root["problem"]["name"].key_where() == "case.yaml:3:3");
  BOOST_TEST(root["problem"]["absent"]["deeper"].is_absent());
}

BOOST_AUTO_TEST_CASE(what_a_case_does_not_need_of_yaml_is_refused_with_its_place) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"a: 1\nb: 2\na: 3\n", "case.yaml:3:1: the key 'a' is there already, at case.yaml:1:1"},
      {"a: &x 1\n", "case.yaml:1:4: anchors are not taken"},
      {"a: &x 1\nb: *x\n", "case.yaml:2:4: aliases are not taken"},
      {"a: {<<: {b: 1}}\n", "case.yaml:1:5: merge keys are not taken"},
      {"a: !!float 1\n", "case.yaml:1:4: tags are not taken"},
      {"a: !mine {b: 1}\n", "case.yaml:1:4: tags are not taken"},
      {"a: 1\n---\nb: 2\n", "expected one document"},
      {"[a, b]: 1\n", "case.yaml:1:1: expected text as a key, got a list"},
      {"~: 1\n", "expected text as a key, got nothing"},
      {"a: [1, 2\n", "case.yaml:2:1: "},
      {"a: b: c\n", "case.yaml:1:5: "},
      {std::string("a: 1\nb: \x04 2\n"), "case.yaml:2:4: expected text in UTF-8, got the byte 0x04"},
      {std::string("a: \0 2\n", 7), "case.yaml:1:4: expected text in UTF-8, got the byte 0x00"},
      {"a: caf\xe9\n", "case.yaml:1:7: expected text in UTF-8, got the byte 0xe9"},
      {"a: \xed\xa0\x80\n", "got the byte 0xed"},
      {"a: \xc0\xaf\n", "got the byte 0xc0"},
      {"a: \xf4\x90\x80\x80\n", "got the byte 0xf4"},
      {"a: \xe2\x82", "got the byte 0xe2"},
  };
  for (const auto& [yaml, expected] : table) {
    const std::string text = refusal(yaml);
    BOOST_TEST_CONTEXT(yaml << " gives " << text) BOOST_TEST((text.find(expected) != std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(all_refusals_of_one_text_come_at_once) {
  const std::string text = refusal("a: &x 1\na: 2\nb: *x\nc: !t 3\n");
  for (const char* place : {"case.yaml:1:4", "case.yaml:2:1", "case.yaml:3:4", "case.yaml:4:4"})
    BOOST_TEST((text.find(place) != std::string::npos), text << " lacks " << place);
}

BOOST_AUTO_TEST_CASE(size_and_depth_have_bounds_that_are_named) {
  BOOST_TEST(refusal(std::string(max_case_bytes + 1, ' ')) == "case.yaml: expected at most 1000000 bytes, got 1000001");
  BOOST_TEST(
      (refusal(repeated("[", 20000) + repeated("]", 20000)).find("case.yaml:1:101: expected at most 100 lists") == 0));
  BOOST_TEST((refusal(repeated("[", 20000)).find("expected at most 100 lists") != std::string::npos));
  BOOST_TEST((refusal(repeated("{a: ", 20000)).find("expected at most 100 lists") != std::string::npos));
  const Node deepest = parse_yaml(repeated("[", 100) + repeated("]", 100), "case.yaml");
  BOOST_TEST((deepest.kind() == Node::Kind::list));
}

BOOST_AUTO_TEST_CASE(an_alias_bomb_is_refused_before_it_grows) {
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}]\n", i, i - 1);
  BOOST_TEST((refusal(bomb).find("aliases are not taken") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(an_empty_text_is_an_empty_map) {
  for (const char* yaml : {"", "\n\n", "# nothing\n", "---\n", "null\n"})
    BOOST_TEST((parse_yaml(yaml, "case.yaml") == Node::map({})));
}

BOOST_AUTO_TEST_CASE(quotes_matter_only_where_they_change_the_meaning) {
  const Node root = parse_yaml("{a: \"1\", b: 1, c: 'true', d: 'word', e: \"\", f: , g: ~, h: 'yes'}", "case.yaml");
  BOOST_TEST(root["a"].is_quoted());
  BOOST_TEST(!root["b"].is_quoted());
  BOOST_TEST(root["c"].is_quoted());
  BOOST_TEST(!root["d"].is_quoted());
  BOOST_TEST(root["e"].is_quoted());
  BOOST_TEST(root["f"].is_null());
  BOOST_TEST(root["g"].is_null());
  BOOST_TEST(!root["h"].is_quoted());
}

BOOST_AUTO_TEST_CASE(a_tree_reads_back_equal_from_its_text) {
  const std::vector<std::string> texts{"{}",
                                       "[]",
                                       "word",
                                       "\"12\"",
                                       "a: 1\nb: {c: [1, 2.5, x], d: {}}\n",
                                       "list:\n  - a: 1\n    b:\n      c: 2\n  - [1, [2, 3]]\n  - x\n",
                                       "a: \"line\\nbreak \\\"quoted\\\" \\\\ back\"\n",
                                       "? \"key: with # marks\"\n: 'value: with # marks'\n",
                                       "yes: no\n'1': '2'\n'': ''\nnull_: null\n",
                                       "f: \"sin(100*x) + exp(-x^2)\"\ng: -x\nh: '- x'\n",
                                       "u: \"\xc3\xbc \xe2\x82\xac \xe2\x80\xa8 \xc2\x85 \\0 \\x04\"\n",
                                       "block: |\n  one\n  two\nfolded: >\n  a\n  b\n",
                                       "t: \" lead\"\nu: \"trail \"\nv: '...'\nw: '---'\nx: '*a'\ny: '&a'\nz: '!t'\n"};
  for (const std::string& text : texts) {
    const Node tree = parse_yaml(text, "case.yaml");
    const std::string canonical = to_yaml(tree);
    BOOST_TEST_CONTEXT(canonical) {
      BOOST_TEST((parse_yaml(canonical, "case.yaml") == tree));
      BOOST_TEST((parse_yaml(to_yaml_line(tree), "case.yaml") == tree));
      BOOST_TEST(to_yaml(parse_yaml(canonical, "case.yaml")) == canonical);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_byte_of_ascii_survives_in_keys_and_values) {
  for (char c = 0; c < 127; ++c)
    for (const std::string& text :
         {std::string(1, c), std::string(1, c) + "x", std::string("x") + c, std::string("x") + c + " y"}) {
      const Node tree = Node::map({{"key", Node::quoted(text)}, {text + "k", Node::scalar("1")}});
      BOOST_TEST_CONTEXT(static_cast<int>(c)) BOOST_TEST((parse_yaml(to_yaml(tree), "x") == tree));
    }
}

BOOST_AUTO_TEST_CASE(canonical_text_is_one_form) {
  const Node tree = parse_yaml("{b: {c: ['1', 2, yes], d: {}}, a: [{x: 1, y: [0, 1]}, word]}", "case.yaml");
  BOOST_TEST(to_yaml(tree) == "b:\n  c: [\"1\", 2, \"yes\"]\n  d: {}\na:\n  - x: 1\n    \"y\": [0, 1]\n  - word\n");
}

BOOST_AUTO_TEST_SUITE_END()
