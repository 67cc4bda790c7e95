// A mesh dataset in one file: sample by sample, each from the rank that has it, the same bytes for any number of ranks.
#pragma once

#include <mercer/io/output_file.hpp>
#include <mercer/meshes/mesh.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mercer {

/// What is meant to be learnt from a dataset.
struct MeshDatasetHead {
  std::vector<std::string> in_scalars, out_scalars, out_fields;
};

class MeshDatasetWriter {
 public:
  /// @collective Writes into an open file, which must outlive the writer; who opened it commits it after `finish`.
  MeshDatasetWriter(OutputFile& file, const MeshDatasetHead& head);

  /// @collective `comm` must outlive the writer. Throws Fault::cannot_create.
  MeshDatasetWriter(const Comm& comm, const std::filesystem::path& path, Existing existing, const MeshDatasetHead& head,
                    int deflate = 0);

  /// @collective Appends sample `count()`, which rank `owner` has; the others pass none. A name other than its number
  /// is kept beside it.
  void write(int owner, const MeshSample* sample);

  Index count() const noexcept { return count_; }

  /// @collective Writes what stands after the samples. The splits are numbers of samples.
  void finish(const std::map<std::string, std::vector<Index>>& splits = {});

  /// @collective The same for a file of the writer's own, which then appears under its name.
  void commit(const std::map<std::string, std::vector<Index>>& splits = {});

 private:
  void begin(const MeshDatasetHead& head);

  std::unique_ptr<OutputFile> own_;
  OutputFile& file_;
  Index space_ = 0, count_ = 0;
};

}  // namespace mercer
