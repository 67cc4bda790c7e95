#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>
#include <mercer/solvers/elasticity/case.hpp>
#include <mercer/solvers/elasticity/supports.hpp>

#include <algorithm>

namespace mercer {
namespace elasticity {
void describe(Binder& bind, Keys::Material& material) {
  bind.required("young", material.young, "Young's modulus, a formula in x, y, z; positive");
  bind.required("poisson", material.poisson, "Poisson's ratio, a formula in x, y, z; between -1 and 1/2");
}

void describe(Binder& bind, FaceKeys& face) {
  bind.field("traction", face.traction, "force per area, a formula for each component");
  bind.field("displacement", face.displacement, "a formula for each component, or the word free");
}

namespace {

Expression sum(const std::vector<Expression>& terms) {
  Expression total;
  for (const Expression& term : terms) total = total + term;
  return total;
}

/// The body force -div(sigma) that an exact displacement takes.
std::vector<Expression> manufactured(const Body& body, const std::vector<std::string>& axes) {
  const Expression one = Expression::constant(1), two = Expression::constant(2), &nu = body.poisson;
  const Expression mu = body.young / (two * (one + nu));
  const Expression lambda =
      body.model == Model::plane_stress ? two * mu * nu / (one - nu) : two * mu * nu / (one - two * nu);
  std::vector<Expression> strains, force;
  for (std::size_t i = 0; i < axes.size(); ++i) strains.push_back(body.exact[i].derivative(axes[i]));
  const Expression pressure = lambda * sum(strains);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Expression divergence = pressure.over(axes).derivative(axes[i]);
    for (std::size_t j = 0; j < axes.size(); ++j) {
      const Expression shear = mu * (body.exact[i].derivative(axes[j]) + body.exact[j].derivative(axes[i]));
      divergence = divergence + shear.over(axes).derivative(axes[j]);
    }
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
    if (face.traction.empty() && face.displacement.empty())
      complain(face.written, path, "expected a traction or a displacement");
    if (!face.traction.empty() && groups.at(name).facets.empty())
      complain(face.written, path + ".traction", "the group has no sides of cells that a traction could act on");
    if (const std::vector<Expression> traction = list(face.traction, path + ".traction"); !traction.empty())
      body_.loads.push_back({name, traction});
    if (fits(face.displacement, path + ".displacement")) read_support(name, face.displacement, path + ".displacement");
  }

  void read_support(const std::string& name, const std::vector<Formula>& displacement, const std::string& path) {
    Support support{name, {}};
    for (std::size_t i = 0; i < displacement.size(); ++i) {
      const Formula& each = displacement[i];
      auto& component = support.components.emplace_back();
      if (each.text == "free") continue;
      if (each.text != "exact")
        component = formula(each, path);
      else if (i < body_.exact.size())
        component = body_.exact[i];
      else
        complain(each.written, path, "'exact' needs problem.exact, the exact displacement");
    }
    body_.supports.push_back(std::move(support));
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
