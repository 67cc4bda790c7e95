#include <mercer/meshes/check/geometry.hpp>
#include <mercer/meshes/check/repair.hpp>
#include <mercer/meshes/check/topology.hpp>
#include <mercer/meshes/check/union_find.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace mercer {
namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

std::vector<char> used_nodes(const Mesh& mesh) {
  std::vector<char> is_used(at(mesh.nodes()), 0);
  for (Index i = 0; i < mesh.cells.nodes.count(); ++i) is_used[at(mesh.cells.nodes.data()[i])] = 1;
  return is_used;
}

using Placed = std::pair<double, Index>;  // a position and whose it is

/// In ascending order: shared out to as many equal intervals as there are entries, and sorted in each of them.
std::vector<Placed> sorted(const std::vector<Placed>& entries) {
  if (entries.empty()) return {};
  const auto [low, high] = std::ranges::minmax(entries);
  const std::size_t last = entries.size() - 1;
  const double inverse = high.first > low.first ? static_cast<double>(entries.size()) / (high.first - low.first) : 0;
  const auto interval = [&, low = low.first](const Placed& entry) {
    const double place = (entry.first - low) * inverse;
    return place < static_cast<double>(last) ? static_cast<std::size_t>(place) : last;
  };
  std::vector<std::size_t> next(entries.size() + 1, 0);
  for (const Placed& entry : entries) ++next[interval(entry) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Placed> ordered(entries.size());
  for (const Placed& entry : entries) ordered[next[interval(entry)]++] = entry;
  auto begin = ordered.begin();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto end = ordered.begin() + static_cast<std::ptrdiff_t>(next[i]);
    if (end - begin > 1) std::sort(begin, end);
    begin = end;
  }
  return ordered;
}

/// Candidates are neighbours along one direction that is askew to all axes, so that grids do not crowd.
void join_close(const Mesh& mesh, const std::vector<char>& is_used, double tolerance, UnionFind& same) {
  static constexpr std::array<double, 3> direction{0.7548776662, 0.5698402910, 0.3247179572};
  const Index space = mesh.space();
  const auto coordinate = [&](Index node, Index axis) { return mesh.points.data()[node * space + axis]; };
  std::vector<Placed> along;
  along.reserve(is_used.size());
  for (Index node = 0; node < mesh.nodes(); ++node) {
    if (is_used[at(node)] == 0) continue;
    double position = 0;
    for (Index axis = 0; axis < space; ++axis) position += direction[at(axis)] * coordinate(node, axis);
    along.emplace_back(position, node);
  }
  along = sorted(along);
  for (std::size_t i = 0; i < along.size(); ++i) {
    for (std::size_t j = i + 1; j < along.size() && along[j].first - along[i].first <= tolerance; ++j) {
      double square = 0;
      for (Index axis = 0; axis < space; ++axis)
        square += std::pow(coordinate(along[i].second, axis) - coordinate(along[j].second, axis), 2);
      if (square <= tolerance * tolerance) same.join(at(along[i].second), at(along[j].second));
    }
  }
}

/// Whether a field has other values on a node than on the one it is merged into.
bool jumps(const MeshField& field, const Renumbering& renumbering, const std::vector<Index>& kept) {
  const Index width = field.values.shape()[1];
  double largest = 0, gap = 0;
  for (const double value : field.values.span()) largest = std::max(largest, std::abs(value));
  for (Index node = 0; node < std::ssize(renumbering.now); ++node) {
    const Index now = renumbering.now[at(node)];
    if (now < 0 || kept[at(now)] == node) continue;
    for (Index component = 0; component < width; ++component)
      gap = std::max(gap, std::abs(field.values(node, component) - field.values(kept[at(now)], component)));
  }
  return gap > 1e-9 * largest;
}

Tensor<double> kept_rows(const Tensor<double>& all, const std::vector<Index>& kept) {
  const Index width = all.shape()[1];
  Tensor<double> rows({std::ssize(kept), width}, Rows::dense);
  for (std::size_t row = 0; row < kept.size(); ++row)
    std::copy_n(all.data() + kept[row] * width, width, rows.data() + static_cast<Index>(row) * width);
  return rows;
}

/// Cells by their new nodes, without those of which a node is gone.
Cells renumbered(const Cells& cells, const std::vector<Index>& now) {
  const Index width = corners(cells.kind);
  std::vector<Index> nodes;
  for (Index cell = 0; cell < cells.count(); ++cell) {
    const std::size_t start = nodes.size();
    for (Index corner = 0; corner < width; ++corner) nodes.push_back(now[at(cells.nodes(cell, corner))]);
    if (std::find(nodes.begin() + static_cast<std::ptrdiff_t>(start), nodes.end(), -1) != nodes.end())
      nodes.resize(start);
  }
  Cells found{cells.kind, Tensor<Index>({std::ssize(nodes) / width, width}, Rows::dense)};
  std::ranges::copy(nodes, found.nodes.data());
  return found;
}

std::vector<Index> renumbered(const std::vector<Index>& members, const std::vector<Index>& now) {
  std::vector<Index> found;
  for (const Index node : members)
    if (now[at(node)] >= 0) found.push_back(now[at(node)]);
  std::ranges::sort(found);
  const auto rest = std::ranges::unique(found);
  found.erase(rest.begin(), rest.end());
  return found;
}

/// Six times the volume that a closed surface of consistent cells surrounds, negative where it faces inwards.
double enclosed(const Mesh& mesh) {
  double total = 0;
  const auto box = bounds(mesh);
  const auto centre = box.centre();
  for (Index cell = 0; cell < mesh.cells.count(); ++cell) {
    for (Index last = 2; last < corners(mesh.cells.kind); ++last) {
      std::array<std::array<double, 3>, 3> p{};
      const std::array<Index, 3> corner{0, last - 1, last};
      for (std::size_t i = 0; i < 3; ++i)
        for (Index axis = 0; axis < 3; ++axis)
          p[i][at(axis)] = mesh.points(mesh.cells.nodes(cell, corner[i]), axis) - centre[at(axis)];
      total += p[0][0] * (p[1][1] * p[2][2] - p[1][2] * p[2][1]) + p[0][1] * (p[1][2] * p[2][0] - p[1][0] * p[2][2]) +
               p[0][2] * (p[1][0] * p[2][1] - p[1][1] * p[2][0]);
    }
  }
  return total;
}

Index orient_by_neighbours(Mesh& mesh) {
  const std::vector<Side> facets = sorted_facets(mesh.cells, mesh.nodes());
  const Orientation wanted = orientation(mesh.cells, facets);
  if (!wanted.is_orientable) return -1;
  const auto turn_all = [&](auto&& is_turned) {
    for (Index cell = 0; cell < mesh.cells.count(); ++cell)
      if (is_turned(cell)) turn(mesh.cells, cell);
  };
  turn_all([&](Index cell) { return wanted.is_turned[at(cell)]; });
  const Index turned = std::ranges::count(wanted.is_turned, true);
  const bool is_surface = dimensions(mesh.cells.kind) == 2;
  if (!is_surface) return turned;
  const Topology told = topology(mesh, facets);
  if (told.boundary_facets > 0 || told.components != 1 || enclosed(mesh) >= 0) return turned;
  turn_all([](Index) { return true; });
  return mesh.cells.count() - turned;
}

}  // namespace

Renumbering renumbering(const Mesh& mesh, double tolerance) {
  const std::vector<char> is_used = used_nodes(mesh);
  UnionFind same(at(mesh.nodes()));
  join_close(mesh, is_used, tolerance, same);
  Renumbering found;
  found.now.assign(at(mesh.nodes()), -1);
  Index next = 0;
  for (std::size_t node = 0; node < found.now.size(); ++node) {
    const std::size_t root = same.root(node);
    found.unused += is_used[node] == 0;
    found.merged += root != node;
    if (is_used[node] != 0) found.now[node] = root == node ? next++ : found.now[root];
  }
  return found;
}

std::vector<std::string> apply(const Renumbering& renumbering, MeshSample& sample) {
  Mesh& mesh = sample.mesh;
  const std::vector<Index>& now = renumbering.now;
  std::vector<Index> kept;
  for (Index node = 0; node < mesh.nodes(); ++node)
    if (now[at(node)] == std::ssize(kept)) kept.push_back(node);
  std::vector<std::string> differing;
  for (MeshField& field : sample.point_fields) {
    if (field.values.shape()[0] != mesh.nodes()) continue;
    if (renumbering.merged > 0 && jumps(field, renumbering, kept)) differing.push_back(field.name);
    field.values = kept_rows(field.values, kept);
  }
  mesh.points = kept_rows(mesh.points, kept);
  mesh.cells = renumbered(mesh.cells, now);
  for (auto& [name, part] : mesh.parts) part = renumbered(part, now);
  for (auto& [name, members] : mesh.tags) members = renumbered(members, now);
  return differing;
}

Index orient(Mesh& mesh) {
  if (dimensions(mesh.cells.kind) != mesh.space()) return orient_by_neighbours(mesh);
  Index turned = 0;
  for (Index cell = 0; cell < mesh.cells.count(); ++cell) {
    if (measure(mesh, cell) >= 0) continue;
    turn(mesh.cells, cell);
    ++turned;
  }
  return turned;
}

}  // namespace mercer
