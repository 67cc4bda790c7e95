#include <mercer/solvers/elasticity/assemble.hpp>
#include <mercer/solvers/elasticity/tractions.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::elasticity {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// Finds what the supports say of each component of the local nodes.
Constraints constraints_of(const Discretisation& on) {
  const Space& space = on.space();
  const auto d = space.dimension;
  Constraints held;
  held.support.assign(at(space.local_nodes() * d), Constraints::no_cell);
  held.value.assign(held.support.size(), 0.0);
  for (const Local node : space.cells.span()) std::fill_n(&held.support[at(node * d)], d, Constraints::none);
  const auto hold = [&](const Support& support, int number, Local node) {
    if (node < 0) return;
    for (Index axis = 0; axis < d; ++axis) {
      const std::size_t component = at(node * d + axis);
      if (!support.components[at(axis)] || held.is_held(component)) continue;
      held.support[component] = number;
      held.value[component] = value_at(*support.components[at(axis)], &space.points(node, 0), d);
    }
  };
  int number = 0;
  for (const Support& support : on.body().supports) {
    const MeshGroup& group = on.body().domain->groups.at(support.group);
    for (const Index node : group.nodes)
      if (const Local vertex = on.vertex(node); vertex >= 0) hold(support, number, space.vertex[at(vertex)]);
    for (const auto& [a, b] : group.edges)
      if (const Local from = on.vertex(a), to = on.vertex(b); from >= 0 && to >= 0)
        hold(support, number, middle(space, from, to));
    ++number;
  }
  return held;
}

/// Numbers of blocks in the rows of owned nodes, in the columns of this rank and of the others.
struct Pattern {
  std::vector<PetscInt> inside, outside;
};
Pattern pattern_of(const Space& space) {
  const Index cells = space.cells.shape()[0], width = space.cells.shape()[1];
  const Local owned = space.owned_nodes();
  std::vector<Index> first(at(owned) + 2, 0);
  for (const Local node : space.cells.span())
    if (node < owned) ++first[at(node) + 2];
  for (std::size_t i = 2; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<Index> around(at(first.back()));
  for (Index cell = 0; cell < cells; ++cell)
    for (Index k = 0; k < width; ++k)
      if (const Local node = space.cells(cell, k); node < owned) around[at(first[at(node) + 1]++)] = cell;
  Pattern pattern{std::vector<PetscInt>(at(owned), 0), std::vector<PetscInt>(at(owned), 0)};
  std::vector<Local> seen(at(space.local_nodes()), -1);
  for (Local node = 0; node < owned; ++node) {
    seen[at(node)] = node;
    pattern.inside[at(node)] = 1;
    for (Index i = first[at(node)]; i < first[at(node) + 1]; ++i)
      for (Index k = 0; k < width; ++k) {
        const Local other = space.cells(around[at(i)], k);
        if (std::exchange(seen[at(other)], node) == node) continue;
        ++(other < owned ? pattern.inside : pattern.outside)[at(node)];
      }
  }
  return pattern;
}

MatHandle make_matrix(const Comm& comm, const Space& space) {
  const auto d = narrow<PetscInt>(space.dimension);
  require_agreed(std::in_range<PetscInt>(space.nodes * d), Fault::config,
                 "{} unknowns need a PETSc with 64-bit integers", space.nodes * d);
  const PetscInt here = space.owned_nodes() * d;
  const Pattern pattern = pattern_of(space);
  MatHandle matrix;
  check_petsc(MatCreate(comm.raw(), matrix.out()));
  check_petsc(MatSetSizes(matrix.get(), here, here, PETSC_DETERMINE, PETSC_DETERMINE));
  check_petsc(MatSetBlockSize(matrix.get(), d));
  check_petsc(MatSetType(matrix.get(), MATAIJ));
  check_petsc(
      MatXAIJSetPreallocation(matrix.get(), d, pattern.inside.data(), pattern.outside.data(), nullptr, nullptr));
  check_petsc(MatSetOption(matrix.get(), MAT_NO_OFF_PROC_ENTRIES, PETSC_TRUE));
  check_petsc(MatSetOption(matrix.get(), MAT_SPD, PETSC_TRUE));
  return matrix;
}

/// Moves what held components say to the right side and leaves them their diagonal entries.
void eliminate(const Constraints& held, const std::vector<std::size_t>& components, Stiffness& stiffness,
               CellVector& right_side) {
  for (Index j = 0; j < stiffness.cols(); ++j) {
    const std::size_t component = components[at(j)];
    if (!held.is_held(component)) continue;
    const double diagonal = stiffness(j, j);
    right_side -= held.value[component] * stiffness.col(j);
    stiffness.row(j).setZero();
    stiffness.col(j).setZero();
    stiffness(j, j) = diagonal;
  }
  for (Index j = 0; j < stiffness.cols(); ++j)
    if (held.is_held(components[at(j)])) right_side[j] = stiffness(j, j) * held.value[components[at(j)]];
}

/// Adds the cells to the rows of owned nodes.
void add_cells(const Discretisation& on, System& system, std::span<double> right_side) {
  const Space& space = on.space();
  const Index d = space.dimension, width = space.cells.shape()[1];
  std::vector<PetscInt> rows(at(width)), columns(at(width));
  std::vector<std::size_t> components(at(width * d));
  for (Index cell = 0; cell < space.cells.shape()[0]; ++cell) {
    Stiffness stiffness = on.stiffness(cell);
    CellVector change = CellVector::Zero(width * d);
    for (Index k = 0; k < width; ++k) {
      const Local node = space.cells(cell, k);
      columns[at(k)] = static_cast<PetscInt>(space.number[at(node)]);
      rows[at(k)] = node < space.owned_nodes() ? columns[at(k)] : -1;  // PETSc passes over such rows
      for (Index axis = 0; axis < d; ++axis) components[at(k * d + axis)] = at(node * d + axis);
    }
    eliminate(system.constraints, components, stiffness, change);
    check_petsc(MatSetValuesBlocked(system.matrix.get(), static_cast<PetscInt>(width), rows.data(),
                                    static_cast<PetscInt>(width), columns.data(), stiffness.data(), ADD_VALUES));
    for (std::size_t i = 0; i < components.size(); ++i)
      if (components[i] < right_side.size()) right_side[components[i]] += change[static_cast<Index>(i)];
  }
}

/// Rows of nodes without a cell.
void add_lone_nodes(const Space& space, const System& system) {
  const Index d = space.dimension;
  for (Index i = 0; i < space.owned_nodes() * d; ++i)
    if (system.constraints.support[at(i)] == Constraints::no_cell)
      check_petsc(MatSetValue(system.matrix.get(), static_cast<PetscInt>(space.owned.begin * d + i),
                              static_cast<PetscInt>(space.owned.begin * d + i), 1, ADD_VALUES));
}

std::vector<double> forces_of(const Discretisation& on) {
  const Space& space = on.space();
  const Index d = space.dimension;
  std::vector<double> load(at(space.owned_nodes() * d), 0.0);
  add_tractions(on, load);
  if (on.body().body_force.empty()) return load;
  for (Index cell = 0; cell < space.cells.shape()[0]; ++cell) {
    const CellVector here = on.load(cell);
    for (Index i = 0; i < here.size(); ++i) {
      const Local node = space.cells(cell, i / d);
      if (node < space.owned_nodes()) load[at(node * d + i % d)] += here[i];
    }
  }
  return load;
}

std::string place(const double* x, Index dimension) {
  return dimension == 2 ? fmt::format("({:.6g}, {:.6g})", x[0], x[1])
                        : fmt::format("({:.6g}, {:.6g}, {:.6g})", x[0], x[1], x[2]);
}

}  // namespace

double value_at(const Expression& formula, const double* x, Index dimension) {
  const double result = formula(std::span(x, at(dimension)));
  require(std::isfinite(result), Fault::data, "the formula '{}' is {} at {}; give one that is finite", formula.text(),
          result, place(x, dimension));
  return result;
}

Discretisation::Discretisation(const Body& body, const DistributedMesh& mesh, const Space& space)
    : body_(body), mesh_(mesh), space_(space) {
  const bool is_uniform = body.young.value() && body.poisson.value();
  stiffness_rule_ = quadrature(space.dimension, std::max(2 * (space.order - 1) + (is_uniform ? 0 : 2), 1));
  load_rule_ = quadrature(space.dimension, space.order + 2);
  for (std::size_t v = 0; v < mesh.original.size(); ++v)
    by_original_.emplace_back(mesh.original[v], static_cast<Local>(v));
  std::ranges::sort(by_original_);
}

Local Discretisation::vertex(Index original) const {
  const auto found = std::ranges::lower_bound(by_original_, original, {}, &std::pair<Index, Local>::first);
  return found != by_original_.end() && found->first == original ? found->second : -1;
}

Simplex Discretisation::simplex(Index cell) const {
  const Index d = space_.dimension;
  Corners corners(d + 1, d);
  for (Index k = 0; k <= d; ++k)
    for (Index axis = 0; axis < d; ++axis)
      corners(k, axis) = mesh_.local.points(mesh_.local.cells.nodes(cell, k), axis);
  const Simplex simplex(corners);
  require(simplex.size() > 0, Fault::data,
          "a cell at node {} of the mesh has no size; 'mercer mesh check --repair' may mend it",
          mesh_.original[at(mesh_.local.cells.nodes(cell, 0))]);
  return simplex;
}

Lame Discretisation::lame(const Eigen::Vector3d& x) const {
  const double young = value_at(body_.young, x.data(), space_.dimension);
  const double nu = value_at(body_.poisson, x.data(), space_.dimension);
  require(young > 0, Fault::data, "Young's modulus must be positive everywhere, but is {} at {}; change material.young",
          young, place(x.data(), space_.dimension));
  require(nu > -1 && nu < 0.5, Fault::data,
          "Poisson's ratio must lie between -1 and 1/2, but is {} at {}; change material.poisson", nu,
          place(x.data(), space_.dimension));
  const double mu = young / (2 * (1 + nu));
  return {body_.model == Model::plane_stress ? 2 * mu * nu / (1 - nu) : 2 * mu * nu / (1 - 2 * nu), mu};
}

Stiffness Discretisation::stiffness(Index cell) const {
  const Index size = space_.cells.shape()[1] * space_.dimension;
  const Simplex here = simplex(cell);
  Stiffness stiffness = Stiffness::Zero(size, size);
  for (std::size_t q = 0; q < stiffness_rule_.points.size(); ++q) {
    const Barycentric& point = stiffness_rule_.points[q];
    add_stiffness(here.gradients(space_.order, point), lame(here.point(point)),
                  stiffness_rule_.weights[q] * here.size(), stiffness);
  }
  return stiffness;
}

CellVector Discretisation::load(Index cell) const {
  const Index d = space_.dimension;
  const Simplex here = simplex(cell);
  CellVector load = CellVector::Zero(space_.cells.shape()[1] * d);
  for (std::size_t q = 0; q < load_rule_.points.size(); ++q) {
    const Eigen::Vector3d x = here.point(load_rule_.points[q]);
    const Shapes shape = shapes(d, space_.order, load_rule_.points[q]);
    for (Index axis = 0; axis < d; ++axis) {
      const double force = load_rule_.weights[q] * here.size() * value_at(body_.body_force[at(axis)], x.data(), d);
      for (Index k = 0; k < shape.size(); ++k) load[k * d + axis] += shape[k] * force;
    }
  }
  return load;
}

Eigen::Matrix3d Discretisation::displacement_gradient(Index cell, const Simplex& simplex, const Barycentric& point,
                                                      std::span<const double> u) const {
  const Index d = space_.dimension;
  const Gradients shape = simplex.gradients(space_.order, point);
  Eigen::Matrix3d gradient = Eigen::Matrix3d::Zero();
  for (Index k = 0; k < shape.rows(); ++k)
    for (Index component = 0; component < d; ++component)
      gradient.row(component).head(d) += u[at(space_.cells(cell, k) * d + component)] * shape.row(k);
  return gradient;
}

System assemble(const Comm& comm, const Discretisation& on) {
  const Space& space = on.space();
  System system;
  system.matrix = make_matrix(comm, space);
  check_petsc(MatCreateVecs(system.matrix.get(), nullptr, system.right_side.out()));
  together(comm, [&] {
    system.load = forces_of(on);
    system.constraints = constraints_of(on);
    double* right_side = nullptr;
    check_petsc(VecGetArrayWrite(system.right_side.get(), &right_side));
    const std::span<double> rows(right_side, system.load.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = system.constraints.is_held(i) ? 0 : system.load[i];
    add_cells(on, system, rows);
    check_petsc(VecRestoreArrayWrite(system.right_side.get(), &right_side));
    add_lone_nodes(space, system);
  });
  check_petsc(MatAssemblyBegin(system.matrix.get(), MAT_FINAL_ASSEMBLY));
  check_petsc(MatAssemblyEnd(system.matrix.get(), MAT_FINAL_ASSEMBLY));
  return system;
}

}  // namespace mercer::elasticity
