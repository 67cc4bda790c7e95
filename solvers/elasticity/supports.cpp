#include <mercer/solvers/elasticity/supports.hpp>

#include <Eigen/Dense>
#include <algorithm>
#include <array>

namespace mercer::elasticity {
namespace {

using Motions = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 6, 6>;

/// What component `axis` at `x` makes of the rigid motions: translations along the axes, then rotations about them (in
/// the plane about z alone).
Eigen::VectorXd motion_row(std::span<const double> x, Index axis) {
  const auto d = static_cast<Index>(x.size());
  Eigen::VectorXd row = Eigen::VectorXd::Zero(d == 2 ? 3 : 6);
  row[axis] = 1;
  if (d == 2) {
    row[2] = axis == 0 ? -x[1] : x[0];
    return row;
  }
  const auto next = static_cast<std::size_t>((axis + 1) % 3), after = static_cast<std::size_t>((axis + 2) % 3);
  row[3 + static_cast<Index>(next)] = x[after];  // (w cross x)_axis = w_next x_after - w_after x_next
  row[3 + static_cast<Index>(after)] = -x[next];
  return row;
}

/// Centre and size of the supported nodes of one part of the mesh: the coordinates of its motions.
struct Frame {
  std::array<double, 3> centre{};
  double size = 1;
};

template <class F>
void for_each_support(const Body& body, Index part, const F& visit) {
  for (const Support& support : body.supports) {
    const MeshGroup& group = body.domain->groups.at(support.group);
    for (std::size_t i = 0; i < group.nodes.size(); ++i)
      if (group.bodies[i] == part) visit(support, group.points.view().row(static_cast<Index>(i)));
  }
}

Frame frame_of(const Body& body, Index part) {
  std::array<double, 3> low, high;
  low.fill(std::numeric_limits<double>::infinity());
  high.fill(-low[0]);
  for_each_support(body, part, [&](const Support&, std::span<const double> x) {
    for (std::size_t axis = 0; axis < x.size(); ++axis) {
      low[axis] = std::min(low[axis], x[axis]);
      high[axis] = std::max(high[axis], x[axis]);
    }
  });
  Frame frame;
  double size = 0;
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(body.dimension()); ++axis) {
    if (!(low[axis] <= high[axis])) continue;
    frame.centre[axis] = (low[axis] + high[axis]) / 2;
    size = std::max(size, high[axis] - low[axis]);
  }
  if (size > 0) frame.size = size;
  return frame;
}

/// Motions that no support opposes, as orthonormal columns.
Motions unopposed(const Body& body, Index part) {
  const Index count = body.dimension() == 2 ? 3 : 6;
  const Frame frame = frame_of(body, part);
  Motions products = Motions::Zero(count, count);
  for_each_support(body, part, [&](const Support& support, std::span<const double> x) {
    std::array<double, 3> scaled{};
    for (std::size_t axis = 0; axis < x.size(); ++axis) scaled[axis] = (x[axis] - frame.centre[axis]) / frame.size;
    for (std::size_t axis = 0; axis < x.size(); ++axis)
      if (support.components[axis]) {
        const Eigen::VectorXd row =
            motion_row(std::span<const double>(scaled).first(x.size()), static_cast<Index>(axis));
        products += row * row.transpose();
      }
  });
  const Eigen::SelfAdjointEigenSolver<Motions> solver(products);
  Index free = 0;
  while (free < count && solver.eigenvalues()[free] <= 1e-12 * std::max(solver.eigenvalues()[count - 1], 1.0)) ++free;
  return solver.eigenvectors().leftCols(free);
}

/// Names the motions in the span of orthonormal columns: translations that lie in it, and rotations about some axis.
std::vector<std::string> names_of(const Motions& free, Index dimension) {
  static constexpr std::array<const char*, 3> axis_names{"x", "y", "z"};
  const Index count = free.rows();
  std::vector<std::string> names;
  if (free.cols() == 0) return names;
  for (Index axis = 0; axis < dimension; ++axis)
    if (free.row(axis).squaredNorm() > 1 - 1e-9)
      names.push_back(std::string("translation along ") + axis_names[static_cast<std::size_t>(axis)]);
  for (Index rotation = dimension; rotation < count; ++rotation) {
    // The rotation about this axis is among them, about whatever centre, where its rotational part can be had alone.
    const Motions turns = free.bottomRows(count - dimension);
    Eigen::VectorXd wanted = Eigen::VectorXd::Unit(count - dimension, rotation - dimension);
    const Eigen::VectorXd gap = wanted - turns * turns.completeOrthogonalDecomposition().solve(wanted);
    if (gap.norm() < 1e-6)
      names.push_back(std::string("rotation about ") +
                      axis_names[dimension == 2 ? 2 : static_cast<std::size_t>(rotation - dimension)]);
  }
  if (names.empty()) names.emplace_back("a motion that is askew to the axes");
  return names;
}

}  // namespace

std::vector<std::string> free_motions(const Body& body) {
  std::vector<std::string> motions;
  for (Index part = 0; part < body.domain->bodies; ++part)
    for (const std::string& name : names_of(unopposed(body, part), body.dimension()))
      motions.push_back(body.domain->bodies == 1 ? name
                                                 : fmt::format("{} (part {} of the {} that the mesh falls into)", name,
                                                               part + 1, body.domain->bodies));
  return motions;
}

}  // namespace mercer::elasticity
