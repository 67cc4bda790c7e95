// Mesh datasets of our own layout: /samples/ID with points, cells, fields, scalars and tags.
#include <mercer/base/text.hpp>
#include <mercer/meshes/read/array.hpp>
#include <mercer/meshes/read/raw_mesh.hpp>
#include <mercer/meshes/read/source.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace mercer {
namespace {

constexpr std::array kinds{CellKind::edge, CellKind::triangle, CellKind::quadrilateral, CellKind::tetrahedron};

std::vector<std::string> children(const InputFile& file, const std::string& group) {
  return file.has(group) ? file.children(group) : std::vector<std::string>();
}

std::vector<std::string> root_texts(const InputFile& file, const char* name) {
  return file.has_attribute("/", name) ? file.texts_attribute("/", name) : std::vector<std::string>();
}

Index rows(const InputFile& file, const std::string& name) { return file.has(name) ? file.info(name).shape[0] : 0; }

Cells read_cells(const InputFile& file, const std::string& name, CellKind kind) {
  Cells cells{kind, read_table<Index>(file, name)};
  require(cells.nodes.shape()[1] == corners(kind), Fault::data, "'{}' in {} has the shape {}; expected [cell, {}]",
          name, file.path().string(), text(cells.nodes.shape()), corners(kind));
  return cells;
}

/// Cells of a group, one dataset a kind.
std::vector<Cells> read_kinds(const InputFile& file, const std::string& group) {
  std::vector<Cells> found;
  for (const CellKind kind : kinds) {
    const std::string name = group + "/" + std::string(plural(kind));
    if (file.has(name)) found.push_back(read_cells(file, name, kind));
  }
  return found;
}

CellBlock block_of(const Cells& cells, Index& number) {
  CellBlock block{cells.kind, {}, {cells.nodes.span().begin(), cells.nodes.span().end()}, {}};
  for (Index cell = 0; cell < cells.count(); ++cell) block.numbers.push_back(number++);
  return block;
}

/// Cells below the dimension of the mesh keep together under the name of their kind.
std::vector<CellBlock> read_blocks(const InputFile& file, const std::string& group) {
  std::vector<CellBlock> blocks;
  Index number = 0;
  int top = 0;
  std::vector<Cells> all = read_kinds(file, group);
  for (const Cells& cells : all) top = std::max(top, cells.count() > 0 ? dimensions(cells.kind) : 0);
  std::ranges::stable_sort(all, std::greater(), [](const Cells& cells) { return dimensions(cells.kind); });
  for (const Cells& cells : all) {
    blocks.push_back(block_of(cells, number));
    if (dimensions(cells.kind) < top) blocks.back().parts = {std::string(plural(cells.kind))};
  }
  return blocks;
}

std::vector<MeshField> read_fields(const InputFile& file, const std::string& group) {
  std::vector<MeshField> fields;
  for (const std::string& name : children(file, group))
    fields.push_back({name, read_table<double>(file, group + "/" + name)});
  return fields;
}

class DatasetSource final : public MeshDataset::Source {
 public:
  explicit DatasetSource(const std::filesystem::path& path) : self_(Comm::self()), path_(path) {}

  MeshIndex index() const override {
    const InputFile& from = file();
    MeshIndex index;
    index.format = from.text_attribute("/", "format");
    index.in_scalars = root_texts(from, "in_scalars");
    index.out_scalars = root_texts(from, "out_scalars");
    index.out_fields = root_texts(from, "out_fields");
    require(from.has("/samples"), Fault::data, "{}: a mesh dataset has a group 'samples', and this one has none",
            path_.string());
    std::set<std::string> fields, scalars;
    for (const std::string& id : from.children("/samples")) index.samples.push_back(entry(id, fields, scalars));
    index.fields.assign(fields.begin(), fields.end());
    index.scalars.assign(scalars.begin(), scalars.end());
    for (const std::string& split : children(from, "/splits")) index.splits[split] = read_split(index, split);
    return index;
  }

  MeshSample read(const MeshIndex& index, Index place) const override {
    const InputFile& from = file();
    const std::string group = "/samples/" + index.samples[static_cast<std::size_t>(place)].id;
    RawMesh raw;
    raw.points = read_table<double>(from, group + "/points");
    require(raw.points.shape()[1] == 2 || raw.points.shape()[1] == 3, Fault::data,
            "'{}/points' in {} has the shape {}; expected [node, 2 or 3]", group, path_.string(),
            text(raw.points.shape()));
    raw.blocks = read_blocks(from, group);
    for (const std::string& tag : children(from, group + "/tags"))
      raw.tags[tag] = read_array<Index>(from, group + "/tags/" + tag);
    raw.point_fields = read_fields(from, group + "/point_data");
    raw.cell_fields = read_fields(from, group + "/cell_data");
    raw.scalars = read_scalars(group, "/globals");
    MeshSample sample = assembled(std::move(raw), path_.string() + ":" + group);
    sample.point_deviations = read_fields(from, group + "/point_std");
    sample.scalar_deviations = read_scalars(group, "/globals_std");
    if (from.has_attribute(group, "novelty"))
      for (const double novelty : from.number_attribute(group, "novelty")) sample.novelty = novelty;
    for (const std::string& part : children(from, group + "/parts"))
      for (Cells& cells : read_kinds(from, group + "/parts/" + part))
        sample.mesh.parts.insert_or_assign(part, std::move(cells));
    return sample;
  }

 private:
  const InputFile& file() const {
    if (!file_) file_.emplace(self_, path_);
    return *file_;
  }

  /// A sample that cannot be looked at is listed, and told about when it is read.
  MeshEntry entry(const std::string& id, std::set<std::string>& fields, std::set<std::string>& scalars) const {
    MeshEntry found{id, {}, 0, 0};
    const std::string group = "/samples/" + id;
    try {
      const InputFile& from = file();
      if (from.has_attribute(group, "name") && from.is_text_attribute(group, "name"))
        found.name = from.text_attribute(group, "name");
      for (const char* data : {"/point_data", "/cell_data"})
        for (const std::string& field : children(from, group + data)) fields.insert(field);
      for (const std::string& scalar : children(from, group + "/globals")) scalars.insert(scalar);
      found.nodes = rows(from, group + "/points");
      for (const CellKind kind : kinds) found.cells += rows(from, group + "/" + std::string(plural(kind)));
    } catch (const Error&) {
      found.nodes = found.cells = 0;
    }
    return found;
  }

  std::vector<Index> read_split(const MeshIndex& index, const std::string& split) const {
    std::vector<Index> places;
    for (const Index number : read_array<Index>(file(), "/splits/" + split)) {
      const std::string id = fmt::format("{:06}", number);
      const auto found = std::ranges::find(index.samples, id, &MeshEntry::id);
      require(found != index.samples.end(), Fault::data, "{}: split '{}' names the sample {}, which is not there",
              path_.string(), split, id);
      places.push_back(found - index.samples.begin());
    }
    return places;
  }

  std::map<std::string, double> read_scalars(const std::string& group, const std::string& below) const {
    std::map<std::string, double> scalars;
    for (const std::string& name : children(file(), group + below)) {
      const std::vector<double> values = read_array<double>(file(), group + below + "/" + name);
      require(values.size() == 1, Fault::data, "'{}{}/{}' in {} holds {} numbers; expected one", group, below, name,
              path_.string(), values.size());
      scalars[name] = values.front();
    }
    return scalars;
  }

  Comm self_;
  std::filesystem::path path_;
  mutable std::optional<InputFile> file_;
};

}  // namespace

std::unique_ptr<MeshDataset::Source> mesh_dataset_source(const std::filesystem::path& path) {
  return std::make_unique<DatasetSource>(path);
}

}  // namespace mercer
