// Bases and nodes of all axes, and the lifting of boundary data.
#include <mercer/solvers/spectral_mixture_gp/features/space.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

Basis basis_of(const Statement& statement, const std::vector<Band>& bands, int axis, Fitted fitted) {
  const Interval& interval = statement.axes[static_cast<std::size_t>(axis)].interval;
  if (!statement.samples) return Basis(interval, bands);
  return Basis(interval, bands, sample_points(statement.samples->along(axis), fitted));
}

/// Data of the conditions along `axis` on the nodes of the other axes: [.., conditions, ..].
Array face_data(const Space& space, const Statement& statement, int axis) {
  const AxisStatement& along = statement.axes[static_cast<std::size_t>(axis)];
  Coordinates face;
  for (int other = 0; other < space.dimensions(); ++other) face.push_back(space.basis(other).nodes());
  const std::vector<Condition>& conditions = space.condition_list(axis);
  Shape shape;
  {
    std::vector<Index> sizes;
    for (int other = 0; other < space.dimensions(); ++other)
      sizes.push_back(other == axis ? static_cast<Index>(conditions.size()) : space.basis(other).node_count());
    shape = Shape(std::span<const Index>(sizes));
  }
  Array data = dense(shape);
  Index outer = 1, inner = 1;
  for (int other = 0; other < space.dimensions(); ++other)
    if (other != axis) (other < axis ? outer : inner) *= shape[other];
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const Condition& condition = conditions[i];
    if (condition.kind == Side::Kind::periodic) continue;
    face[static_cast<std::size_t>(axis)] = {condition.at_end ? along.interval.end : along.interval.begin};
    const Array values = sample(along.sides[condition.at_end].data, face, "a boundary condition");
    for (Index o = 0; o < outer; ++o)
      std::copy_n(values.data() + o * inner, inner, data.data() + (o * shape[axis] + static_cast<Index>(i)) * inner);
  }
  return data;
}

}  // namespace

int highest_order(const Statement& statement, int axis) {
  int order = 0;
  for (const Term& term : statement.terms) order = std::max(order, term.orders[static_cast<std::size_t>(axis)]);
  return order;
}

Space::Space(const Comm& comm, const Statement& statement, const std::vector<std::vector<Band>>& bands,
             const std::vector<std::vector<Condition>>& conditions, Fitted fitted)
    : comm_(&comm), fitted_(fitted), lists_(conditions) {
  for (int axis = 0; axis < statement.dimensions(); ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    bases_.push_back(basis_of(statement, bands[a], axis, fitted));
    conditions_.push_back(condition_space(bases_.back(), lists_[a]));
    own_nodes_.push_back(bases_.back().nodes());
  }
  const Range rows = node_rows();
  own_nodes_[0] = {basis(0).nodes().begin() + rows.begin, basis(0).nodes().begin() + rows.end};
}

Shape Space::shape() const {
  std::vector<Index> sizes;
  for (const Basis& basis : bases_) sizes.push_back(basis.size());
  return Shape(std::span<const Index>(sizes));
}

Range Space::node_rows() const noexcept { return block(basis(0).node_count(), comm_->rank(), comm_->size()); }

Index Space::node_count() const noexcept {
  Index count = 1;
  for (const Basis& basis : bases_) count *= basis.node_count();
  return count;
}

MatrixView Space::weighted(int axis) const {
  const Matrix& all = basis(axis).weighted();
  return axis == 0 ? MatrixView(all.middleRows(node_rows().begin, node_rows().count())) : MatrixView(all);
}

std::vector<Array> evaluate(const Space& space, const Array& coefficients, const Coordinates& grid,
                            std::span<const Orders> derivatives) {
  std::vector<Array> values;
  if (space.dimensions() == 1) {
    const Eigen::Map<const Eigen::VectorXd> series(coefficients.data(), coefficients.count());
    for (const Orders& orders : derivatives) {
      values.push_back(dense({static_cast<Index>(grid[0].size())}));
      Eigen::Map<Eigen::VectorXd>(values.back().data(), values.back().count()) =
          space.basis(0).combined_at(grid[0], series, orders[0]);
    }
    return values;
  }
  std::vector<std::vector<Matrix>> bases;
  for (std::size_t axis = 0; axis < grid.size(); ++axis) {
    int most = 0;
    for (const Orders& orders : derivatives) most = std::max(most, orders[axis]);
    bases.push_back(space.basis(static_cast<int>(axis)).at(grid[axis], most));
  }
  for (const Orders& orders : derivatives) {
    std::vector<MatrixView> matrices;
    for (std::size_t axis = 0; axis < bases.size(); ++axis)
      matrices.emplace_back(bases[axis][static_cast<std::size_t>(orders[axis])]);
    values.push_back(contract_all(matrices, coefficients));
  }
  return values;
}

Array lift(const Space& space, const Statement& statement) {
  Array lifted = dense(space.shape());
  for (int axis = 0; axis < space.dimensions(); ++axis) {
    if (space.condition_list(axis).empty()) continue;
    Array defect = face_data(space, statement, axis);
    for (int other = space.dimensions() - 1; other >= 0; --other)
      if (other != axis) defect = contract(space.basis(other).weighted(), defect, other, Transpose::yes);
    add(defect, -1, contract(space.conditions(axis).rows, lifted, axis));
    add(lifted, 1, contract(space.conditions(axis).inverse, defect, axis));
  }
  return lifted;
}

}  // namespace mercer::smgp
