#include <mercer/io/xdmf.hpp>
#include <mercer/meshes/pack.hpp>
#include <mercer/meshes/read/array.hpp>
#include <mercer/meshes/write/mesh_dataset_xdmf.hpp>
#include <mercer/meshes/write/vtkhdf.hpp>

#include <array>
#include <cmath>

namespace mercer {
namespace {

namespace fs = std::filesystem;

/// What a reader is to make of the numbers of a dataset; HDF5 converts where the file has others.
Number number_read(const DatasetInfo& info) {
  for (const Number number : {Number::float32, Number::float64, Number::int8, Number::uint8, Number::int32})
    if (info.type == name(number)) return number;
  return info.type.starts_with("float") ? Number::float64 : Number::int64;
}

/// Looks at samples, and lists what it cannot show.
class Gallery {
 public:
  Gallery(const InputFile& file, std::vector<std::string>& left_out) : file_(file), left_out_(left_out) {}

  XdmfStep step(const MeshEntry& entry, Index place) const {
    const std::string group = "/samples/" + entry.id;
    XdmfStep step{static_cast<double>(place), {}, {}, {}, entry.name.empty() ? entry.id : entry.name};
    const XdmfUnstructured mesh = mesh_of(group);
    const Index nodes = mesh.points.shape[0];
    add_fields(group + "/point_data", XdmfCenter::node, nodes, "", step);
    add_fields(group + "/cell_data", XdmfCenter::cell, mesh.cells, "", step);
    add_fields(group + "/point_std", XdmfCenter::node, nodes, "std:", step);
    add_numbers(group + "/globals", "", step);
    add_numbers(group + "/globals_std", "std:", step);
    if (file_.has_attribute(group, "novelty"))
      for (const double novelty : file_.number_attribute(group, "novelty")) add_number("novelty", novelty, step);
    step.mesh = mesh;
    return step;
  }

 private:
  std::vector<std::string> children(const std::string& group) const {
    return file_.has(group) ? file_.children(group) : std::vector<std::string>();
  }

  XdmfArray numbers_at(const std::string& name) const {
    const DatasetInfo info = file_.info(name);
    const bool is_number = info.type.find("int") <= 1 || info.type.starts_with("float");
    require(is_number, Fault::data, "'{}' in {} is of type {}; expected numbers", name, file_.path().string(),
            info.type);
    return {name, info.shape, number_read(info)};
  }

  /// The cells of the highest dimension.
  XdmfUnstructured mesh_of(const std::string& group) const {
    XdmfUnstructured mesh;
    mesh.points = numbers_at(group + "/points");
    const Shape& points = mesh.points.shape;
    require(points.dimensions() == 2 && (points[1] == 2 || points[1] == 3), Fault::data,
            "'{}/points' in {} has the shape {}; expected [node, 2 or 3]", group, file_.path().string(), text(points));
    int top = 0;
    for (const CellKind kind : {CellKind::tetrahedron, CellKind::quadrilateral, CellKind::triangle, CellKind::edge}) {
      const std::string name = group + "/" + std::string(plural(kind));
      if (dimensions(kind) < top || !file_.has(name)) continue;
      const XdmfArray cells = numbers_at(name);
      const Shape& shape = cells.shape;
      require(shape.dimensions() == 2 && shape[1] == corners(kind), Fault::data,
              "'{}' in {} has the shape {}; expected [cell, {}]", name, file_.path().string(), text(shape),
              corners(kind));
      if (shape[0] == 0) continue;
      require(top == 0, Fault::data,
              "'{}' in {} has cells of several kinds, and a step of XDMF has one; convert it to a mesh dataset first, "
              "which splits quadrilaterals",
              group, file_.path().string());
      top = dimensions(kind);
      mesh.cell = vtk_cell(kind);
      mesh.cells = shape[0];
      mesh.connectivity = cells;
    }
    require(top > 0, Fault::data, "'{}' in {} has no cells", group, file_.path().string());
    return mesh;
  }

  void add_fields(const std::string& group, XdmfCenter center, Index rows, const char* prefix, XdmfStep& step) const {
    for (const std::string& name : children(group)) {
      const std::string dataset = group + "/" + name;
      if (!is_xdmf_name(name)) {
        left_out_.push_back(fmt::format("'{}' is not shown, as readers of XDMF find no name with '|'", dataset));
        continue;
      }
      const XdmfArray values = numbers_at(dataset);
      const Shape& shape = values.shape;
      const bool is_table = shape.dimensions() == 2 && shape[1] > 0;
      require((shape.dimensions() == 1 || is_table) && shape[0] == rows, Fault::data,
              "'{}' in {} has the shape {}; expected [{}] or [{}, component]", dataset, file_.path().string(),
              text(shape), rows, rows);
      step.fields.push_back({prefix + name, center, is_table ? narrow<int>(shape[1]) : 1, values});
    }
  }

  void add_numbers(const std::string& group, const char* prefix, XdmfStep& step) const {
    for (const std::string& name : children(group))
      for (const double value : read_array<double>(file_, group + "/" + name)) add_number(prefix + name, value, step);
  }

  static void add_number(const std::string& name, double value, XdmfStep& step) {
    if (std::isfinite(value)) step.numbers[name] = value;
  }

  const InputFile& file_;
  std::vector<std::string>& left_out_;
};

/// The file as a reader finds it that knows the folder of the XDMF file.
std::string seen_from(const fs::path& xdmf, const fs::path& hdf5) {
  return fs::canonical(hdf5).lexically_proximate(fs::canonical(fs::absolute(xdmf).parent_path())).string();
}

/// @collective What rank 0 has found, on all.
ShownSamples everywhere(const Comm& comm, const ShownSamples& found) {
  Packer packer;
  packer.add(found.count);
  packer.add(found.left_out);
  const std::string bytes = broadcast(comm, packer.bytes());
  Unpacker from(bytes);
  ShownSamples shown;
  shown.count = from.number();
  shown.left_out = from.texts();
  return shown;
}

}  // namespace

bool has_xdmf_layout(const MeshIndex& index) { return index.format.ends_with("mesh-dataset"); }

ShownSamples write_xdmf(const Comm& comm, const fs::path& path, const MeshDataset& dataset,
                        const std::vector<Index>& places, Unusable unusable, Existing existing) {
  check_creatable(comm, path, existing);
  ShownSamples found;
  std::string document;
  together(comm, [&] {
    if (!comm.is_root()) return;
    const Comm self = Comm::self();
    const InputFile file(self, dataset.path());
    const Gallery gallery(file, found.left_out);
    Xdmf series{seen_from(path, dataset.path()), {}, {}};
    for (const Index place : places) {
      try {
        series.steps.push_back(gallery.step(dataset.index().samples[static_cast<std::size_t>(place)], place));
      } catch (const Error& error) {
        if (unusable == Unusable::refuse || error.fault() != Fault::data) throw;
        found.left_out.push_back(fmt::format("left out: {}", error.what()));
      }
    }
    require(!series.steps.empty(), Fault::data, "{} has no sample that can be shown", dataset.path().string());
    found.count = std::ssize(series.steps);
    document = xdmf_text(series);
  });
  write_file(comm, path, document, existing);
  return everywhere(comm, found);
}

}  // namespace mercer
