// The sections of gmsh files of version 2.2: one line a node, one line an element.
#include <mercer/meshes/read/gmsh_file.hpp>

namespace mercer::gmsh {
namespace {

constexpr Index most_tags = 4096;  // groups, entities and partitions of one element

int dimension_of(Index type) {
  switch (type) {
    case 15:
      return 0;
    case 1:
    case 8:
    case 26:
      return 1;
    case 4:
    case 11:
    case 29:
      return 3;
    default:
      return 2;
  }
}

Index plausible_tags(File& file, Index tags) {
  if (tags < 0 || tags > most_tags) file.text.refuse(fmt::format("an element with {} tags", tags));
  return tags;
}

/// Elements one after another; those next to each other mostly go the same way.
class Elements {
 public:
  explicit Elements(File& file) : file_(file) {}

  /// One element after its type and the number of its tags, the first of which is its group, or zero.
  void read(Index type, Index tags) {
    Index group = 0;
    for (Index tag = 0; tag < tags; ++tag) {
      const Index value = file_.whole();
      if (tag == 0) group = value;
    }
    if (type != target_.type || group != group_) {
      std::vector<std::string> parts;
      if (group != 0) parts.push_back(file_.group_name(dimension_of(type), group));
      target_ = file_.target(type, std::move(parts));
      group_ = group;
      nodes_.resize(nodes_of(type));
    }
    for (Index& node : nodes_) node = file_.whole();
    file_.add_element(target_, nodes_);
  }

 private:
  File& file_;
  Target target_;
  Index group_ = 0;
  std::vector<Index> nodes_;
};

}  // namespace

void read_nodes_2(File& file) {
  const Index count = file.text.plausible(file.text.integer(), file.is_binary ? 28 : 8);
  if (file.is_binary) file.text.line();
  std::vector<Index> tags(static_cast<std::size_t>(count));
  file.raw.points = Tensor<double>({count, 3}, Rows::dense);
  double* next = file.raw.points.data();
  for (Index& tag : tags) {
    tag = file.whole();
    for (int axis = 0; axis < 3; ++axis) *next++ = file.real();
  }
  file.nodes.set(std::move(tags));
}

void read_elements_2(File& file) {
  const Index count = file.text.plausible(file.text.integer(), file.is_binary ? 8 : 6);
  if (file.is_binary) file.text.line();
  Elements elements(file);
  file.raw.may_repeat_cells = true;
  for (Index element = 0; element < count;) {
    if (!file.is_binary) {
      file.text.integer();  // the number of the element
      const Index type = file.text.integer();
      elements.read(type, plausible_tags(file, file.text.integer()));
      ++element;
      continue;
    }
    const Index type = file.whole(), many = file.text.plausible(file.whole(), 8);
    const Index tags = plausible_tags(file, file.whole());
    if (many == 0) file.text.refuse("a block without elements");
    for (Index one = 0; one < many; ++one) {
      file.whole();
      elements.read(type, tags);
    }
    element += many;
  }
}

}  // namespace mercer::gmsh
