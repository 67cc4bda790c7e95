#include <mercer/io/vtkhdf.hpp>
#include <mercer/io/xdmf.hpp>
#include <mercer/meshes/write/vtkhdf.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// This rank's block of the rows of an array that all ranks hold.
template <class T>
Part<const T> my_rows(const Comm& comm, const Tensor<T>& all) {
  const Range mine = block(all.shape()[0], comm.rank(), comm.size());
  const Shape here{mine.count(), all.shape()[1]};
  return {all.shape(), Slab::box({mine.begin, 0}, here), View<const T>(all.data() + mine.begin * here[1], here)};
}

/// ParaView has three coordinates always.
Tensor<double> in_space(const Tensor<double>& points) {
  Tensor<double> all({points.shape()[0], 3}, Rows::dense);
  for (Index node = 0; node < points.shape()[0]; ++node)
    std::copy_n(points.data() + node * points.shape()[1], points.shape()[1], all.data() + 3 * node);
  return all;
}

Shape stored_shape(const MeshField& field) {
  const Shape& shape = field.values.shape();
  return shape[1] == 1 ? Shape{shape[0]} : shape;
}

void write_field(OutputFile& file, const std::string& name, const MeshField& field) {
  const Part<const double> mine = my_rows(file.comm(), field.values);
  const Shape shape = stored_shape(field);
  const Slab slab = shape.dimensions() == 2 ? mine.slab : Slab::box({mine.slab.start[0]}, {mine.values.shape()[0]});
  file.write<double>(name, shape, slab, mine.values);
}

void write_tag(OutputFile& file, const std::string& name, const std::vector<Index>& members, Index nodes) {
  std::vector<std::int8_t> is_in(static_cast<std::size_t>(nodes), 0);
  for (const Index node : members) is_in[static_cast<std::size_t>(node)] = 1;
  file.write<std::int8_t>(vtk_point_data("tag:" + name), {nodes}, std::span<const std::int8_t>(is_in));
}

XdmfField xdmf_field(const MeshField& field, XdmfCenter center, const std::string& dataset) {
  return {
      field.name, center, static_cast<int>(field.values.shape()[1]), {dataset, stored_shape(field), Number::float64}};
}

}  // namespace

VtkCell vtk_cell(CellKind kind) {
  switch (kind) {
    case CellKind::edge:
      return VtkCell::line;
    case CellKind::triangle:
      return VtkCell::triangle;
    case CellKind::quadrilateral:
      return VtkCell::quad;
    case CellKind::tetrahedron:
      return VtkCell::tetrahedron;
  }
  fail(Fault::internal, "there is no VTK cell for kind {}", static_cast<int>(kind));
}

void write_vtkhdf(OutputFile& file, const MeshSample& sample) {
  const Mesh& mesh = sample.mesh;
  const Tensor<double> points = in_space(mesh.points);
  write_vtk_unstructured(file, vtk_cell(mesh.cells.kind), my_rows(file.comm(), points),
                         my_rows(file.comm(), mesh.cells.nodes));
  for (const MeshField& field : sample.point_fields) write_field(file, vtk_point_data(field.name), field);
  for (const MeshField& field : sample.cell_fields) write_field(file, vtk_cell_data(field.name), field);
  for (const auto& [name, members] : mesh.tags) write_tag(file, name, members, mesh.nodes());
  for (const auto& [name, value] : sample.scalars)
    file.write<double>("/VTKHDF/FieldData/" + name, {1}, std::span<const double>(&value, 1));
}

void write_xdmf(const Comm& comm, const std::filesystem::path& path, const std::string& hdf5_file,
                const MeshSample& sample, Existing existing) {
  const Mesh& mesh = sample.mesh;
  const Index cells = mesh.cells.count();
  XdmfUnstructured grid{vtk_cell(mesh.cells.kind),
                        cells,
                        {"/VTKHDF/Points", {mesh.nodes(), 3}, Number::float64},
                        {"/VTKHDF/Connectivity", {cells * corners(mesh.cells.kind)}, Number::int64}};
  XdmfStep step;
  const auto add = [&](const std::vector<MeshField>& fields, XdmfCenter center, auto&& name) {
    for (const MeshField& field : fields)
      if (is_xdmf_name(field.name)) step.fields.push_back(xdmf_field(field, center, name(field.name)));
  };
  add(sample.point_fields, XdmfCenter::node, vtk_point_data);
  add(sample.cell_fields, XdmfCenter::cell, vtk_cell_data);
  write_xdmf(comm, path, {hdf5_file, std::move(grid), {std::move(step)}}, existing);
}

}  // namespace mercer
