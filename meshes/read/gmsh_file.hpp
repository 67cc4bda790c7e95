// The sections of a gmsh file, as read_gmsh puts them together.
#pragma once

#include <mercer/meshes/read/raw_mesh.hpp>
#include <mercer/meshes/read/scanner.hpp>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mercer::gmsh {

/// Dimension and tag of a geometric entity or of a physical group.
using Key = std::pair<Index, Index>;

/// A kind of element: what its corners are, and how many nodes it has in all.
struct Element {
  CellKind kind;
  int nodes;
};

/// Where elements of one kind and the same groups go.
struct Target {
  Index type = 0;
  std::vector<std::string> parts;
  std::size_t block = 0;  ///< in raw.blocks, but for points
};

/// From the tags of the nodes to their places.
class NodeNumbers {
 public:
  void set(std::vector<Index> tags);
  Index at(Index tag) const noexcept;  ///< -1 where there is no such node

 private:
  std::vector<Index> dense_;
  std::unordered_map<Index, Index> sparse_;
};

/// The state between sections.
struct File {
  explicit File(const std::filesystem::path& path) : text(path) {}

  Scanner text;
  double version = 0;
  bool is_binary = false;
  std::map<Key, std::string> names;          ///< of physical groups
  std::map<Key, std::vector<Index>> groups;  ///< of entities: the tags of their physical groups
  NodeNumbers nodes;
  bool has_nodes = false, has_elements = false;
  std::map<std::pair<CellKind, std::vector<std::string>>, std::size_t> blocks;  ///< where each lies in raw.blocks
  std::vector<Index> node_buffer;
  RawMesh raw;

  Index whole() { return is_binary ? text.binary<std::int32_t>() : text.integer(); }  ///< a tag or dimension
  Index size() { return is_binary ? static_cast<Index>(text.binary<std::uint64_t>()) : text.integer(); }
  double real() { return is_binary ? text.binary<double>() : text.number(); }
  std::string group_name(Index dimension, Index tag) const;
  /// Throws Fault::data for cells that no Mesh holds.
  Target target(Index type, std::vector<std::string> parts);
  void add_element(const Target& target, const std::vector<Index>& tags);
};

/// Nodes of an element of a gmsh type, which File::target has taken.
std::size_t nodes_of(Index type);

void read_nodes_2(File& file);
void read_elements_2(File& file);
void read_entities(File& file);
void read_nodes_4(File& file);
void read_elements_4(File& file);

}  // namespace mercer::gmsh
