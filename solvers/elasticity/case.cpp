#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>
#include <mercer/solvers/elasticity/case.hpp>
#include <mercer/solvers/elasticity/supports.hpp>

#include <algorithm>
#include <limits>

namespace mercer {
namespace elasticity {
void describe(Binder& bind, Keys::Material& material) {
  bind.required("young", material.young, "Young's modulus, a formula in x, y, z; positive");
  bind.required("poisson", material.poisson, "Poisson's ratio, a formula in x, y, z; between -1 and 1/2");
}

void describe(Binder& bind, FaceKeys& face) {
  bind.field("traction", face.traction, "force per area, a formula for each component, or the word exact");
  bind.field("pressure", face.pressure, "force per area against the outward normal, a formula; pulls where negative");
  bind.field("displacement", face.displacement, "a formula for each component, or the words exact or free");
}

namespace {

/// The stresses of the exact displacement [axes * axes].
std::vector<Expression> exact_stress(const Body& body, const std::vector<std::string>& axes) {
  const Expression one = Expression::constant(1), two = Expression::constant(2), &nu = body.poisson;
  const Expression mu = body.young / (two * (one + nu));
  const Expression lambda =
      body.model == Model::plane_stress ? two * mu * nu / (one - nu) : two * mu * nu / (one - two * nu);
  Expression dilation;
  for (std::size_t i = 0; i < axes.size(); ++i) dilation = dilation + body.exact[i].derivative(axes[i]);
  std::vector<Expression> stress;
  for (std::size_t i = 0; i < axes.size(); ++i)
    for (std::size_t j = 0; j < axes.size(); ++j) {
      Expression entry = mu * (body.exact[i].derivative(axes[j]) + body.exact[j].derivative(axes[i]));
      if (i == j) entry = entry + lambda * dilation;
      stress.push_back(entry.over(axes));
    }
  return stress;
}

/// The body force -div(sigma) that an exact displacement takes.
std::vector<Expression> manufactured(const Body& body, const std::vector<std::string>& axes) {
  const std::vector<Expression> stress = exact_stress(body, axes);
  std::vector<Expression> force;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Expression divergence;
    for (std::size_t j = 0; j < axes.size(); ++j)
      divergence = divergence + stress[i * axes.size() + j].derivative(axes[j]);
    force.push_back((-divergence).over(axes));
  }
  return force;
}

class Reading {
 public:
  Reading(const Problem& problem, Complaints& complaints)
      : problem_(problem), keys_(static_cast<const Keys&>(*problem.keys)), complaints_(complaints) {
    body_.domain = problem.mesh;
    body_.model = keys_.model;
    axes_ = {"x", "y"};
    if (problem.mesh->space == 3) axes_.push_back("z");
  }

  Body body() {
    check_mesh();
    body_.young = formula(keys_.material.young, "material.young");
    body_.poisson = formula(keys_.material.poisson, "material.poisson");
    body_.body_force = list(keys_.body_force, "body_force");
    body_.exact = list(keys_.exact, "exact");
    check_material();
    for (const auto& [name, face] : keys_.faces.entries) read(name, face);
    if (complaints_.empty() && body_.body_force.empty() && !body_.exact.empty())
      body_.body_force = manufactured(body_, axes_);
    if (complaints_.empty()) check_supports();
    return std::move(body_);
  }

 private:
  void complain(const Node& at, const std::string& path, const std::string& text) {
    complaints_.add(at, "problem." + path, text);
  }

  /// Formulas that vary are checked where they are used.
  void check_material() {
    const auto check = [&](const Expression& formula, const Formula& written, const char* name, double above,
                           double below, const char* range) {
      const std::optional<double> number = formula.value();
      if (number && !written.text.empty() && !(*number > above && *number < below))
        complain(written.written, std::string("material.") + name, fmt::format("must {}, but is {}", range, *number));
    };
    const double most = std::numeric_limits<double>::infinity();
    check(body_.young, keys_.material.young, "young", 0, most, "be positive");
    check(body_.poisson, keys_.material.poisson, "poisson", -1, 0.5, "lie between -1 and 1/2");
  }

  void check_supports() {
    if (const std::vector<std::string> motions = free_motions(body_); !motions.empty())
      complain(keys_.faces.written, "faces",
               fmt::format("the supports do not hold the body: free are {}; prescribe displacements against that",
                           join(motions, ", ")));
  }

  void check_mesh() {
    const MeshDomain& domain = *problem_.mesh;
    const CellKind kind = domain.part.cells.kind;
    const bool is_plane = kind == CellKind::triangle && domain.space == 2, is_solid = kind == CellKind::tetrahedron;
    if (!is_plane && !is_solid)
      return complain(problem_.mesh_written, "mesh",
                      fmt::format("expected triangles in the plane or tetrahedra, got {} in {} dimensions",
                                  plural(kind), domain.space));
    if (is_solid != (keys_.model == Model::solid))
      complain(problem_.mesh_written, "model",
               is_solid ? "tetrahedra are a solid; write 'model: solid'"
                        : "triangles in the plane are no solid; write 'model: plane_strain' or 'plane_stress'");
  }

  Expression formula(const Formula& written, const std::string& path) {
    if (written.text.empty()) return {};  // is missing, which has been said
    try {
      return Expression::parse(written.text, axes_);
    } catch (const Error& error) {
      complain(written.written, path, error.what());
      return {};
    }
  }

  /// Whether a list has a formula for each axis; an empty one is not given.
  bool fits(const std::vector<Formula>& formulas, const std::string& path) {
    if (formulas.size() == axes_.size()) return true;
    if (!formulas.empty())
      complain(formulas.front().written, path,
               fmt::format("expected {} components ({}), got {}", axes_.size(), join(axes_, ", "), formulas.size()));
    return false;
  }

  std::vector<Expression> list(const std::vector<Formula>& formulas, const std::string& path) {
    std::vector<Expression> read;
    if (fits(formulas, path))
      for (const Formula& each : formulas) read.push_back(formula(each, path));
    return read;
  }

  void read(const std::string& name, const FaceKeys& face) {
    const std::string path = "faces." + name;
    const auto& groups = problem_.mesh->groups;
    if (!groups.contains(name)) {
      std::vector<std::string> names;
      for (const auto& [known, group] : groups) names.push_back(known);
      return complain(face.written, path,
                      names.empty()
                          ? "the mesh has no groups of nodes or sides at all"
                          : fmt::format("the groups of the mesh are {}{}", join(names, ", "), suggestion(name, names)));
    }
    const bool is_loaded = !face.traction.empty() || !face.pressure.text.empty();
    if (!is_loaded && face.displacement.empty())
      complain(face.written, path, "expected a traction, a pressure or a displacement");
    if (is_loaded && groups.at(name).facets.empty())
      complain(face.written, path, "the group has no sides of cells that a traction or a pressure could act on");
    if (!face.traction.empty()) read_traction(name, face.traction, path + ".traction");
    if (!face.pressure.text.empty()) read_pressure(name, face.pressure, path + ".pressure");
    if (!face.displacement.empty()) read_support(name, face.displacement, path + ".displacement");
  }

  /// The formulas of all components, where these are as many as axes and, if any is `exact`, there is an exact
  /// solution.
  std::vector<Formula> formulas(const Components& components, const std::string& path) {
    std::vector<Formula> each = components.formulas;
    if (components.all_exact) each.assign(axes_.size(), {"exact", components.written});
    if (!fits(each, path)) return {};
    const auto exact = std::ranges::find(each, "exact", &Formula::text);
    if (exact == each.end() || body_.exact.size() == axes_.size()) return each;
    complain(exact->written, path, "'exact' needs problem.exact, the exact displacement");
    return {};
  }

  void read_traction(const std::string& name, const Components& components, const std::string& path) {
    const std::vector<Formula> each = formulas(components, path);
    const bool has_exact = std::ranges::find(each, "exact", &Formula::text) != each.end();
    const Expression none = Expression().over(axes_);
    Load load{name, {}, {}};
    if (has_exact && complaints_.empty()) load.stress = exact_stress(body_, axes_);
    for (std::size_t i = 0; i < each.size(); ++i) {
      const bool is_exact = each[i].text == "exact";
      load.traction.push_back(is_exact ? none : formula(each[i], path));
      if (!is_exact && has_exact && complaints_.empty())
        for (std::size_t j = 0; j < axes_.size(); ++j) load.stress[i * axes_.size() + j] = none;
    }
    body_.loads.push_back(std::move(load));
  }

  void read_pressure(const std::string& name, const Formula& written, const std::string& path) {
    Load load{name, {}, std::vector<Expression>(axes_.size() * axes_.size(), Expression().over(axes_))};
    const Expression pressure = formula(written, path);
    for (std::size_t i = 0; i < axes_.size(); ++i) load.stress[i * axes_.size() + i] = (-pressure).over(axes_);
    body_.loads.push_back(std::move(load));
  }

  void read_support(const std::string& name, const Components& displacement, const std::string& path) {
    Support support{name, {}};
    const std::vector<Formula> each = formulas(displacement, path);
    for (std::size_t i = 0; i < each.size(); ++i) {
      auto& component = support.components.emplace_back();
      if (each[i].text == "free") continue;
      component = each[i].text == "exact" ? body_.exact[i] : formula(each[i], path);
    }
    if (!each.empty()) body_.supports.push_back(std::move(support));
  }

  const Problem& problem_;
  const Keys& keys_;
  Complaints& complaints_;
  std::vector<std::string> axes_;
  Body body_;
};

}  // namespace

void Keys::describe(Binder& bind) {
  bind.section("material", material, "of the body");
  bind.choice(
      "model", model,
      {{"plane_strain", Model::plane_strain}, {"plane_stress", Model::plane_stress}, {"solid", Model::solid}},
      "what triangles are a section of: a body that is long, or thin, across the plane; tetrahedra are a solid");
  bind.required("faces", faces, "loads and supports on groups of the mesh; where these meet, the first support holds");
  bind.field("body_force", body_force, "force per volume, a formula for each component");
  bind.field("exact", exact, "exact displacement, if it is known; without a body force, that is derived from it");
}

Body read_body(const Problem& problem, Complaints& complaints) { return Reading(problem, complaints).body(); }

}  // namespace elasticity

std::string Option<elasticity::Formula>::read(const Node& at, elasticity::Formula& formula) {
  if (at.kind() != Node::Kind::scalar || at.text().empty()) return "expected a formula, got " + described(at);
  formula = {at.text(), at};
  return {};
}

void Option<elasticity::Components>::read(const Node& at, std::string_view path, elasticity::Components& components,
                                          Complaints& complaints) {
  components = {{}, at.kind() == Node::Kind::scalar && at.text() == "exact", at};
  if (components.all_exact) return;
  if (at.kind() != Node::Kind::list)
    return complaints.add(at, path,
                          "expected a formula for each component, such as [0, 1], or exact, got " + described(at));
  read_option(at, path, components.formulas, {}, complaints);
}

void Option<elasticity::Faces>::read(const Node& at, std::string_view path, elasticity::Faces& faces,
                                     Complaints& complaints) {
  if (at.kind() != Node::Kind::map)
    return complaints.add(at, path,
                          "expected conditions for groups of the mesh, such as {left: {displacement: [0, 0]}}");
  faces = {{}, at};
  for (const auto& [name, written] : at.entries()) {
    auto& [key, face] = faces.entries.emplace_back(name, elasticity::FaceKeys{});
    face.written = written;
    read_options(written, joined_path(path, name), face, complaints);
  }
}

}  // namespace mercer
