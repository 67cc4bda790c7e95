// What a case says of an elastic body: material, kind of plane, loads, supports.
#pragma once

#include <mercer/solvers/problem.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mercer::elasticity {

enum class Model { plane_strain, plane_stress, solid };

/// A formula as it was written.
struct Formula {
  std::string text;
  Node written;
};

/// A formula for each component, or the word `exact` for all of them; empty where nothing is given.
struct Components {
  std::vector<Formula> formulas;
  bool all_exact = false;
  bool empty() const noexcept { return formulas.empty() && !all_exact; }
  Node written;
};

/// The conditions on one group of the mesh; empty where there is none.
struct FaceKeys {
  Components traction, displacement;
  Formula pressure;
  Node written;
};

struct Faces {
  std::vector<std::pair<std::string, FaceKeys>> entries;  ///< in the order of the case
  Node written;
};

struct Keys final : ProblemKeys {
  void describe(Binder& bind) override;
  struct Material {
    Formula young, poisson;
  };
  Material material;
  Model model = Model::plane_strain;
  Faces faces;
  std::vector<Formula> body_force, exact;
};

/// Prescribed components of the displacement on a group; none where a component is free.
struct Support {
  std::string group;
  std::vector<std::optional<Expression>> components;
};

/// Force per area (in the plane per length and thickness) on the sides of a group: traction + stress n with the outward
/// normal n. Either may be empty.
struct Load {
  std::string group;
  std::vector<Expression> traction;  ///< [components]
  std::vector<Expression> stress;    ///< [components * axes], component by component
};

/// An elastic body with its formulas in x, y, (z).
struct Body {
  std::shared_ptr<const MeshDomain> domain;
  Model model = Model::plane_strain;
  Expression young, poisson;
  std::vector<Support> supports;       ///< where several prescribe the same, the first one holds
  std::vector<Load> loads;             ///< add up
  std::vector<Expression> body_force;  ///< per volume; none without
  std::vector<Expression> exact;       ///< displacement; none where it is not known
  Index dimension() const noexcept { return domain->space; }
};

/// Reads the formulas of a problem whose mesh is there and compares them with it; whatever is wrong, a body that can
/// move freely included, goes to `complaints`. With an exact displacement and no body force, this is what it takes.
/// Local; gives the same on all ranks.
Body read_body(const Problem& problem, Complaints& complaints);

}  // namespace mercer::elasticity

namespace mercer {

template <>
struct Option<elasticity::Formula> {
  static std::string type() { return "formula"; }
  static std::string read(const Node& at, elasticity::Formula& formula);
  static Node show(const elasticity::Formula& formula) { return formula.written; }
};
template <>
struct Option<elasticity::Components> {
  static std::string type() { return "list of formula, or exact"; }
  static void read(const Node& at, std::string_view path, elasticity::Components& components, Complaints& complaints);
  static Node show(const elasticity::Components& components) { return components.written; }
};
template <>
struct Option<elasticity::Faces> {
  static std::string type() {
    return "{group: {traction: [formula, ...], pressure: formula, displacement: [formula or free, ...]}, ...}";
  }
  static void read(const Node& at, std::string_view path, elasticity::Faces& faces, Complaints& complaints);
  static Node show(const elasticity::Faces& faces) { return faces.written; }
};

}  // namespace mercer
