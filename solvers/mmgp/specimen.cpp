#include <mercer/base/fingerprint.hpp>
#include <mercer/base/text.hpp>
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/solvers/mmgp/specimen.hpp>

#include <algorithm>

namespace mercer::mmgp {
namespace {

MarkedLoop marked(const Mesh& mesh, const Loop& loop, const Options& options) {
  switch (options.landmarks) {
    case Landmarks::corners:
      return with_corners(mesh, loop, options.corner_angle);
    case Landmarks::box_corners:
      return with_box_corners(mesh, loop);
    case Landmarks::profile:
      return with_profile_edges(mesh, loop);
    case Landmarks::none:
      return without_marks(mesh, loop, Start::leftmost);
    case Landmarks::automatic:
      break;
  }
  return mesh.cells.kind == CellKind::edge ? with_profile_edges(mesh, loop)
                                           : with_corners(mesh, loop, options.corner_angle);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void require_known(const std::vector<std::string>& chosen, const std::vector<std::string>& known, const char* path) {
  for (const std::string& name : chosen)
    require(contains(known, name), Fault::config, "{}: no sample has '{}'{}", path, name, suggestion(name, known));
}

}  // namespace

Names names_of(const DataOptions& data, const MeshIndex& index) {
  Names names;
  std::vector<std::string> known = index.fields;
  known.insert(known.end(), index.scalars.begin(), index.scalars.end());
  require_known(data.inputs, index.scalars, "data.inputs");
  require_known(data.outputs, known, "data.outputs");
  names.inputs = data.inputs.empty() ? index.in_scalars : data.inputs;
  names.fields = data.outputs.empty() ? index.out_fields : std::vector<std::string>();
  names.scalars = data.outputs.empty() ? index.out_scalars : std::vector<std::string>();
  for (const std::string& name : data.outputs)
    (contains(index.fields, name) ? names.fields : names.scalars).push_back(name);
  require(!names.fields.empty() || !names.scalars.empty(), Fault::config,
          "data.outputs: the dataset does not say what is to be learnt; name fields ({}) or scalars ({})",
          join(index.fields, ", "), join(index.scalars, ", "));
  for (const std::string& name : names.scalars)
    require(!contains(names.inputs, name), Fault::config, "data.outputs: '{}' is an input, too", name);
  return names;
}

std::vector<Index> places_of(const MeshDataset& dataset, const std::string& split) {
  const MeshIndex& index = dataset.index();
  std::vector<Index> places;
  std::vector<std::string> known;
  for (const auto& [name, members] : index.splits) {
    known.push_back(name);
    if (name == split) places = members;
  }
  require(split.empty() || contains(known, split), Fault::data, "'{}' has no split '{}'; it has {}",
          dataset.path().string(), split, known.empty() ? "none" : join(known, ", "));
  if (split.empty())
    for (Index place = 0; place < dataset.count(); ++place) places.push_back(place);
  require(!places.empty(), Fault::data, "'{}' has no samples in the split '{}'", dataset.path().string(), split);
  return places;
}

Specimen read_specimen(const MeshDataset& dataset, Index place, const Options& options) {
  const std::string file = dataset.path().string();
  Specimen specimen;
  MeshSample sample = dataset.read(place);
  sample.id = dataset.index().samples[static_cast<std::size_t>(place)].id;
  const bool is_curve = sample.mesh.cells.kind == CellKind::edge;
  Mesh original = copy_of(sample.mesh);
  const Checked checked = check_and_repair(sample, {.demand = is_curve ? Demand::automatic : Demand::disk});
  require_sound(checked.report, file);
  specimen.sample = std::move(sample);
  specimen.node_now = checked.node_now;
  for (const Finding& finding : checked.report.findings)
    if (finding.severity == Severity::note) specimen.repairs.push_back(finding.sentence);
  const Mesh& now = specimen.sample.mesh;
  if (now.nodes() != original.nodes() || now.space() != original.space()) specimen.original = std::move(original);
  const Mesh& mesh = specimen.sample.mesh;
  require(mesh.space() == 2 && (is_curve || mesh.cells.kind == CellKind::triangle), Fault::data,
          "{}: sample '{}' consists of {} in {} dimensions; triangles or edges in the plane were expected", file,
          specimen.sample.id, plural(mesh.cells.kind), mesh.space());
  specimen.loop = marked(mesh, disk_boundary(mesh), options);
  return specimen;
}

std::vector<double> scalars_of(const MeshSample& sample, const std::vector<std::string>& names) {
  std::vector<double> values;
  for (const std::string& name : names) {
    const auto found = sample.scalars.find(name);
    require(found != sample.scalars.end(), Fault::data, "sample '{}' has no scalar '{}'", sample.id, name);
    values.push_back(found->second);
  }
  return values;
}

std::span<const double> field_of(const MeshSample& sample, const std::string& name) {
  const auto found = std::ranges::find(sample.point_fields, name, &MeshField::name);
  require(found != sample.point_fields.end(), Fault::data, "sample '{}' has no field '{}' on its nodes", sample.id,
          name);
  const Shape& shape = found->values.shape();
  require(shape[1] == 1, Fault::data,
          "field '{}' of sample '{}' has {} components; fields of one component each were expected", name, sample.id,
          shape[1]);
  return found->values.span();
}

Index fingerprint(const MeshSample& sample, const std::vector<std::string>& inputs) {
  Fingerprint mark;
  for (const double coordinate : sample.mesh.points.span()) mark.add(coordinate);
  for (const Index node : sample.mesh.cells.nodes.span()) mark.add(node);
  for (const double value : scalars_of(sample, inputs)) mark.add(value);
  return mark.value();
}

Mesh copy_of(const Mesh& mesh) {
  Mesh copy;
  copy.points = Tensor<double>(mesh.points.shape(), Rows::dense);
  std::ranges::copy(mesh.points.span(), copy.points.data());
  copy.cells = {mesh.cells.kind, Tensor<Index>(mesh.cells.nodes.shape(), Rows::dense)};
  std::ranges::copy(mesh.cells.nodes.span(), copy.cells.nodes.data());
  return copy;
}

}  // namespace mercer::mmgp
