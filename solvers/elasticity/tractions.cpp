#include <mercer/solvers/elasticity/tractions.hpp>

#include <Eigen/Geometry>
#include <algorithm>

namespace mercer::elasticity {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// A side of a cell in a group, by its corners: local nodes of the mesh, -1 for those that are not here.
struct Side {
  const std::string& group;
  std::vector<Local> vertices;
};

/// Local nodes of a side, or none where no node of it is owned here: edges are owned with their lower ends.
std::vector<Local> nodes_of(const Discretisation& on, const Side& side) {
  const auto& vertices = side.vertices;
  if (std::ranges::none_of(vertices, [&](Local v) { return v >= 0 && on.mesh().is_owned(v); })) return {};
  std::vector<Local> nodes;
  for (const Local v : vertices) nodes.push_back(v < 0 ? -1 : on.space().vertex[at(v)]);
  if (on.space().order == 2)
    for (const auto& [a, b] : edges_of(std::ssize(vertices) - 1))
      nodes.push_back(middle(on.space(), vertices[at(a)], vertices[at(b)]));
  require(std::ranges::find(nodes, -1) == nodes.end(), Fault::data,
          "the group '{}' of the mesh has a side that is no side of a cell; 'mercer mesh check' tells more",
          side.group);
  return nodes;
}

Eigen::Vector3d vertex_point(const Discretisation& on, Local vertex) {
  Eigen::Vector3d x = Eigen::Vector3d::Zero();
  for (Index axis = 0; axis < on.space().dimension; ++axis) x[axis] = on.mesh().local.points(vertex, axis);
  return x;
}

/// The unit normal of a side of the boundary that points out of the body.
Eigen::Vector3d outward_normal(const Discretisation& on, const Side& side) {
  const DistributedMesh& mesh = on.mesh();
  std::vector<Local> ascending = side.vertices;
  std::ranges::sort(ascending);
  std::array<Local, 3> wanted{-1, -1, -1};
  std::ranges::copy(ascending, wanted.begin());
  const auto found = std::ranges::lower_bound(mesh.facets, wanted, {}, &Facet::nodes);
  require(
      found != mesh.facets.end() && found->nodes == wanted && found->cells == 1, Fault::data,
      "the group '{}' of the mesh has a side inside the body, where no normal points outward; give a traction by its "
      "components there",
      side.group);
  Eigen::Vector3d inside = Eigen::Vector3d::Zero();
  for (Index k = 0; k <= on.space().dimension; ++k)
    inside += vertex_point(on, static_cast<Local>(mesh.local.cells.nodes(found->cell, k)));
  inside /= static_cast<double>(on.space().dimension + 1);
  const Eigen::Vector3d first = vertex_point(on, side.vertices[0]);
  const Eigen::Vector3d along = vertex_point(on, side.vertices[1]) - first;
  const Eigen::Vector3d across = on.space().dimension == 2 ? Eigen::Vector3d(Eigen::Vector3d::UnitZ())
                                                           : vertex_point(on, side.vertices[2]) - first;
  const Eigen::Vector3d normal = along.cross(across).normalized();
  return normal.dot(inside - first) > 0 ? Eigen::Vector3d(-normal) : normal;
}

/// Force per area at a point.
Eigen::Vector3d traction_at(const Load& load, const Eigen::Vector3d& x, const Eigen::Vector3d& normal,
                            Index dimension) {
  Eigen::Vector3d force = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < load.traction.size(); ++i)
    force[static_cast<Index>(i)] += value_at(load.traction[i], x.data(), dimension);
  for (std::size_t i = 0; i < load.stress.size(); ++i)
    force[static_cast<Index>(i) / dimension] +=
        value_at(load.stress[i], x.data(), dimension) * normal[static_cast<Index>(i) % dimension];
  return force;
}

}  // namespace

void add_tractions(const Discretisation& on, std::vector<double>& forces) {
  const Space& space = on.space();
  const Index d = space.dimension;
  const Quadrature rule = quadrature(d - 1, space.order + 2);
  for (const Load& load : on.body().loads)
    for (const auto& facet : on.body().domain->groups.at(load.group).facets) {
      Side side{load.group, {}};
      for (const Index node : facet)
        if (node >= 0) side.vertices.push_back(on.vertex(node));
      const std::vector<Local> nodes = nodes_of(on, side);
      if (nodes.empty()) continue;
      const Eigen::Vector3d normal = load.stress.empty() ? Eigen::Vector3d(0, 0, 0) : outward_normal(on, side);
      Corners corners(d, d);
      for (Index k = 0; k < d; ++k) corners.row(k) = vertex_point(on, side.vertices[at(k)]).head(d).transpose();
      const Simplex simplex(corners);
      for (std::size_t q = 0; q < rule.points.size(); ++q) {
        const Shapes shape = shapes(d - 1, space.order, rule.points[q]);
        const Eigen::Vector3d force =
            rule.weights[q] * simplex.size() * traction_at(load, simplex.point(rule.points[q]), normal, d);
        for (std::size_t k = 0; k < nodes.size(); ++k)
          for (Index axis = 0; nodes[k] < space.owned_nodes() && axis < d; ++axis)
            forces[at(nodes[k] * d + axis)] += shape[static_cast<Index>(k)] * force[axis];
      }
    }
}

}  // namespace mercer::elasticity
