#include <mercer/meshes/geometry/distributed_locator.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mmgp/spread_map.hpp>

#include <algorithm>

namespace mercer::mmgp {
namespace {

/// The boundary by places in the curve, whose nodes are in the order of their numbers in the mesh.
MarkedLoop on_curve(MarkedLoop loop) {
  Loop ascending = loop.nodes;
  std::ranges::sort(ascending);
  for (Index& node : loop.nodes) node = std::ranges::lower_bound(ascending, node) - ascending.begin();
  return loop;
}

struct Row {
  Index number;
  NodeMean mean;
};

/// @collective Rows of all ranks as one matrix on rank `owner`.
SparseMatrix gathered(const Comm& comm, int owner, const std::vector<Row>& own, Index columns) {
  std::vector<Row> rows = gather_on(comm, owner, own);
  std::ranges::sort(rows, {}, &Row::number);
  std::vector<Index> first{0};
  std::vector<Local> column;
  std::vector<double> value;
  for (const Row& row : rows) {
    std::array<std::pair<Index, double>, 4> entries;
    std::size_t count = 0;
    for (; count < 4 && row.mean.nodes[count] >= 0; ++count)
      entries[count] = {row.mean.nodes[count], row.mean.weights[count]};
    std::sort(entries.begin(), entries.begin() + static_cast<Index>(count));
    for (std::size_t k = 0; k < count; ++k) {
      column.push_back(static_cast<Local>(entries[k].first));
      value.push_back(entries[k].second);
    }
    first.push_back(std::ssize(column));
  }
  return {columns, std::move(first), std::move(column), std::move(value)};
}

}  // namespace

SpreadMap spread_map(const Comm& comm, const MeshPart& part, const MarkedLoop& loop, const CommonShape& shape,
                     Weights weights) {
  SpreadMap map{distribute(comm, part), {}};
  const BoundaryCurve boundary = boundary_curve(comm, map.mesh);
  require_agreed(boundary.number.size() == loop.nodes.size(), Fault::internal,
                 "the boundary has {} nodes, and {} are marked", boundary.number.size(), loop.nodes.size());
  map.moved = unfolded_morph(comm, map.mesh, boundary, on_curve(loop), shape, weights);
  return map;
}

Tensor<double> joined_points(const Comm& comm, const SpreadMap& map) {
  struct Place {
    Index node;
    std::array<double, 2> point;
  };
  std::vector<Place> own;
  for (Index i = 0; i < map.mesh.owned.count(); ++i)
    own.push_back({map.mesh.original[static_cast<std::size_t>(i)], {map.moved.points(i, 0), map.moved.points(i, 1)}});
  Tensor<double> points({map.mesh.nodes, 2}, Rows::dense);
  for (const Place& place : gather_everywhere(comm, own))
    std::ranges::copy(place.point, points.data() + 2 * place.node);
  return points;
}

MarkedLoop broadcast_from(const Comm& comm, int from, MarkedLoop loop) {
  broadcast_list(comm, from, loop.nodes);
  broadcast_list(comm, from, loop.marks);
  broadcast_list(comm, from, loop.arclength);
  return loop;
}

Ways spread_ways(const Comm& comm, int owner, SpreadMap map, View<const double> points, const Locator& common) {
  const Range part = block(points.shape()[0], comm.rank(), comm.size());
  const View<const double> targets(points.data() + 2 * part.begin, {part.count(), 2});
  std::vector<Row> there, back;
  for (const NodeMean& mean : interpolation_rows(comm, map.mesh, map.moved.points.view(), targets))
    there.push_back({part.begin + std::ssize(there), mean});
  together(comm, [&] {
    const Index own = map.mesh.owned.count();
    const SparseMatrix found = common.interpolation(View<const double>(map.moved.points.data(), {own, 2}));
    for (Index i = 0; i < own; ++i) {
      Row row{map.mesh.original[static_cast<std::size_t>(i)], {{-1, -1, -1, -1}, {}}};
      std::ranges::copy(found.column(i), row.mean.nodes.begin());
      std::ranges::copy(found.value(i), row.mean.weights.begin());
      back.push_back(row);
    }
  });
  return {gathered(comm, owner, there, map.mesh.nodes), gathered(comm, owner, back, points.shape()[0]),
          std::move(map.moved.replaced)};
}

}  // namespace mercer::mmgp
