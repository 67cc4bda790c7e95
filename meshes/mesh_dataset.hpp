// Many meshes under one name: a mesh dataset of ours, a folder of PLAID, or the one mesh of another file.
#pragma once

#include <mercer/meshes/mesh.hpp>
#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mercer {

/// One sample, before its mesh is read.
struct MeshEntry {
  std::string id;
  std::string name;            ///< where the file gives it one beside its id
  Index nodes = 0, cells = 0;  ///< zero where that cannot be told without reading the mesh
};

/// What a dataset holds, the same on all ranks.
struct MeshIndex {
  std::string format;  ///< "mercer-mesh-dataset", "PLAID", "gmsh", "VTKHDF", "CGNS"
  std::vector<MeshEntry> samples;
  std::map<std::string, std::vector<Index>> splits;              ///< places in `samples`, in the order of the file
  std::vector<std::string> fields, scalars;                      ///< of any sample, in alphabetical order
  std::vector<std::string> in_scalars, out_scalars, out_fields;  ///< what is meant to be learnt, where that is said
};

class MeshDataset {
 public:
  /// @collective Rank 0 looks what there is, by content and not by names, and tells the others. Throws Fault::no_input
  /// where there is nothing, Fault::data where it holds no meshes. One broken sample is no fault here: reading it is.
  MeshDataset(const Comm& comm, const std::filesystem::path& path);
  ~MeshDataset();
  MeshDataset(MeshDataset&&) noexcept;

  const std::filesystem::path& path() const noexcept;
  const MeshIndex& index() const noexcept;
  Index count() const noexcept { return std::ssize(index().samples); }

  /// The place of a sample by its id. Throws Fault::no_input with the nearest one.
  Index place(const std::string& id) const;

  /// Reads one sample, unchecked. Local: each rank opens files by itself, so it may be called inside `together`. Throws
  /// Fault::data with file and sample where it is malformed.
  MeshSample read(Index place) const;

  /// What can read samples, one of each format.
  class Source;

 private:
  std::filesystem::path path_;
  MeshIndex index_;
  std::unique_ptr<Source> source_;
};

/// Shares loads out so that the ranks have about the same: the largest one left goes to the rank that has least, the
/// lowest of equal ones. Gives the rank of each load, the same whatever rank asks.
std::vector<int> balanced(const std::vector<Index>& loads, int ranks);

/// The ranks of the samples of a dataset by their numbers of nodes.
std::vector<int> owners(const MeshIndex& index, int ranks);

}  // namespace mercer
