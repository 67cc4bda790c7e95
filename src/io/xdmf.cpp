#include <mercer/base/text.hpp>
#include <mercer/io/xdmf.hpp>

#include <iterator>

namespace mercer {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

template <class T, class F>
std::string spaced(const std::vector<T>& values, F&& word) {
  std::vector<std::string> words;
  for (const T& value : values) words.push_back(word(value));
  return join(words, " ");
}

std::string spaced(std::span<const Index> values) {
  return spaced(std::vector<Index>(values.begin(), values.end()), [](Index value) { return fmt::format("{}", value); });
}

std::string type_of(Number number) {
  const bool is_float = number == Number::float32 || number == Number::float64;
  const char* kind = is_float ? "Float" : bytes(number) > 1 ? "Int" : number == Number::int8 ? "Char" : "UChar";
  return fmt::format("NumberType=\"{}\" Precision=\"{}\"", kind, bytes(number));
}

std::string data_item(const Xdmf& document, const XdmfArray& array) {
  return fmt::format("<DataItem Format=\"HDF\" Dimensions=\"{}\" {}>{}:{}</DataItem>", spaced(array.shape.span()),
                     type_of(array.number), escaped(document.hdf5_file), escaped(array.dataset));
}

std::string numbers_item(const std::vector<double>& numbers) {
  return fmt::format("<DataItem Format=\"XML\" Dimensions=\"{}\" NumberType=\"Float\" Precision=\"8\">{}</DataItem>",
                     numbers.size(), spaced(numbers, number_text));
}

const char* topology_name(VtkCell cell) {
  switch (cell) {
    case VtkCell::line:
      return "Polyline";
    case VtkCell::triangle:
      return "Triangle";
    case VtkCell::quad:
      return "Quadrilateral";
    case VtkCell::tetrahedron:
      return "Tetrahedron";
    case VtkCell::hexahedron:
      return "Hexahedron";
  }
  fail(Fault::internal, "XDMF has no name for cells of kind {}", static_cast<int>(cell));
}

std::string mesh_text(const Xdmf&, const XdmfUniform& grid) {
  const std::size_t dimensions = grid.nodes.size();
  require((dimensions == 2 || dimensions == 3) && grid.origin.size() == dimensions && grid.spacing.size() == dimensions,
          Fault::internal, "a uniform grid of XDMF has two or three axes, not {}", dimensions);
  const bool flat = dimensions == 2;
  return fmt::format(
      "      <Topology TopologyType=\"{}CoRectMesh\" Dimensions=\"{}\"/>\n"
      "      <Geometry GeometryType=\"{}\">\n        {}\n        {}\n      </Geometry>\n",
      flat ? "2D" : "3D", spaced(grid.nodes), flat ? "ORIGIN_DXDY" : "ORIGIN_DXDYDZ", numbers_item(grid.origin),
      numbers_item(grid.spacing));
}

std::string mesh_text(const Xdmf& document, const XdmfUnstructured& mesh) {
  const Shape& points = mesh.points.shape;
  require(points.dimensions() == 2 && (points[1] == 2 || points[1] == 3), Fault::internal,
          "points of XDMF have shape [node, 2 or 3], not {}", text(points));
  const std::string per_element = mesh.cell == VtkCell::line ? " NodesPerElement=\"2\"" : "";
  return fmt::format(
      "      <Topology TopologyType=\"{}\" NumberOfElements=\"{}\"{}>\n        {}\n      </Topology>\n"
      "      <Geometry GeometryType=\"{}\">\n        {}\n      </Geometry>\n",
      topology_name(mesh.cell), mesh.cells, per_element, data_item(document, mesh.connectivity),
      points[1] == 2 ? "XY" : "XYZ", data_item(document, mesh.points));
}

const char* attribute_type(int components) noexcept {
  switch (components) {
    case 1:
      return "Scalar";
    case 2:
    case 3:
      return "Vector";
    case 6:
      return "Tensor6";
    case 9:
      return "Tensor";
    default:
      return "Matrix";
  }
}

std::string attribute(const std::string& name, const char* type, const char* center, const std::string& item) {
  return fmt::format(
      "      <Attribute Name=\"{}\" AttributeType=\"{}\" Center=\"{}\">\n        {}\n      </Attribute>\n",
      escaped(name), type, center, item);
}

std::string field_text(const Xdmf& document, const XdmfField& field) {
  require(is_xdmf_name(field.values.dataset), Fault::internal, "XDMF cannot point to '{}'", field.values.dataset);
  return attribute(field.name, attribute_type(field.components), field.center == XdmfCenter::node ? "Node" : "Cell",
                   data_item(document, field.values));
}

}  // namespace

bool is_xdmf_name(const std::string& dataset) noexcept { return dataset.find('|') == std::string::npos; }

std::string xdmf_text(const Xdmf& document) {
  require(document.hdf5_file.find_first_of(":|") == std::string::npos, Fault::data,
          "XDMF cannot point into '{}': expected a file whose path has no ':' and no '|'", document.hdf5_file);
  const bool series = document.steps.size() > 1;
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Xdmf Version=\"3.0\">\n  <Domain>\n";
  if (series) out += "    <Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
  for (const XdmfStep& step : document.steps) {
    fmt::format_to(std::back_inserter(out), "    <Grid Name=\"{}\" GridType=\"Uniform\">\n", escaped(step.name));
    out += std::visit([&](const auto& kind) { return mesh_text(document, kind); }, step.mesh.value_or(document.mesh));
    if (series) fmt::format_to(std::back_inserter(out), "      <Time Value=\"{}\"/>\n", number_text(step.time));
    for (const XdmfField& field : step.fields) out += field_text(document, field);
    for (const auto& [name, number] : step.numbers) out += attribute(name, "Scalar", "Grid", numbers_item({number}));
    out += "    </Grid>\n";
  }
  if (series) out += "    </Grid>\n";
  return out + "  </Domain>\n</Xdmf>\n";
}

void write_xdmf(const Comm& comm, const std::filesystem::path& path, const Xdmf& document, Existing existing) {
  std::string text;
  together(comm, [&] { text = xdmf_text(document); });
  write_file(comm, path, text, existing);
}

}  // namespace mercer
