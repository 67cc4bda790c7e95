// Everything that can be wrong with one mesh and its fields, told in one order; what is safe to repair is repaired.
#pragma once

#include <mercer/meshes/check/geometry.hpp>
#include <mercer/meshes/check/outline.hpp>
#include <mercer/meshes/check/topology.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// What a mesh has to be.
enum class Demand {
  any,        ///< pieces and holes are as good as any
  automatic,  ///< a surface in the plane is a disk, everything else one piece
  disk,
};

/// What becomes of third coordinates of surfaces and curves that are zero at all nodes.
enum class Flat { dropped, kept };

struct CheckRules {
  Demand demand = Demand::automatic;
  Flat flat = Flat::dropped;
  double merge_distance = 1e-9;  ///< of nodes that become one, in diagonals of the box around the mesh
};

/// What is known of a mesh after its check.
struct MeshReport {
  std::string id;
  CellKind kind = CellKind::triangle;
  Index nodes = 0, cells = 0, space = 0;  ///< after repairs
  std::vector<Finding> findings;          ///< in the order of docs/meshes.md
  std::optional<Topology> topology;       ///< where nothing forbade to look
  BoundingBox box;
  std::optional<Outline> outline;  ///< of sound disks of triangles and closed curves in the plane, unless demand is any
  std::optional<double> novelty;   ///< of the outline, where there is a training set: see ShapeFamily
  std::vector<std::string> fields;                ///< names of those on nodes and cells
  std::map<std::string, std::string> odd_fields;  ///< those that are not one number a node, and what they are
  std::map<std::string, double> scalars;
  std::map<std::string, Index> parts, tags;  ///< names, with the numbers of cells and nodes
  Fault fault = Fault::data;                 ///< whose its faults are: another one where it could not be read

  bool is_sound() const noexcept { return mercer::is_sound(findings); }
};

/// A report, and where the nodes of the file are now.
struct Checked {
  MeshReport report;
  std::vector<Index> node_now;  ///< [node in the file] its number after repairs, or -1
};

/// Checks a sample and repairs it in place: third coordinates that are all zero go, unused nodes go, nodes at one place
/// become one, cells that are turned over are turned back. A sample with faults is not to be used afterwards. Local;
/// throws Fault::data for a mesh too large for one rank only.
Checked check_and_repair(MeshSample& sample, const CheckRules& rules = {});

/// Throws Fault::data with the first fault of a report, named by `file` and the sample.
void require_sound(const MeshReport& report, const std::string& file);

}  // namespace mercer
