#include <mercer/parallel/halo.hpp>
#include <mercer/solvers/darcy/discretisation.hpp>

#include <algorithm>
#include <vector>

namespace mercer::darcy {
namespace {

using Node3 = std::array<Index, 3>;  ///< position of a node, in array order: slowest axis first

/// PETSc counts axes the other way round, x first.
std::vector<PetscInt> part_sizes(const Decomposition& nodes, int axis) {
  std::vector<PetscInt> sizes;
  for (int part = 0; part < nodes.rank_grid()[static_cast<std::size_t>(axis)]; ++part)
    sizes.push_back(narrow<PetscInt>(nodes.range(axis, part).count()));
  return sizes;
}

DmHandle make_layout(const Comm& comm, const Decomposition& nodes) {
  const int dimensions = nodes.shape().dimensions();
  std::array<PetscInt, 3> points{1, 1, 1}, parts{1, 1, 1};
  std::array<std::vector<PetscInt>, 3> sizes;
  for (int axis = 0; axis < dimensions; ++axis) {
    const auto petsc = static_cast<std::size_t>(dimensions - 1 - axis);
    points[petsc] = narrow<PetscInt>(nodes.shape()[axis]);
    sizes[petsc] = part_sizes(nodes, axis);
    parts[petsc] = narrow<PetscInt>(sizes[petsc].size());
  }
  constexpr DMBoundaryType none = DM_BOUNDARY_NONE;
  DmHandle layout;
  if (dimensions == 1)
    check_petsc(DMDACreate1d(comm.raw(), none, points[0], 1, 1, sizes[0].data(), layout.out()));
  else if (dimensions == 2)
    check_petsc(DMDACreate2d(comm.raw(), none, none, DMDA_STENCIL_STAR, points[0], points[1], parts[0], parts[1], 1, 1,
                             sizes[0].data(), sizes[1].data(), layout.out()));
  else
    check_petsc(DMDACreate3d(comm.raw(), none, none, none, DMDA_STENCIL_STAR, points[0], points[1], points[2], parts[0],
                             parts[1], parts[2], 1, 1, sizes[0].data(), sizes[1].data(), sizes[2].data(),
                             layout.out()));
  check_petsc(DMSetUp(layout.get()));
  // In one dimension PETSc (3.18) fills such a matrix by a routine that takes whole rows only.
  if (dimensions > 1) check_petsc(DMSetMatrixPreallocateOnly(layout.get(), PETSC_TRUE));
  return layout;
}

MatStencil stencil(const Node3& node, int dimensions) {
  MatStencil at{};
  std::array<PetscInt*, 3> petsc{&at.i, &at.j, &at.k};
  for (int axis = 0; axis < dimensions; ++axis)
    *petsc[static_cast<std::size_t>(dimensions - 1 - axis)] =
        static_cast<PetscInt>(node[static_cast<std::size_t>(axis)]);
  return at;
}

/// Coefficients around this rank's nodes, one layer of the neighbours' included.
class Surroundings {
 public:
  Surroundings(const Comm& comm, const Decomposition& nodes, const Field& coefficient)
      : box_(nodes.owned(comm.rank())), halo_(comm, nodes, {1, 1, 1}), values_(halo_.padded_shape(), Rows::dense) {
    Index entry = 0;
    for_each_node(box_, [&](const Node3& node) {
      values_.data()[place(node)] = coefficient.span()[static_cast<std::size_t>(entry++)];
    });
    halo_.exchange(values_.view());
  }
  double operator()(const Node3& node) const { return values_.data()[place(node)]; }

  template <class F>
  static void for_each_node(const Box& box, const F& visit) {
    const auto range = [&](int axis) {
      return axis < box.dimensions ? box.ranges[static_cast<std::size_t>(axis)] : Range{0, 1};
    };
    for (Index a = range(0).begin; a < range(0).end; ++a)
      for (Index b = range(1).begin; b < range(1).end; ++b)
        for (Index c = range(2).begin; c < range(2).end; ++c) visit({a, b, c});
  }

 private:
  Index place(const Node3& node) const {
    Index at = 0;
    for (int axis = 0; axis < box_.dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      at = at * halo_.padded_shape()[axis] + node[a] - box_.ranges[a].begin + 1;
    }
    return at;
  }
  Box box_;
  Halo halo_;
  Tensor<double> values_;
};

/// The faces of the box and the geometry of the control volumes around its nodes.
class Volumes {
 public:
  Volumes(const Problem& problem, const Grid& grid) : grid_(grid) {
    for (const Axis& axis : grid.axes())
      faces_.push_back({&problem.face(axis.name, false), &problem.face(axis.name, true)});
  }
  int dimensions() const { return static_cast<int>(faces_.size()); }
  double spacing(int axis) const { return grid_.axes()[static_cast<std::size_t>(axis)].spacing(); }
  Index points(int axis) const { return grid_.axes()[static_cast<std::size_t>(axis)].points; }

  /// Width of a node's volume along an axis: half a cell at the ends.
  double width(const Node3& node, int axis) const {
    const Index at = node[static_cast<std::size_t>(axis)];
    return spacing(axis) * (at == 0 || at == points(axis) - 1 ? 0.5 : 1.0);
  }
  /// Volume, or with `without` the area of a face across that axis.
  double measure(const Node3& node, int without = -1) const {
    double product = 1;
    for (int axis = 0; axis < dimensions(); ++axis)
      if (axis != without) product *= width(node, axis);
    return product;
  }
  /// The condition that a node meets at its lower or upper end of an axis; null inside.
  const Face* face(const Node3& node, int axis, bool is_upper) const {
    const Index at = node[static_cast<std::size_t>(axis)];
    return at == (is_upper ? points(axis) - 1 : 0) ? faces_[static_cast<std::size_t>(axis)][is_upper ? 1 : 0] : nullptr;
  }
  /// A Dirichlet face through the node; null where there is none.
  const Face* dirichlet(const Node3& node) const {
    for (int axis = 0; axis < dimensions(); ++axis)
      for (const bool is_upper : {false, true})
        if (const Face* found = face(node, axis, is_upper); found && found->kind == Face::Kind::value) return found;
    return nullptr;
  }
  /// A face's data at a node; formulas take x, y, ..., which is the array order reversed.
  double data(const Face& face, const Node3& node) const {
    std::array<double, 3> x{};
    for (int axis = 0; axis < dimensions(); ++axis)
      x[static_cast<std::size_t>(dimensions() - 1 - axis)] =
          grid_.axes()[static_cast<std::size_t>(axis)].coordinate(node[static_cast<std::size_t>(axis)]);
    return face.formula(std::span<const double>(x).first(faces_.size()));
  }

 private:
  const Grid& grid_;
  std::vector<std::array<const Face*, 2>> faces_;
};

/// One row of the system.
struct Row {
  std::vector<MatStencil> columns;
  std::vector<double> values;
  double right_side = 0;
};

void fill_row(const Volumes& volumes, const Surroundings& a, double source, const Node3& node, Row& row) {
  row.columns.clear();
  row.values.clear();
  const Face* const fixed = volumes.dirichlet(node);
  double diagonal = 0;
  row.right_side = source * volumes.measure(node);
  for (int axis = 0; axis < volumes.dimensions(); ++axis) {
    for (const bool is_upper : {false, true}) {
      const double area = volumes.measure(node, axis);
      if (const Face* end = volumes.face(node, axis, is_upper)) {
        if (end->kind == Face::Kind::derivative && !fixed) row.right_side += a(node) * area * volumes.data(*end, node);
        continue;
      }
      Node3 other = node;
      other[static_cast<std::size_t>(axis)] += is_upper ? 1 : -1;
      const double flux = 2 * a(node) * a(other) / (a(node) + a(other)) * area / volumes.spacing(axis);
      diagonal += flux;
      if (fixed) continue;
      if (const Face* known = volumes.dirichlet(other)) {
        row.right_side += flux * volumes.data(*known, other);
      } else {
        row.columns.push_back(stencil(other, volumes.dimensions()));
        row.values.push_back(-flux);
      }
    }
  }
  row.columns.push_back(stencil(node, volumes.dimensions()));
  row.values.push_back(diagonal);
  if (fixed) row.right_side = diagonal * volumes.data(*fixed, node);
}

}  // namespace

Decomposition node_decomposition(const Grid& grid, int ranks) { return {grid.shape(), ranks, Split::boxes}; }

System assemble(const Comm& comm, const Problem& problem, const Field& coefficient, const Field& source) {
  const Decomposition nodes = node_decomposition(coefficient.grid(), comm.size());
  together(comm, [&] {
    for (const double value : coefficient.span())
      require(value > 0, Fault::data, "the coefficient must be positive everywhere, but takes the value {}", value);
  });
  const Surroundings surroundings(comm, nodes, coefficient);
  const Volumes volumes(problem, coefficient.grid());
  System system;
  system.layout = make_layout(comm, nodes);
  check_petsc(DMSetMatType(system.layout.get(), MATAIJ));
  check_petsc(DMCreateMatrix(system.layout.get(), system.matrix.out()));
  check_petsc(DMCreateGlobalVector(system.layout.get(), system.right_side.out()));
  together(comm, [&] {
    double* right_side = nullptr;
    check_petsc(VecGetArrayWrite(system.right_side.get(), &right_side));
    std::size_t entry = 0;
    Row row;
    Surroundings::for_each_node(nodes.owned(comm.rank()), [&](const Node3& node) {
      fill_row(volumes, surroundings, source.span()[entry], node, row);
      const MatStencil here = row.columns.back();
      check_petsc(MatSetValuesStencil(system.matrix.get(), 1, &here, static_cast<PetscInt>(row.columns.size()),
                                      row.columns.data(), row.values.data(), INSERT_VALUES));
      right_side[entry++] = row.right_side;
    });
    check_petsc(VecRestoreArrayWrite(system.right_side.get(), &right_side));
  });
  check_petsc(MatAssemblyBegin(system.matrix.get(), MAT_FINAL_ASSEMBLY));
  check_petsc(MatAssemblyEnd(system.matrix.get(), MAT_FINAL_ASSEMBLY));
  check_petsc(MatSetOption(system.matrix.get(), MAT_SPD, PETSC_TRUE));
  return system;
}

}  // namespace mercer::darcy
