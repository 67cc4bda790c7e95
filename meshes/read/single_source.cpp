// Files with one mesh each, and what kind of file something is.
#include <mercer/io/inspect.hpp>
#include <mercer/meshes/read/cgns.hpp>
#include <mercer/meshes/read/gmsh.hpp>
#include <mercer/meshes/read/source.hpp>
#include <mercer/meshes/read/vtkhdf.hpp>

#include <array>
#include <fstream>
#include <optional>

namespace mercer {
namespace {

namespace fs = std::filesystem;

class SingleSource final : public MeshDataset::Source {
 public:
  SingleSource(const fs::path& path, std::string format) : path_(path), format_(std::move(format)) {}

  MeshIndex index() const override {
    MeshIndex index;
    index.format = format_;
    index.samples.push_back({path_.stem().string(), {}, 0, 0});
    MeshSample sample = read_file();
    index.samples.front().nodes = sample.mesh.nodes();
    index.samples.front().cells = sample.mesh.cells.count();
    for (const auto* fields : {&sample.point_fields, &sample.cell_fields})
      for (const MeshField& field : *fields) index.fields.push_back(field.name);
    for (const auto& [name, value] : sample.scalars) index.scalars.push_back(name);
    read_ahead_ = std::move(sample);
    return index;
  }

  MeshSample read(const MeshIndex&, Index) const override {
    if (!read_ahead_) return read_file();
    MeshSample sample = std::move(*read_ahead_);
    read_ahead_.reset();
    return sample;
  }

 private:
  MeshSample read_file() const {
    if (format_ == "gmsh") return read_gmsh(path_);
    const Comm self = Comm::self();
    const InputFile file(self, path_);
    return format_ == "CGNS" ? read_cgns(file) : read_vtkhdf(file);
  }

  fs::path path_;
  std::string format_;
  mutable std::optional<MeshSample> read_ahead_;  // by the index, for whoever reads first
};

bool is_dataset(const std::string& format) { return format == "mercer-mesh-dataset" || format == "mmgp-mesh-dataset"; }

std::string hdf5_format(const fs::path& path) {
  inspect_hdf5(path);
  const Comm self = Comm::self();
  const InputFile file(self, path);
  if (file.has_attribute("/", "format") && file.is_text_attribute("/", "format") &&
      is_dataset(file.text_attribute("/", "format")))
    return file.text_attribute("/", "format");
  if (file.has("CGNSLibraryVersion")) return "CGNS";
  require(
      file.has("VTKHDF"), Fault::data,
      "{} holds no meshes known here: no mesh dataset (attribute 'format' of the root), no CGNS, no VTKHDF; 'mercer "
      "info' tells what is in it",
      path.string());
  return "VTKHDF";
}

}  // namespace

std::unique_ptr<MeshDataset::Source> single_source(const fs::path& path, const std::string& format) {
  return std::make_unique<SingleSource>(path, format);
}

std::string mesh_format(const fs::path& path) {
  std::error_code error;
  require(fs::exists(path, error), Fault::no_input, "there is no file {}", path.string());
  if (fs::is_directory(path)) return "PLAID";
  std::array<char, 4096> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size() - 1);
  return std::string(head.data()).find("$MeshFormat") != std::string::npos ? "gmsh" : hdf5_format(path);
}

std::unique_ptr<MeshDataset::Source> make_source(const fs::path& path, const std::string& format) {
  if (format == "PLAID") return plaid_source(path);
  return is_dataset(format) ? mesh_dataset_source(path) : single_source(path, format);
}

}  // namespace mercer
