#include <mercer/base/text.hpp>
#include <mercer/solvers/generate/generation.hpp>

#include <algorithm>
#include <cctype>

namespace mercer {
namespace {

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool goes_on(char c) { return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Words that mean something else in a problem.
const std::vector<std::string> reserved{"x",    "y",    "z",    "t",   "u",    "f",    "v",     "pi",
                                        "e",    "sin",  "cos",  "tan", "asin", "acos", "atan",  "atan2",
                                        "sinh", "cosh", "tanh", "exp", "log",  "sqrt", "abs",   "erf",
                                        "sign", "step", "min",  "max", "pow",  "free", "exact", "periodic"};

bool is_name(const std::string& text) {
  return !text.empty() && starts_name(text[0]) && std::all_of(text.begin(), text.end(), goes_on);
}

/// Where a number ends that begins at `at`: its exponent is no name.
std::size_t end_of_number(const std::string& text, std::size_t at) {
  const auto digits = [&](std::size_t from) {
    while (from < text.size() && (std::isdigit(static_cast<unsigned char>(text[from])) != 0 || text[from] == '.'))
      ++from;
    return from;
  };
  std::size_t end = digits(at);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t sign = end + 1 < text.size() && (text[end + 1] == '-' || text[end + 1] == '+') ? 2 : 1;
    if (const std::size_t after = digits(end + sign); after > end + sign) end = after;
  }
  return end;
}

std::string replaced(const std::string& text, const std::map<std::string, double>& parameters) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (starts_name(text[at])) {
      while (end < text.size() && goes_on(text[end])) ++end;
      const auto found = parameters.find(text.substr(at, end - at));
      made += found == parameters.end() ? text.substr(at, end - at) : "(" + number_text(found->second) + ")";
    } else {
      if (std::isdigit(static_cast<unsigned char>(text[at])) != 0) end = end_of_number(text, at);
      made += text.substr(at, end - at);
    }
    at = end;
  }
  return made;
}

void check_splits(const Generation& generation, const Node& at, Complaints& complaints) {
  Index total = 0;
  for (const auto& [name, count] : generation.splits.parts) total += count;
  if (total > generation.samples)
    complaints.add(at["splits"], "generate.splits",
                   fmt::format("expected at most {} samples, got {}", generation.samples, total));
}

}  // namespace

void Option<Splits>::read(const Node& at, std::string_view path, Splits& value, Complaints& complaints) {
  if (at.kind() != Node::Kind::map)
    return complaints.add(at, path, fmt::format("expected {}, got {}", type(), described(at)));
  value.parts.clear();
  for (const auto& [name, size] : at.entries()) {
    value.parts.emplace_back(name, 0);
    read_option(size, joined_path(path, name), value.parts.back().second, {1, 1e9}, complaints);
    if (!is_name(name)) complaints.add(size.key_where(), path, fmt::format("'{}' is no name of a split", name));
  }
}

Node Option<Splits>::show(const Splits& value) {
  std::vector<std::pair<std::string, Node>> entries;
  for (const auto& [name, size] : value.parts) entries.emplace_back(name, Option<Index>::show(size));
  return Node::map(std::move(entries));
}

void describe(Binder& bind, Generation& generation) {
  bind.required("samples", generation.samples, "how many samples are made", {1, 1e9});
  describe(bind, generation.design);
  bind.field("fields", generation.fields,
             "random fields that are inputs of the problem, on the grid of its answer; the options are below");
  bind.field(
      "geometry", generation.geometry,
      "file .geo of gmsh, from which each sample gets a mesh of its own, with the parameters as numbers of gmsh; "
      "for solvers on meshes");
  bind.required("outputs", generation.outputs,
                "fields of the solution that are kept, such as [u]; on meshes fields or their components, such as "
                "[displacement_x, von_mises]");
  bind.field("scalars", generation.scalars,
             "numbers that are kept: min, max or mean over the points of a formula in fields of the solution and axes, "
             "such as {peak: \"max(u)\"}");
  bind.field("splits", generation.splits, "names and sizes of parts of the dataset, one after the other");
  bind.choice("parallel", generation.parallel, {{"samples", Sharing::samples}, {"space", Sharing::space}},
              "what ranks share: whole samples, or the space of one sample after another");
}

void check_generation(const Generation& generation, const Node& at, Complaints& complaints) {
  for (const auto& [name, marginal] : generation.design.parameters) {
    const std::string path = "generate.parameters." + name;
    if (!is_name(name))
      complaints.add(at["parameters"], path, "a parameter needs a name of letters, digits and _");
    else if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
      complaints.add(at["parameters"], path, "this word has another meaning in a problem; choose another name");
  }
  if (generation.outputs.empty())
    complaints.add(at, "generate.outputs", "name at least one field of the solution, such as [u]");
  for (const std::string& name : generation.outputs)
    if (std::count(generation.outputs.begin(), generation.outputs.end(), name) > 1) {
      complaints.add(at["outputs"], "generate.outputs", fmt::format("'{}' comes twice", name));
      break;
    }
  for (const auto& [name, text] : generation.scalars)
    if (!is_name(name))
      complaints.add(at["scalars"], "generate.scalars." + name, "a scalar needs a name of letters, digits and _");
  if (generation.design.parameters.empty() && generation.fields.empty())
    complaints.add(at, "generate", "all samples would be the same; give parameters or fields");
  check_splits(generation, at, complaints);
}

std::vector<std::pair<std::string, std::vector<Index>>> places_of(const Splits& splits,
                                                                  const std::vector<Index>& kept) {
  std::vector<std::pair<std::string, std::vector<Index>>> parts;
  Index begin = 0;
  for (const auto& [name, count] : splits.parts) {
    std::vector<Index>& places = parts.emplace_back(name, std::vector<Index>{}).second;
    for (auto at = std::ranges::lower_bound(kept, begin); at != kept.end() && *at < begin + count; ++at)
      places.push_back(at - kept.begin());
    begin += count;
  }
  return parts;
}

Node with_parameters(const Node& problem, const std::map<std::string, double>& parameters) {
  Node made = problem;
  if (problem.kind() == Node::Kind::scalar) {
    const std::string text = replaced(problem.text(), parameters);
    if (text == problem.text()) return made;
    made = problem.is_quoted() ? Node::quoted(text) : Node::scalar(text);
    made.place(problem.where());
  }
  for (const auto& [key, entry] : problem.entries())
    if (key != "file" && key != "dataset") made.set(key, with_parameters(entry, parameters));
  for (std::size_t i = 0; i < problem.items().size(); ++i)
    made.set(std::to_string(i), with_parameters(problem.items()[i], parameters));
  return made;
}

}  // namespace mercer
