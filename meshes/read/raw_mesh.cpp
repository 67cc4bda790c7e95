#include <mercer/meshes/read/raw_mesh.hpp>
#include <mercer/meshes/read/split_quads.hpp>

#include <algorithm>
#include <array>
#include <numeric>

namespace mercer {
namespace {

bool in_range(Index node, Index nodes) { return 0 <= node && node < nodes; }

int top_dimension(const std::vector<CellBlock>& blocks) {
  int filled = 0, any = 0;
  for (const CellBlock& block : blocks) {
    any = std::max(any, dimensions(block.kind));
    if (block.count() > 0) filled = std::max(filled, dimensions(block.kind));
  }
  return filled > 0 ? filled : any;
}

Index count(const std::vector<CellBlock>& blocks, CellKind kind) {
  Index cells = 0;
  for (const CellBlock& block : blocks)
    if (block.kind == kind) cells += block.count();
  return cells;
}

/// Quadrilaterals beside triangles are split, as a mesh has cells of one kind.
void make_uniform(RawMesh& raw) {
  const Index quads = count(raw.blocks, CellKind::quadrilateral), triangles = count(raw.blocks, CellKind::triangle);
  if (quads == 0 || triangles == 0) return;
  for (CellBlock& block : raw.blocks)
    if (block.kind == CellKind::quadrilateral) block = split_quads(block, raw.points);
  raw.notes.push_back({Severity::note, "mixed_elements",
                       fmt::format("mixed elements: {} quadrilaterals beside {} triangles were split into triangles",
                                   quads, triangles)});
}

/// Nodes along the sides and inside of curved cells go, unless they are corners of others.
void drop_middle_nodes(RawMesh& raw) {
  if (raw.curved_cells == 0) return;
  const Index nodes = raw.points.shape()[0];
  raw.is_middle.resize(static_cast<std::size_t>(nodes));
  for (const CellBlock& block : raw.blocks)
    for (const Index node : block.nodes)
      if (in_range(node, nodes)) raw.is_middle[static_cast<std::size_t>(node)] = false;
  std::vector<Index> now(static_cast<std::size_t>(nodes), -1), kept;
  for (Index node = 0; node < nodes; ++node) {
    if (raw.is_middle[static_cast<std::size_t>(node)]) continue;
    now[static_cast<std::size_t>(node)] = static_cast<Index>(kept.size());
    kept.push_back(node);
  }
  const auto renumber = [&](std::vector<Index>& numbers) {
    for (Index& node : numbers)
      if (in_range(node, nodes)) node = now[static_cast<std::size_t>(node)];
  };
  for (CellBlock& block : raw.blocks) renumber(block.nodes);
  for (auto& [name, members] : raw.tags) {
    renumber(members);
    std::erase(members, -1);
  }
  raw.points = rows_of(raw.points, kept);
  for (MeshField& field : raw.point_fields)
    if (field.values.shape()[0] == nodes) field.values = rows_of(field.values, kept);
  raw.notes.push_back({Severity::note, "curved_cells",
                       fmt::format("{} cells are of higher order: only their corners were taken, and {} nodes between "
                                   "these left out",
                                   raw.curved_cells, nodes - static_cast<Index>(kept.size()))});
}

/// The cells of blocks joined, and their numbers in the file where these have any.
struct Joined {
  Cells cells;
  std::vector<Index> numbers;
};

template <class Wanted>
Joined join(const std::vector<CellBlock>& blocks, CellKind kind, Wanted&& wanted) {
  std::vector<Index> nodes, numbers;
  for (const CellBlock& block : blocks) {
    if (block.kind != kind || !wanted(block)) continue;
    nodes.insert(nodes.end(), block.nodes.begin(), block.nodes.end());
    numbers.insert(numbers.end(), block.numbers.begin(), block.numbers.end());
  }
  const Index width = corners(kind);
  Joined joined{{kind, Tensor<Index>({static_cast<Index>(nodes.size()) / width, width}, Rows::dense)},
                std::move(numbers)};
  std::ranges::copy(nodes, joined.cells.nodes.data());
  return joined;
}

/// Leaves the first of cells with the same corners.
void drop_repeated(Joined& joined) {
  const Index cells = joined.cells.count(), width = corners(joined.cells.kind);
  std::vector<std::array<Index, 5>> keys(static_cast<std::size_t>(cells));
  for (Index cell = 0; cell < cells; ++cell) {
    auto& key = keys[static_cast<std::size_t>(cell)];
    key.fill(-1);
    std::copy_n(joined.cells.nodes.data() + cell * width, width, key.begin());
    std::sort(key.begin(), key.begin() + width);
    key.back() = cell;
  }
  std::ranges::sort(keys);
  std::vector<Index> kept;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (i == 0 || !std::equal(keys[i].begin(), keys[i].end() - 1, keys[i - 1].begin())) kept.push_back(keys[i].back());
  if (static_cast<Index>(kept.size()) == cells) return;
  std::ranges::sort(kept);
  joined.cells.nodes = rows_of(joined.cells.nodes, kept);
  if (joined.numbers.empty()) return;
  std::ranges::transform(kept, kept.begin(),
                         [&](Index cell) { return joined.numbers[static_cast<std::size_t>(cell)]; });
  joined.numbers = std::move(kept);
}

std::vector<Index> nodes_of(const Cells& cells) {
  std::vector<Index> nodes(cells.nodes.data(), cells.nodes.data() + cells.nodes.count());
  std::ranges::sort(nodes);
  const auto rest = std::ranges::unique(nodes);
  nodes.erase(rest.begin(), rest.end());
  return nodes;
}

bool belongs(const CellBlock& block, const std::string& part) {
  return std::ranges::find(block.parts, part) != block.parts.end();
}

/// The named groups; of those with a lower dimension than the mesh the nodes, too. A name that stands for cells of
/// several kinds gets that of the kind behind it from the second one on.
void add_parts(const std::vector<CellBlock>& blocks, int top, Mesh& mesh) {
  std::map<std::string, std::vector<CellKind>> kinds;
  for (const CellBlock& block : blocks)
    for (const std::string& part : block.parts) {
      std::vector<CellKind>& seen = kinds[part];
      if (block.count() > 0 && std::ranges::find(seen, block.kind) == seen.end()) seen.push_back(block.kind);
    }
  for (auto& [part, seen] : kinds) {
    std::ranges::sort(seen, std::greater(), [](CellKind kind) { return dimensions(kind); });
    for (const CellKind kind : seen) {
      const std::string unique = kind == seen.front() ? part : part + "_" + std::string(plural(kind));
      Cells cells = join(blocks, kind, [&](const CellBlock& block) { return belongs(block, part); }).cells;
      if (dimensions(kind) < top) mesh.tags.try_emplace(unique, nodes_of(cells));
      mesh.parts.try_emplace(unique, std::move(cells));
    }
  }
}

std::vector<MeshField> on_cells(std::vector<MeshField> in_file, const std::vector<Index>& numbers,
                                std::vector<Finding>& notes) {
  std::vector<MeshField> fields;
  for (MeshField& field : in_file) {
    const Index values = field.values.shape()[0];
    const bool covers = std::ranges::all_of(numbers, [&](Index number) { return in_range(number, values); });
    if (covers && !numbers.empty()) field.values = rows_of(field.values, numbers);
    if (!covers)
      notes.push_back({Severity::warning, "field_left_out",
                       fmt::format("the field '{}' has {} values on cells, fewer than the file has cells, and was left "
                                   "out",
                                   field.name, values)});
    else
      fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace

void RawMesh::add(CellBlock& block, std::span<const Index> nodes) {
  const auto taken = static_cast<std::size_t>(corners(block.kind));
  block.nodes.insert(block.nodes.end(), nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(taken));
  if (nodes.size() <= taken) return;
  ++curved_cells;
  is_middle.resize(static_cast<std::size_t>(points.shape()[0]));
  for (const Index node : nodes.subspan(taken))
    if (in_range(node, points.shape()[0])) is_middle[static_cast<std::size_t>(node)] = true;
}

MeshSample assembled(RawMesh raw, const std::string& file) {
  const int top = top_dimension(raw.blocks);
  require(top > 0, Fault::data, "{}: expected edges, triangles, quadrilaterals or tetrahedra, found no cells", file);
  drop_middle_nodes(raw);
  make_uniform(raw);
  if (raw.may_be_flat && top <= 2) flatten(raw.points);
  const auto is_top = [&](const CellBlock& block) { return dimensions(block.kind) == top; };
  auto first =
      std::ranges::find_if(raw.blocks, [&](const CellBlock& block) { return is_top(block) && block.count() > 0; });
  if (first == raw.blocks.end()) first = std::ranges::find_if(raw.blocks, is_top);
  Joined joined = join(raw.blocks, first->kind, is_top);
  if (raw.may_repeat_cells && std::ranges::count_if(raw.blocks, is_top) > 1) drop_repeated(joined);
  MeshSample sample;
  sample.id = std::move(raw.id);
  sample.mesh.points = std::move(raw.points);
  sample.mesh.tags = std::move(raw.tags);
  add_parts(raw.blocks, top, sample.mesh);
  sample.mesh.cells = std::move(joined.cells);
  for (auto& [tag, members] : sample.mesh.tags) {
    std::ranges::sort(members);
    const auto rest = std::ranges::unique(members);
    members.erase(rest.begin(), rest.end());
  }
  sample.cell_fields = on_cells(std::move(raw.cell_fields), joined.numbers, raw.notes);
  sample.point_fields = std::move(raw.point_fields);
  sample.scalars = std::move(raw.scalars);
  sample.notes = std::move(raw.notes);
  return sample;
}

MeshField mesh_field(std::string name, Index components, std::span<const double> values) {
  MeshField field{std::move(name),
                  Tensor<double>({static_cast<Index>(values.size()) / components, components}, Rows::dense)};
  std::ranges::copy(values, field.values.data());
  return field;
}

}  // namespace mercer
