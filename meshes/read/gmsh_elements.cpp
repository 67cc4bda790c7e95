// What all versions of gmsh files share: kinds of elements, numbers of nodes, groups.
#include <mercer/meshes/read/gmsh_file.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace mercer::gmsh {
namespace {

constexpr Index point_type = 15;

/// Elements whose corners come first, as those of gmsh do, up to the third order.
std::optional<Element> element(Index type) {
  switch (type) {
    case 1:
      return Element{CellKind::edge, 2};
    case 8:
      return Element{CellKind::edge, 3};
    case 26:
      return Element{CellKind::edge, 4};
    case 2:
      return Element{CellKind::triangle, 3};
    case 9:
      return Element{CellKind::triangle, 6};
    case 21:
      return Element{CellKind::triangle, 10};
    case 3:
      return Element{CellKind::quadrilateral, 4};
    case 16:
      return Element{CellKind::quadrilateral, 8};
    case 10:
      return Element{CellKind::quadrilateral, 9};
    case 36:
      return Element{CellKind::quadrilateral, 16};
    case 4:
      return Element{CellKind::tetrahedron, 4};
    case 11:
      return Element{CellKind::tetrahedron, 10};
    case 29:
      return Element{CellKind::tetrahedron, 20};
    default:
      return std::nullopt;
  }
}

std::string kind_text(Index type) {
  switch (type) {
    case 5:
    case 12:
    case 17:
      return "a hexahedron";
    case 6:
    case 13:
    case 18:
      return "a prism";
    case 7:
    case 14:
    case 19:
      return "a pyramid";
    default:
      return "of another kind";
  }
}

}  // namespace

void NodeNumbers::set(std::vector<Index> tags) {
  const auto count = static_cast<Index>(tags.size());
  const Index most = tags.empty() ? 0 : *std::ranges::max_element(tags);
  const bool is_dense = most < 8 * count + 1024 && (tags.empty() || *std::ranges::min_element(tags) >= 0);
  if (is_dense) dense_.assign(static_cast<std::size_t>(most) + 1, -1);
  for (Index place = 0; place < count; ++place) {
    const Index tag = tags[static_cast<std::size_t>(place)];
    if (is_dense)
      dense_[static_cast<std::size_t>(tag)] = place;
    else
      sparse_[tag] = place;
  }
}

Index NodeNumbers::at(Index tag) const noexcept {
  if (!dense_.empty()) return 0 <= tag && tag < std::ssize(dense_) ? dense_[static_cast<std::size_t>(tag)] : -1;
  const auto found = sparse_.find(tag);
  return found == sparse_.end() ? -1 : found->second;
}

std::string File::group_name(Index dimension, Index tag) const {
  static constexpr std::array<const char*, 4> kinds{"point", "curve", "surface", "volume"};
  const auto named = names.find({dimension, tag});
  if (named != names.end()) return named->second;
  return fmt::format("{}_{}", kinds[static_cast<std::size_t>(std::clamp<Index>(dimension, 0, 3))], tag);
}

std::size_t nodes_of(Index type) { return type == point_type ? 1 : static_cast<std::size_t>(element(type)->nodes); }

Target File::target(Index type, std::vector<std::string> parts) {
  if (type == point_type) return {type, std::move(parts), 0};
  const std::optional<Element> found = element(type);
  if (!found)
    text.refuse(
        fmt::format("element type {} is {}; meshes here consist of edges, triangles, quadrilaterals or "
                    "tetrahedra, up to third order",
                    type, kind_text(type)));
  const auto [place, is_new] = blocks.try_emplace({found->kind, parts}, raw.blocks.size());
  if (is_new) raw.blocks.push_back({found->kind, parts, {}, {}});
  return {type, std::move(parts), place->second};
}

void File::add_element(const Target& target, const std::vector<Index>& tags) {
  node_buffer.clear();
  for (const Index tag : tags) {
    node_buffer.push_back(nodes.at(tag));
    if (node_buffer.back() < 0)
      text.refuse(fmt::format("an element has the node {}, which is not among the nodes", tag));
  }
  if (target.type != point_type) return raw.add(raw.blocks[target.block], node_buffer);
  for (const std::string& part : target.parts) raw.tags[part].push_back(node_buffer.front());
}

}  // namespace mercer::gmsh
