#include <mercer/base/text.hpp>
#include <mercer/meshes/read/array.hpp>
#include <mercer/meshes/read/raw_mesh.hpp>
#include <mercer/meshes/read/vtkhdf.hpp>

#include <numeric>
#include <optional>

namespace mercer {
namespace {

/// What VTK's number of a kind of cell stands for; its corners come first in all of them.
std::optional<CellKind> kind_of(std::uint8_t type) {
  switch (type) {
    case 3:
    case 21:
    case 35:
    case 68:
    case 75:
      return CellKind::edge;
    case 5:
    case 22:
    case 34:
    case 69:
    case 76:
      return CellKind::triangle;
    case 9:
    case 23:
    case 28:
    case 70:
    case 77:
      return CellKind::quadrilateral;
    case 10:
    case 24:
    case 71:
    case 78:
      return CellKind::tetrahedron;
    default:
      return std::nullopt;
  }
}

/// Reads one group of cells into a raw mesh, block by block.
class Reader {
 public:
  Reader(const InputFile& file, RawMesh& raw) : file_(file), raw_(raw) {}

  void read_points() {
    part_points_ = counts("/VTKHDF/NumberOfPoints");
    raw_.points = read_table<double>(file_, "/VTKHDF/Points");
    const Index all = std::accumulate(part_points_.begin(), part_points_.end(), Index{0});
    require(raw_.points.shape()[1] == 3 && raw_.points.shape()[0] == all, Fault::data,
            "{}: '/VTKHDF/Points' has the shape {}, and NumberOfPoints says [{}, 3]", path(), text(raw_.points.shape()),
            all);
  }

  void read_unstructured() {
    const std::vector<std::uint8_t> types = read_array<std::uint8_t>(file_, "/VTKHDF/Types");
    for_each_cell("/VTKHDF", [&](Index cell, std::span<const Index> nodes) {
      require(cell < std::ssize(types), Fault::data, "{}: '/VTKHDF/Types' has {} values, fewer than there are cells",
              path(), types.size());
      add(types[static_cast<std::size_t>(cell)], nodes);
    });
  }

  /// Points and strips of triangles are no cells of a mesh here.
  void read_poly_data() {
    for (const char* group : {"/VTKHDF/Vertices", "/VTKHDF/Strips"}) {
      if (!file_.has(group)) continue;
      const std::vector<Index> cells = counts(group + std::string("/NumberOfCells"));
      const Index all = std::accumulate(cells.begin(), cells.end(), Index{0});
      require(all == 0 || !std::string_view(group).ends_with("Strips"), Fault::data,
              "{}: strips of triangles are not read; apply the filter 'Triangulate' in ParaView", path());
      next_cell_ += all;
    }
    for_each_cell("/VTKHDF/Lines", [&](Index, std::span<const Index> nodes) {
      for (std::size_t first = 0; first + 1 < nodes.size(); ++first) put(CellKind::edge, nodes.subspan(first, 2));
      ++next_cell_;
    });
    for_each_cell("/VTKHDF/Polygons", [&](Index, std::span<const Index> nodes) {
      require(nodes.size() == 3 || nodes.size() == 4, Fault::data,
              "{}: a polygon of {} corners; expected triangles or quadrilaterals (filter 'Triangulate' in ParaView)",
              path(), nodes.size());
      put(nodes.size() == 3 ? CellKind::triangle : CellKind::quadrilateral, nodes);
      ++next_cell_;
    });
  }

  std::string path() const { return file_.path().string(); }

 private:
  static constexpr Index most = Index{1} << 40;  // beyond any file, and sums of them do not overflow

  std::vector<Index> counts(const std::string& name) {
    std::vector<Index> found = read_array<Index>(file_, name);
    for (const Index count : found)
      require(0 <= count && count <= most, Fault::data, "{}: '{}' holds the count {}", path(), name, count);
    return found;
  }

  /// Calls `take` for the cells of all parts, whose nodes are numbered through the parts; -1 where a part has not the
  /// node.
  template <class F>
  void for_each_cell(const std::string& group, F&& take) {
    if (!file_.has(group)) return;
    const std::vector<Index> cells = counts(group + "/NumberOfCells");
    const std::vector<Index> ids = counts(group + "/NumberOfConnectivityIds");
    const std::vector<Index> offsets = read_array<Index>(file_, group + "/Offsets");
    std::vector<Index> connectivity = read_array<Index>(file_, group + "/Connectivity");
    require(cells.size() == part_points_.size() && ids.size() == cells.size(), Fault::data,
            "{}: '{}' has {} parts of cells and {} of points", path(), group, cells.size(), part_points_.size());
    Index cell = 0, first_offset = 0, first_id = 0, first_point = 0;
    for (std::size_t part = 0; part < cells.size(); ++part) {
      const Index count = cells[part], length = ids[part];
      require(first_offset + count < std::ssize(offsets) && first_id + length <= std::ssize(connectivity), Fault::data,
              "{}: '{}' has fewer offsets or nodes than its part {} announces", path(), group, part);
      const std::span<Index> nodes(connectivity.data() + first_id, static_cast<std::size_t>(length));
      for (Index& node : nodes) node = 0 <= node && node < part_points_[part] ? node + first_point : -1;
      for (Index i = first_offset; i < first_offset + count; ++i) {
        const Index begin = offsets[static_cast<std::size_t>(i)], end = offsets[static_cast<std::size_t>(i + 1)];
        require(0 <= begin && begin <= end && end <= length, Fault::data,
                "{}: the offsets of '{}' do not ascend within "
                "its {} nodes",
                path(), group, length);
        take(cell++, std::span<const Index>(nodes).subspan(static_cast<std::size_t>(begin),
                                                           static_cast<std::size_t>(end - begin)));
      }
      first_offset += count + 1;
      first_id += length;
      first_point += part_points_[part];
    }
  }

  void add(std::uint8_t type, std::span<const Index> nodes) {
    constexpr std::uint8_t vertex = 1, vertices = 2, poly_line = 4;
    if (type == poly_line) {
      for (std::size_t first = 0; first + 1 < nodes.size(); ++first) put(CellKind::edge, nodes.subspan(first, 2));
    } else if (type != vertex && type != vertices) {
      const std::optional<CellKind> kind = kind_of(type);
      require(kind.has_value(), Fault::data,
              "{}: cells of VTK's kind {}; expected edges, triangles, quadrilaterals or tetrahedra (filter "
              "'Tetrahedralize' "
              "in ParaView)",
              path(), type);
      require(std::ssize(nodes) >= corners(*kind), Fault::data, "{}: a {} of {} nodes", path(), name(*kind),
              nodes.size());
      put(*kind, nodes);
    }
    ++next_cell_;
  }

  void put(CellKind kind, std::span<const Index> nodes) {
    std::size_t place = 0;
    while (place < raw_.blocks.size() && raw_.blocks[place].kind != kind) ++place;
    if (place == raw_.blocks.size()) raw_.blocks.push_back({kind, {}, {}, {}});
    raw_.add(raw_.blocks[place], nodes);
    raw_.blocks[place].numbers.push_back(next_cell_);
  }

  const InputFile& file_;
  RawMesh& raw_;
  std::vector<Index> part_points_;
  Index next_cell_ = 0;
};

std::vector<MeshField> fields(const InputFile& file, const std::string& group, std::vector<Finding>& notes) {
  std::vector<MeshField> found;
  if (!file.has(group)) return found;
  for (const std::string& name : file.children(group)) {
    try {
      found.push_back({name, read_table<double>(file, group + "/" + name)});
    } catch (const Error& error) {
      notes.push_back({Severity::warning, "field_left_out", fmt::format("a field was left out: {}", error.what())});
    }
  }
  return found;
}

void read_scalars(const InputFile& file, RawMesh& raw) {
  if (!file.has("/VTKHDF/FieldData")) return;
  for (const MeshField& field : fields(file, "/VTKHDF/FieldData", raw.notes))
    if (field.values.count() == 1) raw.scalars[field.name] = *field.values.data();
}

/// Where there are steps, the first one is what the arrays start with only if there are no others.
void refuse_steps(const InputFile& file) {
  if (!file.has("/VTKHDF/Steps")) return;
  const std::vector<double> steps = file.number_attribute("/VTKHDF/Steps", "NSteps");
  require(
      steps.size() == 1 && steps.front() <= 1, Fault::data,
      "{} holds {:.0f} time steps, and one is read; save the one that is meant as a file of its own (ParaView: Save "
      "Data)",
      file.path().string(), steps.empty() ? 0 : steps.front());
}

/// Lower cells beside the mesh keep together under the name of their kind.
void name_lower_cells(RawMesh& raw) {
  int top = 0;
  for (const CellBlock& block : raw.blocks) top = std::max(top, dimensions(block.kind));
  for (CellBlock& block : raw.blocks)
    if (dimensions(block.kind) < top) block.parts = {std::string(plural(block.kind))};
}

}  // namespace

MeshSample read_vtkhdf(const InputFile& file) {
  const std::string type = file.text_attribute("/VTKHDF", "Type");
  RawMesh raw;
  raw.id = file.path().stem().string();
  raw.may_be_flat = true;
  Reader reader(file, raw);
  require(type == "UnstructuredGrid" || type == "PolyData", Fault::data,
          "{}: expected an UnstructuredGrid or PolyData of VTK, found {}", file.path().string(), type);
  refuse_steps(file);
  reader.read_points();
  type == "PolyData" ? reader.read_poly_data() : reader.read_unstructured();
  name_lower_cells(raw);
  raw.point_fields = fields(file, "/VTKHDF/PointData", raw.notes);
  raw.cell_fields = fields(file, "/VTKHDF/CellData", raw.notes);
  read_scalars(file, raw);
  return assembled(std::move(raw), file.path().string());
}

}  // namespace mercer
