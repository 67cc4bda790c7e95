// How the inputs and faces of a problem are written in a case.
#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>
#include <mercer/solvers/input.hpp>

namespace mercer {
namespace {

struct Derivative {
  std::string text;
};
void describe(Binder& bind, Derivative& derivative) {
  bind.required("derivative", derivative.text, "outward normal derivative: a formula in the axes, or exact");
}

}  // namespace

std::string Option<Domain>::type() { return "{axis: [begin, end], ...}"; }

void Option<Domain>::read(const Node& at, std::string_view path, Domain& domain, Complaints& complaints) {
  static const std::vector<std::string> order{"x", "y", "z", "t"};
  if (at.kind() != Node::Kind::map || at.entries().empty())
    return complaints.add(at, path, "expected the axes of a box, such as {x: [0, 1], y: [0, 2*pi]}");
  for (const auto& [name, interval] : at.entries())
    if (std::find(order.begin(), order.end(), name) == order.end())
      complaints.add(interval, fmt::format("{}.{}", path, name), "there is no such axis; axes are x, y, z, t");
  domain.axes.clear();
  for (const std::string& name : order) {
    const Node& interval = at[name];
    if (interval.is_absent()) continue;
    const std::string place = fmt::format("{}.{}", path, name);
    if (interval.kind() != Node::Kind::list || interval.items().size() != 2) {
      complaints.add(interval, place, "expected [begin, end]");
      continue;
    }
    try {
      const double begin = parse_number(interval.items()[0].text()), end = parse_number(interval.items()[1].text());
      if (!(begin < end))
        complaints.add(interval, place, fmt::format("expected begin < end, got [{}, {}]", begin, end));
      domain.axes.push_back({name, begin, end});
    } catch (const Error& error) {
      complaints.add(interval, place, error.what());
    }
  }
}

Node Option<Domain>::show(const Domain& domain) {
  std::vector<std::pair<std::string, Node>> axes;
  for (const Domain::Interval& axis : domain.axes)
    axes.emplace_back(axis.name,
                      Node::list({Node::scalar(number_text(axis.begin)), Node::scalar(number_text(axis.end))}));
  return Node::map(std::move(axes));
}

std::string Option<Input>::type() { return "formula, or {file, dataset, sample, grid, values, interpolation}"; }

void Option<Input>::read(const Node& at, std::string_view path, Input& input, Complaints& complaints) {
  input.written = at;
  if (at.kind() == Node::Kind::scalar) {
    input.text = at.text();
  } else {
    input.array.emplace();
    read_options(at, path, *input.array, complaints);
  }
}

Node Option<Input>::show(const Input& input) { return input.written; }

std::string Option<Boundary>::type() {
  return "exact, or {x_min: formula, x_max: {derivative: formula} | periodic | free, ...}";
}

void Option<Boundary>::read(const Node& at, std::string_view path, Boundary& boundary, Complaints& complaints) {
  boundary.written = at;
  boundary.all_exact = at.kind() == Node::Kind::scalar && at.text() == "exact";
  if (boundary.all_exact) return;
  if (at.kind() != Node::Kind::map)
    return complaints.add(at, path, "expected 'exact' or a condition for each face, such as {x_min: 0}");
  for (const auto& [name, written] : at.entries()) {
    Face& face = boundary.faces[name];
    face.written = written;
    if (written.kind() == Node::Kind::scalar) {
      face.kind = written.text() == "periodic" ? Face::Kind::periodic
                  : written.text() == "free"   ? Face::Kind::free
                                               : Face::Kind::value;
      face.text = written.text();
    } else {
      Derivative derivative;
      read_options(written, fmt::format("{}.{}", path, name), derivative, complaints);
      face.kind = Face::Kind::derivative;
      face.text = derivative.text;
    }
  }
}

Node Option<Boundary>::show(const Boundary& boundary) { return boundary.written; }

}  // namespace mercer
