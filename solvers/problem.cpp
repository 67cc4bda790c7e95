#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/problem.hpp>

#include <algorithm>

namespace mercer {
namespace {

namespace fs = std::filesystem;

/// The keys of `problem:` for one kind of solver.
struct Keys {
  Problem problem;
};

void describe(Binder& bind, Keys& keys) {
  Problem& problem = keys.problem;
  if (problem.spec.takes_mesh) {
    if (!problem.spec.mesh_is_made) {
      bind.required("mesh", problem.mesh_file, "file of a mesh: gmsh, VTKHDF, CGNS or a mesh dataset");
      bind.field("sample", problem.mesh_sample, "id of a sample of a mesh dataset, in quotes: \"000012\"");
    }
    if (problem.keys) problem.keys->describe(bind);
    return;
  }
  bind.required("domain", problem.domain, "the box, an interval an axis; numbers may be formulas such as 2*pi");
  if (problem.spec.takes_equation)
    bind.required("equation", problem.equation_text, "the equation for u with the source f, e.g. u_xx + u_yy = f");
  for (const InputSpec& input : problem.spec.inputs) {
    if (input.required)
      bind.required(input.name, problem.inputs[input.name], input.meaning);
    else
      bind.field(input.name, problem.inputs[input.name], input.meaning);
  }
  if (!problem.spec.faces.empty()) bind.required("boundary", problem.boundary, "conditions on the faces");
  bind.field("exact", problem.exact_text, "exact solution as a formula in the axes, if it is known");
}

/// Turns the texts of a freshly read problem into formulas and completes its faces; complains where that cannot be
/// done.
class Preparation {
 public:
  Preparation(Problem& problem, const Node& at, Complaints& complaints)
      : problem_(problem), at_(at), complaints_(complaints), symbols_(problem.axis_names()) {}

  void run(const fs::path& folder) {
    if (!problem_.exact_text.empty()) problem_.exact = formula(problem_.exact_text, at_["exact"], "problem.exact");
    if (!problem_.equation_text.empty()) equation();
    for (auto& [name, input] : problem_.inputs) {
      const std::string path = "problem." + name;
      if (!input.text.empty()) input.formula = formula(input.text, input.written, path);
      if (input.array) check_array(*input.array, input.written, path, folder);
    }
    if (!problem_.spec.faces.empty()) faces();
    if (!problem_.spec.takes_grid_data)
      points();
    else if (!problem_.points.empty())
      complaints_.add(at_, "output.points", "the answer has the points of the data; leave this out");
  }

 private:
  Expression formula(const std::string& text, const Node& written, const std::string& path) {
    return formula_of(text, symbols_, written, path);
  }

  Expression formula_of(const std::string& text, const std::vector<std::string>& symbols, const Node& written,
                        const std::string& path) {
    try {
      return Expression::parse(text, symbols);
    } catch (const Error& error) {
      complaints_.add(written, path, error.what());
      return {};
    }
  }

  /// Reads the equation; with an exact solution and no source, the source is what makes it one.
  void equation() {
    try {
      problem_.equation = Equation::parse(problem_.equation_text, symbols_, "u");
      const auto source = problem_.inputs.find("source");
      if (source == problem_.inputs.end() || source->second.is_given() || !problem_.equation->uses("f")) return;
      if (problem_.exact)
        source->second.text = problem_.equation->source_for(*problem_.exact).text();
      else
        complaints_.add(at_, "problem.source", "missing; without it an exact solution is needed to derive it from");
    } catch (const Error& error) {
      complaints_.add(at_["equation"], "problem.equation", error.what());
    }
  }

  void check_array(ArraySource& array, const Node& written, const std::string& path, const fs::path& folder) {
    array.file = found(array.file, folder);
    formula_of(array.values, {"v"}, written["values"], path + ".values");
  }

  void faces() {
    std::vector<std::string> names;
    for (const std::string& axis : symbols_) names.insert(names.end(), {axis + "_min", axis + "_max"});
    for (const auto& [name, face] : problem_.boundary.faces)
      if (std::find(names.begin(), names.end(), name) == names.end())
        complaints_.add(face.written, "problem.boundary." + name, "there is no such face" + suggestion(name, names));
    for (const std::string& axis : symbols_)
      for (const bool is_upper : {false, true}) prepare(axis, is_upper);
  }

  void prepare(const std::string& axis, bool is_upper) {
    const std::string name = axis + (is_upper ? "_max" : "_min"), path = "problem.boundary." + name;
    Boundary& boundary = problem_.boundary;
    if (boundary.all_exact) boundary.faces[name] = {Face::Kind::value, "exact", {}, boundary.written};
    if (!boundary.faces.contains(name))
      return complaints_.add(boundary.written, path, "missing; each face needs a condition");
    Face& face = boundary.faces[name];
    const auto& kinds = problem_.spec.faces;
    if (std::find(kinds.begin(), kinds.end(), face.kind) == kinds.end())
      return complaints_.add(face.written, path, "this solver has no such condition");
    if (face.kind == Face::Kind::periodic || face.kind == Face::Kind::free) return;
    if (face.text != "exact") {
      face.formula = formula(face.text, face.written, path);
    } else if (!problem_.exact) {
      complaints_.add(face.written, path, "'exact' needs problem.exact, the exact solution");
    } else {
      const Expression slope = problem_.exact->derivative(axis);
      face.formula = face.kind == Face::Kind::value ? *problem_.exact : is_upper ? slope : -slope;
    }
  }

  void points() {
    std::vector<std::string> known;
    for (const std::string& axis : symbols_) {
      known.push_back(axis);
      if (!problem_.points.contains(axis))
        complaints_.add(at_, "output.points." + axis, "missing; say how many points the answer has along this axis");
    }
    for (const auto& [axis, count] : problem_.points) {
      if (std::find(known.begin(), known.end(), axis) == known.end())
        complaints_.add(at_, "output.points." + axis, "the domain has no such axis" + suggestion(axis, known));
      else if (count < 3)
        complaints_.add(at_, "output.points." + axis, fmt::format("expected at least 3 points, got {}", count));
    }
  }

  Problem& problem_;
  const Node& at_;
  Complaints& complaints_;
  std::vector<std::string> symbols_;
};

}  // namespace

Problem Problem::read(const Node& at, const std::map<std::string, Index>& points, const ProblemSpec& spec,
                      const fs::path& folder, Complaints& complaints) {
  Keys keys;
  keys.problem.spec = spec;
  keys.problem.points = points;
  if (spec.keys) keys.problem.keys = spec.keys();
  read_options(at, "problem", keys, complaints);
  if (spec.takes_mesh) {
    keys.problem.mesh_written = at["mesh"];
    if (!spec.mesh_is_made) keys.problem.mesh_file = found(keys.problem.mesh_file, folder);
    if (!points.empty()) complaints.add(at, "output.points", "the answer has the nodes of the mesh; leave this out");
  } else if (complaints.empty()) {
    Preparation(keys.problem, at, complaints).run(folder);
  }
  return std::move(keys.problem);
}

void Problem::observe(const Node& data, const fs::path& folder, Complaints& complaints) {
  if (data.is_absent()) return;
  if (spec.takes_grid_data) {
    grid_data.emplace().written = data;
    read_options(data, "data", *grid_data, complaints);
    grid_data->file = found(grid_data->file, folder);
    return;
  }
  if (!spec.takes_observations)
    return complaints.add(data, "data", "this solver has no use for readings of the unknown");
  observations.emplace().written = data;
  read_options(data, "data", *observations, complaints);
  observations->file = found(observations->file, folder);
}

void Problem::read_mesh(const Comm& comm, Complaints& complaints) {
  if (!spec.takes_mesh || mesh_file.empty()) return;
  try {
    mesh = std::make_shared<const MeshDomain>(read_mesh_domain(comm, mesh_file, mesh_sample));
  } catch (const Error& error) {
    if (complaints.empty() || !error.agreed()) throw;
    complaints.add(mesh_written, "problem.mesh", error.what());
  }
}

std::vector<std::string> Problem::axis_names() const {
  std::vector<std::string> names;
  for (const Domain::Interval& axis : domain.axes) names.push_back(axis.name);
  return names;
}

std::vector<Axis> Problem::axes() const {
  std::vector<Axis> axes;
  for (auto axis = domain.axes.rbegin(); axis != domain.axes.rend(); ++axis)
    axes.push_back({axis->name, axis->begin, axis->end, spec.takes_grid_data ? 0 : points.at(axis->name)});
  return axes;
}

std::shared_ptr<const Grid> Problem::grid() const { return std::make_shared<const Grid>(axes()); }

const Face& Problem::face(const std::string& axis, bool is_upper) const {
  return boundary.faces.at(axis + (is_upper ? "_max" : "_min"));
}

void Problem::check_files(const Comm& comm) const {
  for (const auto& [name, input] : inputs)
    if (input.array)
      Dataset(comm, input.array->file)
          .grid(input.array->dataset, input.array->sample.has_value(), axes(), input.array->grid);
  if (observations) read_observations(comm, *observations, domain);
  if (grid_data) read_grid_data(comm, *grid_data, axes());
}

Field Problem::evaluate(const Comm& comm, const std::string& name, const std::shared_ptr<const Grid>& grid,
                        const Decomposition& decomposition) const {
  const Input& input = inputs.at(name);
  if (!input.text.empty()) return mercer::evaluate(comm, input.formula, name, grid, decomposition);
  const auto wanted =
      std::find_if(spec.inputs.begin(), spec.inputs.end(), [&](const InputSpec& known) { return known.name == name; });
  Interpolation how = wanted == spec.inputs.end() ? Interpolation::linear : wanted->interpolation;
  if (input.array->interpolation) how = *input.array->interpolation;
  if (input.field) return interpolate(comm, *input.field, grid, decomposition, how);
  return interpolate(comm, read_field(comm, *input.array, name, axes()), grid, decomposition, how);
}

Field evaluate(const Comm& comm, const Expression& formula, const std::string& name,
               const std::shared_ptr<const Grid>& grid, const Decomposition& decomposition) {
  Field field(name, "", grid, decomposition, comm.rank());
  together(comm, [&] { field.fill([&](auto columns, auto out) { formula.evaluate(columns, out); }); });
  return field;
}

std::string problem_table(const ProblemSpec& spec) {
  Keys keys;
  keys.problem.spec = spec;
  if (spec.keys) keys.problem.keys = spec.keys();
  return options_table(keys);
}

}  // namespace mercer
