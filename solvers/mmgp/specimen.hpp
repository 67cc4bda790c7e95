// One sample made ready: checked, its boundary marked, its outputs found.
#pragma once

#include <mercer/linalg/sparse.hpp>
#include <mercer/meshes/geometry/landmarks.hpp>
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/solvers/mmgp/options.hpp>

#include <string>
#include <vector>

namespace mercer::mmgp {

/// Which scalars and fields are learnt from what.
struct Names {
  std::vector<std::string> inputs, fields, scalars;
};

/// What the case or else the dataset says. Throws Fault::config for names that no sample has, with the nearest one.
Names names_of(const DataOptions& data, const MeshIndex& index);

/// The places of a split, or of all samples where its name is empty. Throws Fault::data with the splits there are.
std::vector<Index> places_of(const MeshDataset& dataset, const std::string& split);

/// Interpolation of fields between a sample and the common mesh.
struct Ways {
  SparseMatrix there;    ///< [common nodes, nodes of the sample]
  SparseMatrix back;     ///< [nodes of the sample, common nodes]
  std::string replaced;  ///< why another map than the one asked for was used; empty where it was not
};

struct Specimen {
  MeshSample sample;                 ///< after repairs
  std::vector<Index> node_now;       ///< [node in the file] its number in `sample`, or -1
  std::optional<Mesh> original;      ///< the mesh of the file, where nodes or coordinates are gone
  std::vector<std::string> repairs;  ///< what was repaired, a sentence each
  MarkedLoop loop;
  Ways ways;  ///< once there is a common mesh
  bool is_curve() const noexcept { return sample.mesh.cells.kind == CellKind::edge; }
};

/// Reads a sample, checks it, repairs what is safe to repair and marks its boundary. Local. Throws Fault::data for one
/// that is not a disk of triangles in the plane or a closed curve there; the plane may be that of third coordinate
/// zero.
Specimen read_specimen(const MeshDataset& dataset, Index place, const Options& options);

/// Values of named scalars or of one field, [node]. Throw Fault::data where the sample has none of that name.
std::vector<double> scalars_of(const MeshSample& sample, const std::vector<std::string>& names);
std::span<const double> field_of(const MeshSample& sample, const std::string& name);

/// One number of the points, cells and inputs: equal samples have equal ones (FNV-1a, 64 bits).
Index fingerprint(const MeshSample& sample, const std::vector<std::string>& inputs);

Mesh copy_of(const Mesh& mesh);  ///< points and cells

}  // namespace mercer::mmgp
