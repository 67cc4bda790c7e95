#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/elasticity/results.hpp>
#include <mercer/solvers/elasticity/stress.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::elasticity {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// What the supports add to the loads at held components of owned nodes [owned nodes * dimension].
std::vector<double> nodal_reactions(const Discretisation& on, const System& system, std::span<const double> u) {
  const Space& space = on.space();
  const Index d = space.dimension, width = space.cells.shape()[1];
  std::vector<double> reactions(system.load.size(), 0.0);
  const auto is_wanted = [&](Index cell, Index i) {
    const Index component = space.cells(cell, i / d) * d + i % d;
    return component < std::ssize(reactions) && system.constraints.support[at(component)] >= 0;
  };
  for (Index cell = 0; cell < space.cells.shape()[0]; ++cell) {
    bool has_any = false;
    for (Index i = 0; i < width * d; ++i) has_any |= is_wanted(cell, i);
    if (!has_any) continue;
    CellVector here(width * d);
    for (Index i = 0; i < width * d; ++i) here[i] = u[at(space.cells(cell, i / d) * d + i % d)];
    const CellVector forces = on.stiffness(cell) * here;
    for (Index i = 0; i < width * d; ++i)
      if (is_wanted(cell, i)) reactions[at(space.cells(cell, i / d) * d + i % d)] += forces[i];
  }
  for (std::size_t i = 0; i < reactions.size(); ++i)
    if (system.constraints.support[i] >= 0) reactions[i] -= system.load[i];
  return reactions;
}

/// @collective Sums over the components along each axis that `take` accepts.
template <class Take>
std::vector<double> sums(const Comm& comm, const std::vector<double>& components, Index dimension, const Take& take) {
  std::vector<double> totals;
  for (Index axis = 0; axis < dimension; ++axis) {
    std::vector<double> terms;
    for (std::size_t i = at(axis); i < components.size(); i += at(dimension))
      if (take(i)) terms.push_back(components[i]);
    totals.push_back(reproducible_sum(comm, terms));
  }
  return totals;
}

double size_of(const std::vector<double>& force) {
  double sum = 0;
  for (const double component : force) sum += component * component;
  return std::sqrt(sum);
}

MeshField field(const Comm& comm, const Discretisation& on, const std::string& name, View<const double> values) {
  return {name, in_file_order(comm, *on.body().domain, on.mesh(), values)};
}

/// @collective The largest length of a row.
double largest_row(const Comm& comm, View<const double> rows) {
  double found = 0;
  for (Index row = 0; row < rows.shape()[0]; ++row) {
    double square = 0;
    for (const double component : rows.row(row)) square += component * component;
    found = std::max(found, square);
  }
  return std::sqrt(largest(comm, found));
}

}  // namespace

void record_forces(const Comm& comm, const Discretisation& on, const System& system, std::span<const double> u,
                   Record& record) {
  const Index d = on.space().dimension;
  const std::vector<double> reactions = nodal_reactions(on, system, u);
  const std::vector<Support>& supports = on.body().supports;
  for (std::size_t support = 0; support < supports.size(); ++support)
    record.set("reactions." + supports[support].group, sums(comm, reactions, d, [&](std::size_t i) {
                 return system.constraints.support[i] == static_cast<int>(support);
               }));
  const auto all = [](std::size_t) { return true; };
  const std::vector<double> applied = sums(comm, system.load, d, all), held = sums(comm, reactions, d, all);
  std::vector<double> sizes, balance;
  for (const double reaction : reactions) sizes.push_back(std::abs(reaction));
  const double scale = std::max(size_of(applied), size_of(sums(comm, sizes, d, all)));
  for (std::size_t axis = 0; axis < applied.size(); ++axis) balance.push_back(applied[axis] + held[axis]);
  record.set("applied_force", applied);
  record.set("force_imbalance", scale > 0 ? size_of(balance) / scale : 0.0);
}

double relative_error(const Comm& comm, const Discretisation& on, std::span<const double> u) {
  const Space& space = on.space();
  const Index d = space.dimension;
  const Quadrature rule = quadrature(d, 2 * space.order + 2);
  std::vector<double> differences, squares;
  for (const Local cell : on.mesh().own_cells) {
    const Simplex simplex = on.simplex(cell);
    for (std::size_t q = 0; q < rule.points.size(); ++q) {
      const Eigen::Vector3d x = simplex.point(rule.points[q]);
      const Shapes shape = shapes(d, space.order, rule.points[q]);
      for (Index axis = 0; axis < d; ++axis) {
        const double truth = on.body().exact[at(axis)](std::span<const double>(x.data(), at(d)));
        double difference = -truth;
        for (Index k = 0; k < shape.size(); ++k) difference += shape[k] * u[at(space.cells(cell, k) * d + axis)];
        differences.push_back(rule.weights[q] * simplex.size() * difference * difference);
        squares.push_back(rule.weights[q] * simplex.size() * truth * truth);
      }
    }
  }
  const double error = std::sqrt(reproducible_sum(comm, differences)),
               size = std::sqrt(reproducible_sum(comm, squares));
  return size > 0 ? error / size : error;
}

MeshSolution fields_of(const Comm& comm, const Discretisation& on, std::span<const double> u, Record& record) {
  const Index nodes = on.mesh().owned.count();
  const View<const double> displacement(u.data(), {nodes, on.space().dimension});  // nodes of the mesh stand first
  const Tensor<double> stress = recovered_stress(comm, on, u);
  Tensor<double> equivalent({nodes, 1}, Rows::dense);
  for (Index node = 0; node < nodes; ++node) equivalent(node, 0) = von_mises(&stress(node, 0));
  record.set("max_displacement", largest_row(comm, displacement));
  record.set("max_von_mises", largest_row(comm, equivalent.view()));
  MeshSolution solution{on.body().domain, {}};
  solution.fields.push_back(field(comm, on, "displacement", displacement));
  solution.fields.push_back(field(comm, on, "stress", stress.view()));
  solution.fields.push_back(field(comm, on, "von_mises", equivalent.view()));
  return solution;
}

}  // namespace mercer::elasticity
