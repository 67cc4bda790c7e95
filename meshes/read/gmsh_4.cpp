// The sections of gmsh files of versions 4.0 and 4.1: nodes and elements in one block for each geometric entity.
#include <mercer/meshes/read/gmsh_file.hpp>

#include <cstdlib>

namespace mercer::gmsh {
namespace {

bool is_4_1(const File& file) { return file.version > 4.05; }

/// Head of a block: dimension and tag of its entity, in the order of the version, then one number and the count.
struct Head {
  Index dimension = 0, tag = 0, kind = 0, count = 0;
};

Head read_head(File& file, Index bytes_each) {
  Head head;
  Index& first = is_4_1(file) ? head.dimension : head.tag;
  Index& second = is_4_1(file) ? head.tag : head.dimension;
  first = file.whole();
  second = file.whole();
  head.kind = file.whole();
  head.count = file.text.plausible(file.size(), bytes_each);
  if (head.dimension < 0 || head.dimension > 3)
    file.text.refuse(fmt::format("an entity of {} dimensions", head.dimension));
  return head;
}

/// Numbers of blocks and of their entries; 4.1 adds the least and the greatest tag.
Index read_counts(File& file, Index& entries, Index bytes_each) {
  const Index blocks = file.text.plausible(file.size(), 1);
  entries = file.text.plausible(file.size(), bytes_each);
  if (is_4_1(file)) {
    file.size();
    file.size();
  }
  return blocks;
}

/// Coordinates of one node; those on the parameters of a curve or surface follow and are not used.
void read_coordinates(File& file, const Head& head, double* into) {
  for (int axis = 0; axis < 3; ++axis) into[axis] = file.real();
  for (Index extra = head.kind == 0 ? 0 : head.dimension; extra > 0; --extra) file.real();
}

}  // namespace

void read_entities(File& file) {
  Index counts[4];
  for (Index& count : counts) count = file.text.plausible(file.size(), 4);
  for (Index dimension = 0; dimension < 4; ++dimension) {
    const int box = dimension == 0 && is_4_1(file) ? 3 : 6;
    for (Index entity = 0; entity < counts[dimension]; ++entity) {
      const Index tag = file.whole();
      for (int number = 0; number < box; ++number) file.real();
      std::vector<Index> groups(static_cast<std::size_t>(file.text.plausible(file.size(), 2)));
      for (Index& group : groups) group = std::abs(file.whole());
      if (!groups.empty()) file.groups[{dimension, tag}] = std::move(groups);
      if (dimension == 0) continue;
      for (Index bounds = file.text.plausible(file.size(), 2); bounds > 0; --bounds) file.whole();
    }
  }
}

void read_nodes_4(File& file) {
  Index count = 0;
  const Index blocks = read_counts(file, count, 6);
  std::vector<Index> tags;
  tags.reserve(static_cast<std::size_t>(count));
  file.raw.points = Tensor<double>({count, 3}, Rows::dense);
  for (Index block = 0; block < blocks; ++block) {
    const Head head = read_head(file, 6);
    const auto start = static_cast<Index>(tags.size());
    if (start + head.count > count) file.text.refuse(fmt::format("more nodes than the {} that were announced", count));
    if (is_4_1(file))
      for (Index node = 0; node < head.count; ++node) tags.push_back(file.size());
    for (Index node = start; node < start + head.count; ++node) {
      if (!is_4_1(file)) tags.push_back(file.whole());
      read_coordinates(file, head, file.raw.points.data() + 3 * node);
    }
  }
  if (static_cast<Index>(tags.size()) != count)
    file.text.refuse(fmt::format("{} nodes, and {} were announced", tags.size(), count));
  file.nodes.set(std::move(tags));
}

void read_elements_4(File& file) {
  Index count = 0;
  const Index blocks = read_counts(file, count, 4);
  std::vector<Index> nodes;
  for (Index block = 0; block < blocks; ++block) {
    const Head head = read_head(file, 4);
    std::vector<std::string> parts;
    if (const auto groups = file.groups.find({head.dimension, head.tag}); groups != file.groups.end())
      for (const Index group : groups->second) parts.push_back(file.group_name(head.dimension, group));
    const Target target = file.target(head.kind, std::move(parts));
    nodes.resize(nodes_of(head.kind));
    for (Index element = 0; element < head.count; ++element) {
      is_4_1(file) ? file.size() : file.whole();  // the tag of the element
      for (Index& node : nodes) node = is_4_1(file) ? file.size() : file.whole();
      file.add_element(target, nodes);
    }
  }
}

}  // namespace mercer::gmsh
