// How MeshDataset gets at samples: one class a format.
#pragma once

#include <mercer/meshes/mesh_dataset.hpp>

namespace mercer {

class MeshDataset::Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  virtual MeshIndex index() const = 0;  ///< read anew
  virtual MeshSample read(const MeshIndex& index, Index place) const = 0;
};

/// Each opens its files when it is first asked for something. All are local.
std::unique_ptr<MeshDataset::Source> mesh_dataset_source(const std::filesystem::path& path);
std::unique_ptr<MeshDataset::Source> plaid_source(const std::filesystem::path& path);
std::unique_ptr<MeshDataset::Source> single_source(const std::filesystem::path& path, const std::string& format);

/// The format of what lies at `path`, from its content. Throws Fault::no_input and Fault::data.
std::string mesh_format(const std::filesystem::path& path);
std::unique_ptr<MeshDataset::Source> make_source(const std::filesystem::path& path, const std::string& format);

}  // namespace mercer
