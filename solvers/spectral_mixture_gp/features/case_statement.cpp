// Axes turned to array order, faces by their names, sources as formulas or as samples.
#include <mercer/solvers/spectral_mixture_gp/features/case_statement.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

Side::Kind kind_of(Face::Kind kind) {
  switch (kind) {
    case Face::Kind::value:
      return Side::Kind::value;
    case Face::Kind::derivative:
      return Side::Kind::derivative;
    case Face::Kind::periodic:
      return Side::Kind::periodic;
    case Face::Kind::free:
      return Side::Kind::free;
  }
  fail(Fault::internal, "a face of an unknown kind");
}

/// The axes, slowest first.
std::vector<NamedAxis> axes_of(const Problem& problem) {
  std::vector<NamedAxis> axes;
  for (auto axis = problem.domain.axes.rbegin(); axis != problem.domain.axes.rend(); ++axis) {
    NamedAxis named{axis->name, {axis->begin, axis->end}, {}};
    for (const bool at_end : {false, true}) {
      const Face& face = problem.face(axis->name, at_end);
      named.ends[at_end] = {kind_of(face.kind), face.formula};
    }
    axes.push_back(std::move(named));
  }
  return axes;
}

std::vector<std::string> names_of(const Problem& problem) {
  std::vector<std::string> names = problem.axis_names();
  std::reverse(names.begin(), names.end());
  return names;
}

/// Whether the source comes from an array, not from a formula.
bool has_source_values(const Problem& problem) { return problem.inputs.at("source").array.has_value(); }

Equation equation_of(const Problem& problem) { return Equation::parse(problem.equation_text, names_of(problem), "u"); }

}  // namespace

Statement statement_of(const Problem& problem) {
  require(problem.domain.axes.size() <= 3, Fault::config, "the features backend takes one to three axes, not {}",
          problem.domain.axes.size());
  const Equation equation = equation_of(problem);
  if (has_source_values(problem)) {
    Statement statement = translate(axes_of(problem), equation, "f", Expression());
    right_side(equation, names_of(problem), "f");
    statement.source = nullptr;
    return statement;
  }
  return translate(axes_of(problem), equation, "f", problem.inputs.at("source").formula);
}

Statement statement_with_samples(const Comm& comm, const Problem& problem) {
  Statement statement;
  together(comm, [&] { statement = statement_of(problem); });
  if (has_source_values(problem)) read_samples(comm, problem, statement);
  return statement;
}

Coordinates own_coordinates(const Field& field) {
  Coordinates own;
  for (int axis = 0; axis < field.grid().dimensions(); ++axis) own.push_back(field.grid().coordinates(axis));
  const Range rows = field.box().ranges[0];
  own[0] = {own[0].begin() + rows.begin, own[0].begin() + rows.end};
  return own;
}

void read_samples(const Comm& comm, const Problem& problem, Statement& statement) {
  const Field field = read_field(comm, *problem.inputs.at("source").array, "source", problem.axes());
  const Coordinates own = own_coordinates(field);
  Array raw = dense(field.values().shape());
  std::copy(field.span().begin(), field.span().end(), raw.data());
  const PointFunction values = right_side(equation_of(problem), names_of(problem), "f");
  Samples samples{field.grid().shape(), {}, field.grid().axis(0).placement};
  together(comm, [&] {
    const Array* const column = &raw;
    samples.values = sample(values, own, std::span(&column, 1), "the source");
  });
  statement.samples = std::move(samples);
}

}  // namespace mercer::smgp
