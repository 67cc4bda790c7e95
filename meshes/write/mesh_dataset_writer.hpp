// A mesh dataset in one file: sample by sample, each from the rank that has it, the same bytes for any number of ranks.
#pragma once

#include <mercer/io/output_file.hpp>
#include <mercer/meshes/mesh.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mercer {

/// What is meant to be learnt from a dataset.
struct MeshDatasetHead {
  std::vector<std::string> in_scalars, out_scalars, out_fields;
};

class MeshDatasetWriter {
 public:
  /// @collective `comm` must outlive the writer. Throws Fault::cannot_create.
  MeshDatasetWriter(const Comm& comm, const std::filesystem::path& path, Existing existing, const MeshDatasetHead& head,
                    int deflate = 0);

  /// @collective Appends sample `count()`, which rank `owner` has; the others pass none. A name other than its number
  /// is kept beside it.
  void write(int owner, const MeshSample* sample);

  Index count() const noexcept { return count_; }

  /// @collective The file appears under its name. The splits are numbers of samples.
  void commit(const std::map<std::string, std::vector<Index>>& splits = {});

 private:
  OutputFile file_;
  Index space_ = 0, count_ = 0;
};

}  // namespace mercer
