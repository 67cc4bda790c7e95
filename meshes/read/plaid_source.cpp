// Folders of PLAID: one CGNS file a sample, data/SPLIT/sample_N/meshes/mesh_N.cgns, or dataset/samples/sample_N.
#include <mercer/meshes/read/cgns.hpp>
#include <mercer/meshes/read/plaid_definitions.hpp>
#include <mercer/meshes/read/source.hpp>

#include <algorithm>
#include <set>

namespace mercer {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> entries(const fs::path& folder, const std::string& start) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename().string().starts_with(start)) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

/// Folders of samples: by split, in the old layout, or beside one another.
std::vector<fs::path> sample_folders(const fs::path& root) {
  std::vector<fs::path> found;
  for (const char* parent : {"data", "dataset"})
    for (const fs::path& split : entries(root / parent, ""))
      for (fs::path& sample : entries(split, "sample_")) found.push_back(std::move(sample));
  if (found.empty()) found = entries(root, "sample_");
  if (found.empty() && fs::is_directory(root / "meshes")) found.push_back(root);
  return found;
}

/// "test/000000003", or without a split.
std::string id_of(const fs::path& root, const fs::path& sample) {
  std::string number = sample.filename().string();
  if (number.starts_with("sample_")) number = number.substr(7);
  const fs::path split = sample.parent_path();
  return split.parent_path() == root / "data" ? split.filename().string() + "/" + number : number;
}

class PlaidSource final : public MeshDataset::Source {
 public:
  explicit PlaidSource(const fs::path& root) : root_(root), folders_(sample_folders(root)) {
    require(
        !folders_.empty(), Fault::data,
        "{} is a folder without samples of PLAID (data/SPLIT/sample_N/meshes/mesh_N.cgns); its other forms, zarr and "
        "hf_datasets, are converted by plaid itself",
        root.string());
  }

  MeshIndex index() const override {
    MeshIndex index;
    index.format = "PLAID";
    std::set<std::string> fields, scalars;
    for (const fs::path& folder : folders_) {
      MeshEntry entry{id_of(root_, folder), {}, 0, 0};
      if (const auto slash = entry.id.find('/'); slash != std::string::npos)
        index.splits[entry.id.substr(0, slash)].push_back(std::ssize(index.samples));
      look(folder, entry, fields, scalars);
      index.samples.push_back(std::move(entry));
    }
    index.fields.assign(fields.begin(), fields.end());
    index.scalars.assign(scalars.begin(), scalars.end());
    add_definitions(root_, index);
    return index;
  }

  MeshSample read(const MeshIndex&, Index place) const override {
    return read_folder(folders_[static_cast<std::size_t>(place)]);
  }

 private:
  static MeshSample read_folder(const fs::path& folder) {
    const std::vector<fs::path> meshes = entries(folder / "meshes", "mesh_");
    require(!meshes.empty(), Fault::data, "{} has no file meshes/mesh_N.cgns", folder.string());
    const Comm self = Comm::self();
    MeshSample sample = read_cgns(InputFile(self, meshes.front()));
    if (meshes.size() > 1)
      sample.notes.push_back(
          {Severity::warning, "steps_left_out", fmt::format("the first of {} time steps was read", meshes.size())});
    return sample;
  }

  /// A sample that cannot be read is listed, and told about when it is read.
  static void look(const fs::path& folder, MeshEntry& entry, std::set<std::string>& fields,
                   std::set<std::string>& scalars) {
    try {
      const MeshSample sample = read_folder(folder);
      entry.nodes = sample.mesh.nodes();
      entry.cells = sample.mesh.cells.count();
      for (const auto* all : {&sample.point_fields, &sample.cell_fields})
        for (const MeshField& field : *all) fields.insert(field.name);
      for (const auto& [name, value] : sample.scalars) scalars.insert(name);
    } catch (const Error&) {
      entry.nodes = entry.cells = 0;
    }
  }

  fs::path root_;
  std::vector<fs::path> folders_;
};

}  // namespace

std::unique_ptr<MeshDataset::Source> plaid_source(const fs::path& path) { return std::make_unique<PlaidSource>(path); }

}  // namespace mercer
