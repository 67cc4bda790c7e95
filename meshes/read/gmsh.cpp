#include <mercer/meshes/read/gmsh.hpp>
#include <mercer/meshes/read/gmsh_file.hpp>

#include <limits>

namespace mercer {
namespace {

using gmsh::File;

void read_format(File& file) {
  file.version = file.text.number();
  file.is_binary = file.text.integer() == 1;
  const Index bytes = file.text.integer();
  const bool is_known = (file.version > 2.05 && file.version < 3) || (file.version >= 4 && file.version < 4.15);
  if (!is_known)
    file.text.refuse(fmt::format(
        "expected format 2.2, 4.0 or 4.1, found {}; save it by 'gmsh FILE -save -format msh41'", file.version));
  if (bytes != 8) file.text.refuse(fmt::format("expected numbers of 8 bytes, found {}", bytes));
  if (!file.is_binary) return;
  if (file.version >= 4 && file.version < 4.05)
    file.text.refuse("binary files of format 4.0 are not read; save it by 'gmsh FILE -save -format msh41'");
  file.text.line();
  if (file.text.binary<std::int32_t>() != 1)
    file.text.refuse(
        "its numbers have their bytes in the other order; save it as text by 'gmsh FILE -save -format "
        "msh41'");
}

void read_names(File& file) {
  for (Index count = file.text.plausible(file.text.integer(), 6); count > 0; --count) {
    const Index dimension = file.text.integer(), tag = file.text.integer();
    file.names[{dimension, tag}] = std::string(file.text.quoted());
  }
}

/// One view of values on nodes: its name, its time, and the nodes it covers. Others are NaN, as gmsh leaves them out.
void read_node_data(File& file) {
  std::string name = "data";
  for (Index texts = file.text.plausible(file.text.integer(), 2), text = 0; text < texts; ++text) {
    const std::string found(file.text.quoted());
    if (text == 0) name = found;
  }
  for (Index reals = file.text.plausible(file.text.integer(), 2); reals > 0; --reals) file.text.number();
  std::vector<Index> integers(static_cast<std::size_t>(file.text.plausible(file.text.integer(), 2)));
  for (Index& value : integers) value = file.text.integer();
  if (integers.size() < 3 || (integers[1] != 1 && integers[1] != 3 && integers[1] != 9))
    file.text.refuse("expected a step, 1, 3 or 9 components and a count of nodes");
  if (file.is_binary) file.text.line();
  const Index components = integers[1], count = file.text.plausible(integers[2], 4),
              nodes = file.raw.points.count() / 3;
  std::vector<double> values(static_cast<std::size_t>(nodes * components), std::numeric_limits<double>::quiet_NaN());
  for (Index entry = 0; entry < count; ++entry) {
    const Index tag = file.whole(), node = file.nodes.at(tag);
    if (node < 0) file.text.refuse(fmt::format("a value for the node {}, which is not among the nodes", tag));
    for (Index c = 0; c < components; ++c) values[static_cast<std::size_t>(node * components + c)] = file.real();
  }
  file.raw.point_fields.push_back(mesh_field(std::move(name), components, values));
}

/// A section that is of no use here, up to its end.
void skip(File& file, const std::string& section) {
  const std::string end = "$End" + section;
  while (!file.text.at_end())
    if (file.text.line() == end) return;
  file.text.refuse(fmt::format("the section ${} has no end", section));
}

void leave_out(File& file, const std::string& section) {
  file.raw.notes.push_back({Severity::warning, "field_left_out",
                            fmt::format("the section ${} was left out: only values on nodes are read", section)});
  skip(file, section);
}

/// Reads a section; false where it is not one of those with content for us.
bool read_section(File& file, const std::string& section) {
  const bool is_4 = file.version >= 4;
  if (section == "PhysicalNames") {
    read_names(file);
  } else if (section == "Entities" && is_4) {
    read_entities(file);
  } else if (section == "Nodes") {
    is_4 ? gmsh::read_nodes_4(file) : gmsh::read_nodes_2(file);
    file.has_nodes = true;
  } else if (section == "Elements") {
    if (!file.has_nodes) file.text.refuse("elements before the nodes");
    is_4 ? gmsh::read_elements_4(file) : gmsh::read_elements_2(file);
    file.has_elements = true;
  } else if (section == "NodeData" && file.has_nodes) {
    read_node_data(file);
  } else {
    return false;
  }
  return true;
}

void read_sections(File& file) {
  while (!file.text.at_end()) {
    const std::string word(file.text.word());
    if (!word.starts_with('$')) file.text.refuse(fmt::format("expected a section, found '{}'", word.substr(0, 40)));
    const std::string section = word.substr(1);
    if (section != "MeshFormat" && file.version == 0 && section != "Comments")
      file.text.refuse("expected $MeshFormat first");
    file.text.line();
    if (section == "MeshFormat") {
      read_format(file);
    } else if (!read_section(file, section)) {
      section == "ElementData" || section == "ElementNodeData" ? leave_out(file, section) : skip(file, section);
      continue;
    }
    const std::string_view end = file.text.word();
    if (end != "$End" + section)
      file.text.refuse(fmt::format("expected $End{}, found '{}'", section, std::string(end.substr(0, 40))));
  }
}

}  // namespace

MeshSample read_gmsh(const std::filesystem::path& path) {
  File file(path);
  read_sections(file);
  require(file.has_nodes && file.has_elements, Fault::data, "{}: expected sections $Nodes and $Elements",
          path.string());
  file.raw.id = path.stem().string();
  file.raw.may_be_flat = true;
  return assembled(std::move(file.raw), path.string());
}

}  // namespace mercer
