#include <mercer/meshes/geometry/elements.hpp>
#include <mercer/solvers/mmgp/common_mesh.hpp>
#include <mercer/solvers/mmgp/spread_map.hpp>

#include <algorithm>
#include <map>

namespace mercer::mmgp {
namespace {

Method method_of(const Options& options) {
  if (options.map == Map::thin_plate) return RadialOptions{};
  if (options.map == Map::compact) return RadialOptions{.kind = RadialFunction::wendland, .radius = options.map_radius};
  return options.map == Map::uniform ? Weights::uniform : Weights::mean_value;
}

Tensor<double> column_of(const std::vector<double>& values) {
  Tensor<double> column({std::ssize(values), 1}, Rows::dense);
  std::ranges::copy(values, column.data());
  return column;
}

/// A closed polygon whose nodes are in the order of `loop`.
Mesh polygon_of(const Mesh& mesh, const MarkedLoop& loop) {
  Mesh polygon;
  const auto count = static_cast<Index>(loop.nodes.size());
  polygon.points = Tensor<double>({count, 2}, Rows::dense);
  for (Index i = 0; i < count; ++i)
    for (Index axis = 0; axis < 2; ++axis)
      polygon.points(i, axis) = mesh.points(loop.nodes[static_cast<std::size_t>(i)], axis);
  return polygon;
}

MarkedLoop in_order(MarkedLoop loop) {
  for (std::size_t i = 0; i < loop.nodes.size(); ++i) loop.nodes[i] = static_cast<Index>(i);
  return loop;
}

/// Halves the way between neighbours around a curve.
std::vector<double> halved(const std::vector<double>& turns) {
  std::vector<double> finer;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    finer.push_back(turns[i]);
    finer.push_back((turns[i] + (i + 1 < turns.size() ? turns[i + 1] : 1.0)) / 2);
  }
  return finer;
}

/// Rows of a matrix whose columns count around a loop, by the numbers of the loop's nodes.
SparseMatrix from_nodes(const SparseMatrix& around, const Loop& loop) {
  std::vector<Triplet> entries;
  for (Index row = 0; row < around.rows(); ++row)
    for (std::size_t k = 0; k < around.column(row).size(); ++k)
      entries.push_back({narrow<Local>(row), narrow<Local>(loop[static_cast<std::size_t>(around.column(row)[k])]),
                         around.value(row)[k]});
  return SparseMatrix::sum(around.rows(), around.columns(), entries);
}

SparseMatrix to_nodes(const SparseMatrix& around, const Loop& loop) {
  std::vector<Triplet> entries;
  for (Index row = 0; row < around.rows(); ++row)
    for (std::size_t k = 0; k < around.column(row).size(); ++k)
      entries.push_back(
          {narrow<Local>(loop[static_cast<std::size_t>(row)]), around.column(row)[k], around.value(row)[k]});
  return SparseMatrix::sum(around.rows(), around.columns(), entries);
}

template <class T>
Tensor<T> read_tensor(const InputFile& file, const std::string& name, int dimensions) {
  const Shape shape = file.info(name).shape;
  require_agreed(shape.dimensions() == dimensions, Fault::data, "{}: '{}' has {} dimensions; {} were expected",
                 file.path().string(), name, shape.dimensions(), dimensions);
  Tensor<T> values(shape, Rows::dense);
  file.read<T>(name, Slab::whole(shape), values.view());
  return values;
}

template <class T>
std::vector<T> read_list(const InputFile& file, const std::string& name) {
  const Tensor<T> values = read_tensor<T>(file, name, 1);
  return {values.span().begin(), values.span().end()};
}

template <class T>
void write_list(OutputFile& file, const std::string& name, const std::vector<T>& values) {
  file.write<T>(name, Shape{std::ssize(values)}, std::span<const T>(values));
}

}  // namespace

CommonMesh::CommonMesh(const Specimen& reference, std::vector<double> fractions, const Options& options)
    : method_(method_of(options)), shape_(shape_from(reference, std::move(fractions), options)) {
  if (!reference.is_curve()) {
    set_points(reference, unfolded_morph(reference.sample.mesh, reference.loop, shape_, method_), options);
  } else {
    std::vector<double> around = turns(reference.loop, shape_.fractions);
    for (Index i = 0; i < options.refinements; ++i) around = halved(around);
    points_ = column_of(around);
  }
  prepare();
}

CommonMesh::CommonMesh(const Comm& comm, const Specimen& reference, std::vector<double> fractions,
                       const Options& options)
    : method_(method_of(options)), shape_(shape_from(reference, std::move(fractions), options)) {
  const Mesh& mesh = reference.sample.mesh;
  SpreadMap map = spread_map(comm, part_of(mesh, comm), reference.loop, shape_, std::get<Weights>(method_));
  map.moved.points = joined_points(comm, map);
  together(comm, [&] {
    set_points(reference, std::move(map.moved), options);
    prepare();
  });
}

CommonShape CommonMesh::shape_from(const Specimen& reference, std::vector<double> fractions,
                                   const Options& options) const {
  if (is_radial(options.map) && !reference.is_curve())
    return shape_of(polygon_of(reference.sample.mesh, reference.loop), in_order(reference.loop), std::move(fractions));
  return circle(std::move(fractions));
}

/// From the places of the nodes of a sample.
void CommonMesh::set_points(const Specimen& reference, Morph moved, const Options& options) {
  points_ = std::move(moved.points);
  cells_ = copy_of(reference.sample.mesh).cells;
  for (std::size_t i = 0; i < moved.turns.size(); ++i) boundary_.emplace_back(reference.loop.nodes[i], moved.turns[i]);
  for (Index i = 0; i < options.refinements; ++i) refine();
}

void CommonMesh::refine() {
  std::map<std::pair<Index, Index>, Index> middles;  // of edges, by their nodes
  std::vector<std::array<double, 2>> added;
  const Index before = nodes();
  const auto middle = [&](Index a, Index b) {
    const auto [place, is_new] = middles.try_emplace(std::minmax(a, b), before + std::ssize(added));
    if (is_new) added.push_back({(points_(a, 0) + points_(b, 0)) / 2, (points_(a, 1) + points_(b, 1)) / 2});
    return place->second;
  };
  Cells finer{cells_.kind, Tensor<Index>({4 * cells_.count(), 3}, Rows::dense)};
  for (Index cell = 0; cell < cells_.count(); ++cell) {
    const Index a = cells_.nodes(cell, 0), b = cells_.nodes(cell, 1), c = cells_.nodes(cell, 2);
    const Index ab = middle(a, b), bc = middle(b, c), ca = middle(c, a);
    const std::array<Index, 12> four{a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca};
    std::ranges::copy(four, finer.nodes.data() + 12 * cell);
  }
  std::vector<std::pair<Index, double>> around;
  for (std::size_t i = 0; i < boundary_.size(); ++i) {  // on the boundary itself, not on its chords
    const auto [from, begin] = boundary_[i];
    const auto [to, end] = i + 1 < boundary_.size() ? boundary_[i + 1] : std::pair(boundary_[0].first, 1.0);
    const double turn = (begin + end) / 2;
    const Index node = middle(from, to);
    const Tensor<double> place = boundary_targets(shape_, std::span(&turn, 1));
    added[static_cast<std::size_t>(node - before)] = {place(0, 0), place(0, 1)};
    around.emplace_back(from, begin);
    around.emplace_back(node, turn);
  }
  Tensor<double> all({before + std::ssize(added), 2}, Rows::dense);
  std::ranges::copy(points_.span(), all.data());
  for (std::size_t i = 0; i < added.size(); ++i)
    for (Index axis = 0; axis < 2; ++axis)
      all(before + static_cast<Index>(i), axis) = added[i][static_cast<std::size_t>(axis)];
  points_ = std::move(all);
  cells_ = std::move(finer);
  boundary_ = std::move(around);
}

void CommonMesh::prepare() {
  boundary_.clear();
  if (!is_curve()) locator_ = std::make_shared<const Locator>(points_.view(), cells_);
}

std::vector<double> CommonMesh::weights() const {
  if (!is_curve()) return lumped_mass(points_.view(), cells_);
  std::vector<double> lengths;
  for (Index i = 0; i < nodes(); ++i) {
    const double before = i > 0 ? points_(i - 1, 0) : points_(nodes() - 1, 0) - 1;
    const double after = i + 1 < nodes() ? points_(i + 1, 0) : points_(0, 0) + 1;
    lengths.push_back((after - before) / 2);
  }
  return lengths;
}

void CommonMesh::require_kind(const Specimen& specimen) const {
  require(specimen.is_curve() == is_curve(), Fault::data, "sample '{}' is a {}, and the model is one of {}",
          specimen.sample.id, specimen.is_curve() ? "curve" : "surface", is_curve() ? "curves" : "surfaces");
}

Ways CommonMesh::ways(const Specimen& specimen) const {
  require_kind(specimen);
  if (is_curve()) return ways_around(specimen);
  Morph moved = unfolded_morph(specimen.sample.mesh, specimen.loop, shape_, method_);
  return {Locator(moved.points.view(), specimen.sample.mesh.cells).interpolation(points_.view()),
          locator_->interpolation(moved.points.view()), std::move(moved.replaced)};
}

Ways CommonMesh::ways(const Comm& group, int owner, const Specimen* specimen) const {
  together(group, [&] {
    if (specimen) require_kind(*specimen);
  });
  const MarkedLoop loop = broadcast_from(group, owner, specimen ? specimen->loop : MarkedLoop());
  const MeshPart part = part_of(specimen ? &specimen->sample.mesh : nullptr, owner, group);
  SpreadMap map = spread_map(group, part, loop, shape_, std::get<Weights>(method_));
  return spread_ways(group, owner, std::move(map), points_.view(), *locator_);
}

Ways CommonMesh::ways_around(const Specimen& specimen) const {
  const std::vector<double> here = turns(specimen.loop, shape_.fractions);
  return {from_nodes(interpolation_around(here, points_.span()), specimen.loop.nodes),
          to_nodes(interpolation_around(points_.span(), here), specimen.loop.nodes),
          {}};
}

void CommonMesh::save(OutputFile& file, const std::string& group) const {
  write_list(file, group + "/fractions", shape_.fractions);
  file.write<double>(group + "/points", points_.shape(), points_.span());
  if (is_curve()) return;
  file.write<Index>(group + "/triangles", cells_.nodes.shape(), cells_.nodes.span());
  if (!shape_.mesh) return;
  file.write<double>(group + "/outline/points", shape_.mesh->points.shape(), shape_.mesh->points.span());
  write_list(file, group + "/outline/marks", shape_.loop.marks);
  write_list(file, group + "/outline/arclength", shape_.loop.arclength);
}

CommonMesh::CommonMesh(const InputFile& file, const std::string& group, const Options& options)
    : method_(method_of(options)) {
  std::vector<double> parts = read_list<double>(file, group + "/fractions");
  points_ = read_tensor<double>(file, group + "/points", 2);
  if (file.has(group + "/triangles")) cells_ = {CellKind::triangle, read_tensor<Index>(file, group + "/triangles", 2)};
  if (file.has(group + "/outline")) {
    Mesh outline;
    outline.points = read_tensor<double>(file, group + "/outline/points", 2);
    MarkedLoop loop{Loop(static_cast<std::size_t>(outline.nodes())), read_list<Index>(file, group + "/outline/marks"),
                    read_list<double>(file, group + "/outline/arclength")};
    shape_ = shape_of(std::move(outline), in_order(std::move(loop)), std::move(parts));
  } else {
    shape_ = circle(std::move(parts));
  }
  together(file.comm(), [&] {
    require(points_.shape()[1] == (cells_.count() > 0 ? 2 : 1), Fault::data,
            "{}: the common mesh has {} coordinates a node, which do not go with its cells", file.path().string(),
            points_.shape()[1]);
    prepare();
  });
}

}  // namespace mercer::mmgp
