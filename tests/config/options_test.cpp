// Described structs: reading with all complaints at once, recording, tables, types of one's own.
#include <mercer/config/options.hpp>

#include <boost/test/unit_test.hpp>
#include <support/failure.hpp>

using namespace mercer;
using test::failure;

namespace {

enum class Method { direct, cg };

struct Inner {
  double tolerance = 1e-8;
  std::vector<double> weights{1, 2};
  bool operator==(const Inner&) const = default;
};
void describe(Binder& binder, Inner& options) {
  binder.field("tolerance", options.tolerance, "relative residual", positive);
  binder.field("weights", options.weights, "one a level", {.least = 0});
}

/// A face: a text, or a map of one text; what is wrong inside is told at its own place.
struct Face {
  std::string text = "0";
  bool is_derivative = false;
  bool operator==(const Face&) const = default;
};

struct Sample {
  Index steps = 100;
  int threads = 1;
  double length = 2.5;  // [m]
  bool verbose = false;
  std::string name = "heat";
  std::optional<double> noise;
  std::map<std::string, double> parameters{{"nu", 0.1}};
  std::filesystem::path file = "out.hdf";
  Node extra;
  Method method = Method::cg;
  Face face;
  Inner inner;
};

}  // namespace

template <>
struct mercer::Option<Face> {
  static std::string type() { return "text or {derivative: text}"; }
  static void read(const Node& at, std::string_view path, Face& value, Complaints& complaints) {
    if (at.kind() != Node::Kind::map) return read_option(at, path, value.text, {}, complaints);
    value.is_derivative = true;
    for (const auto& [key, inner] : at.entries()) {
      if (key != "derivative")
        complaints.add(inner.key_where(), joined_path(path, key), "expected 'derivative'");
      else
        read_option(inner, joined_path(path, key), value.text, {}, complaints);
    }
  }
  static Node show(const Face& value) {
    Node text = Node::quoted(value.text);
    return value.is_derivative ? Node::map({{"derivative", std::move(text)}}) : text;
  }
};

namespace {

void describe(Binder& binder, Sample& options) {
  binder.required("steps", options.steps, "time steps", {.least = 1});
  binder.field("threads", options.threads, "threads a rank", {1, 64});
  binder.field("length", options.length, "length of the bar [m]", positive);
  binder.field("verbose", options.verbose, "whether to tell more");
  binder.field("name", options.name, "name of the run");
  binder.field("noise", options.noise, "standard deviation, estimated where null", positive);
  binder.field("parameters", options.parameters, "values by name");
  binder.field("file", options.file, "where to write");
  binder.field("extra", options.extra, "passed on");
  binder.choice("method", options.method, {{"direct", Method::direct}, {"cg", Method::cg}}, "linear solver");
  binder.field("face", options.face, "condition on the left");
  binder.section("inner", options.inner, "the inner solver");
}

struct Read {
  Sample sample;
  std::vector<std::string> lines;
};
Read read(const Node& root) {
  Read out;
  Complaints complaints;
  read_options(root, "options", out.sample, complaints);
  out.lines = complaints.lines();
  return out;
}
Read read(const std::string& yaml) { return read(parse_yaml(yaml, "case.yaml")); }

const std::string valid_case =
    "steps: 1e3\nthreads: 4\nlength: 1.5\nverbose: true\nname: 12\nnoise: 0.1\nparameters: {b: 1, a: 2}\nfile: "
    "a/b.hdf\n"
    "extra: [1, {x: y}]\nmethod: direct\nface: {derivative: sin(y)}\ninner:\n  tolerance: 1e-3\n  weights: [0.5]\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(every_type_of_field_is_read) {
  const auto [sample, lines] = read(valid_case);
  BOOST_TEST(lines.empty());
  BOOST_TEST(sample.steps == 1000);
  BOOST_TEST(sample.threads == 4);
  BOOST_TEST(sample.length == 1.5);
  BOOST_TEST(sample.verbose);
  BOOST_TEST(sample.name == "12");
  BOOST_TEST(sample.noise.value() == 0.1);
  BOOST_TEST(sample.parameters.at("a") == 2);
  BOOST_TEST(sample.file == "a/b.hdf");
  BOOST_TEST(to_yaml_line(sample.extra) == "[1, {x: \"y\"}]");
  BOOST_TEST((sample.method == Method::direct));
  BOOST_TEST((sample.face == Face{"sin(y)", true}));
  BOOST_TEST((sample.inner == Inner{1e-3, {0.5}}));
}

BOOST_AUTO_TEST_CASE(a_record_holds_every_value_and_reads_back) {
  const Node defaults = record_options(Sample());
  BOOST_TEST(to_yaml(defaults) ==
             "steps: 100\nthreads: 1\nlength: 2.5\nverbose: false\nname: heat\nnoise: null\nparameters:\n  nu: "
             "0.1\nfile: out.hdf\n"
             "extra: null\nmethod: cg\nface: \"0\"\ninner:\n  tolerance: 1e-08\n  weights: [1.0, 2.0]\n");
  for (const Node& record : {defaults, record_options(read(valid_case).sample)}) {
    const Read again = read(parse_yaml(to_yaml(record), "record"));
    BOOST_TEST(again.lines.empty());
    BOOST_TEST((record_options(again.sample) == record));
  }
}

BOOST_AUTO_TEST_CASE(each_key_with_one_edit_is_recognised) {
  const Node record = record_options(Sample());
  std::vector<std::string> paths;
  for (const auto& [key, value] : record.entries()) paths.push_back(key);
  for (const auto& [key, value] : record["inner"].entries()) paths.push_back("inner." + key);
  for (const std::string& path : paths) {
    const std::size_t start = path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1;
    const std::string name = path.substr(start), swapped = name.substr(1, 1) + name.substr(0, 1) + name.substr(2);
    for (const std::string& edited :
         {name.substr(1), fmt::format("x{}", name), name + "s", swapped, fmt::format("q{}", name.substr(1))}) {
      Node root = parse_yaml("steps: 1\n", "case.yaml");
      apply_override(root, path.substr(0, start) + edited + "=1");
      const std::string full = path.substr(0, start) + edited;
      const std::string expected =
          "--set " + full + ": options." + full + ": there is no option '" + edited + "'; did you mean '" + name + "'?";
      BOOST_TEST(read(root).lines == std::vector<std::string>{expected}, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(all_complaints_come_at_once_with_line_and_column) {
  const Read found = read(
      "thread: 2\nlength: -1\nverbose: yes\nname: [a]\nmethod: dirct\nparameters: {a: x, b: 1}\n"
      "face:\n  derivativ: 1\ninner:\n  tolerance: abc\n  weights: [1, -1, z]\n  wieghts: 1\n");
  const std::vector<std::string> expected{
      "case.yaml:1:1: options.steps: is missing; expected integer, at least 1 (time steps)",
      "case.yaml:2:9: options.length: expected a number, positive, got '-1'",
      "case.yaml:3:10: options.verbose: expected true or false, got 'yes'",
      "case.yaml:4:7: options.name: expected text, got a list",
      "case.yaml:6:17: options.parameters.a: expected a number, got 'x'",
      "case.yaml:5:9: options.method: expected direct or cg, got 'dirct'; did you mean 'direct'?",
      "case.yaml:8:3: options.face.derivativ: expected 'derivative'",
      "case.yaml:10:14: options.inner.tolerance: expected a number, got 'abc'",
      "case.yaml:11:16: options.inner.weights.1: expected a number, at least 0, got '-1'",
      "case.yaml:11:20: options.inner.weights.2: expected a number, got 'z'",
      "case.yaml:12:3: options.inner.wieghts: there is no option 'wieghts'; did you mean 'weights'?",
      "case.yaml:1:1: options.thread: there is no option 'thread'; did you mean 'threads'?",
  };
  BOOST_TEST(found.lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_section_that_is_no_map_is_one_complaint) {
  BOOST_TEST(read("{steps: 1, inner: 3}").lines ==
                 std::vector<std::string>{"case.yaml:1:19: options.inner: expected a map of options, got '3'"},
             boost::test_tools::per_element());
  BOOST_TEST(
      read("[1]").lines == std::vector<std::string>{"case.yaml:1:1: options: expected a map of options, got a list"},
      boost::test_tools::per_element());
  BOOST_TEST(read("{steps: 1, inner: }").lines.empty());
}

BOOST_AUTO_TEST_CASE(a_field_described_twice_is_our_bug) {
  Complaints complaints;
  double value = 0;
  const auto twice = [&](Binder& binder) {
    binder.field("a", value, "once");
    binder.field("a", value, "again");
  };
  BOOST_TEST(
      failure([&] { read_described(Node(), "", twice, complaints); }).is(Fault::internal, "'a' is described twice"));
}

BOOST_AUTO_TEST_CASE(a_value_without_a_word_is_our_bug) {
  Sample sample;
  sample.method = static_cast<Method>(7);
  BOOST_TEST(
      failure([&] { record_options(sample); }).is(Fault::internal, "'method' holds a value that no word stands for"));
}

BOOST_AUTO_TEST_CASE(tables_list_options_with_defaults_types_and_meanings) {
  const std::string table = options_table<Sample>();
  for (const char* line :
       {"| option ", "| `steps` ", "| required ", "integer, at least 1", "| `2.5` ", "number, positive",
        "| `inner.tolerance` ", "`1e-08`", "list of number, at least 0", "length of the bar [m]", "direct or cg",
        "number or null, positive", "text or {derivative: text}"})
    BOOST_TEST((table.find(line) != std::string::npos), table << " lacks " << line);
  Inner inner;
  BOOST_TEST(options_table(inner) ==
             "| option      | default      | type                       | meaning           |\n"
             "| ----------- | ------------ | -------------------------- | ----------------- |\n"
             "| `tolerance` | `1e-08`      | number, positive           | relative residual |\n"
             "| `weights`   | `[1.0, 2.0]` | list of number, at least 0 | one a level       |\n");
  BOOST_TEST(options_text(inner) ==
             "option     default     type                        meaning\n"
             "---------  ----------  --------------------------  -----------------\n"
             "tolerance  1e-08       number, positive            relative residual\n"
             "weights    [1.0, 2.0]  list of number, at least 0  one a level\n");
}

BOOST_AUTO_TEST_SUITE_END()
