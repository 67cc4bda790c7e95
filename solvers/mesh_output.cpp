#include <mercer/io/vtkhdf.hpp>
#include <mercer/io/xdmf.hpp>
#include <mercer/meshes/write/vtkhdf.hpp>
#include <mercer/solvers/mesh_output.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// This rank's rows of an array of `rows` rows that is spread in blocks.
template <class T>
Part<const T> my_part(const Comm& comm, const Tensor<T>& mine, Index rows) {
  const Range range = block(rows, comm.rank(), comm.size());
  return {{rows, mine.shape()[1]}, Slab::box({range.begin, 0}, mine.shape()), mine.view()};
}

Tensor<double> with_columns(const Tensor<double>& narrow, Index columns) {
  Tensor<double> wide({narrow.shape()[0], columns}, Rows::dense);
  for (Index row = 0; row < narrow.shape()[0]; ++row)
    std::copy_n(narrow.data() + row * narrow.shape()[1], narrow.shape()[1], wide.data() + row * columns);
  return wide;
}

void write_field(OutputFile& file, const MeshField& field, const MeshDomain& domain) {
  const std::string name = "fields/" + field.name;
  const Index components = field.values.shape()[1];
  const Part<const double> mine = my_part(file.comm(), field.values, domain.nodes);
  if (components == 1) {
    file.write<double>(name, {domain.nodes}, Slab::box({mine.slab.start[0]}, {field.values.shape()[0]}), mine.values);
    file.attribute(name, "axes", "node");
  } else {
    file.write<double>(name, mine);
    file.attribute(name, "axes", "node,component");
    file.attribute(name, "components", component_names(components));
  }
  if (components != 2) return file.link(name, vtk_point_data(field.name));
  const Tensor<double> vectors = with_columns(field.values, 3);
  file.write<double>(vtk_point_data(field.name), my_part(file.comm(), vectors, domain.nodes));
}

}  // namespace

const char* component_names(Index components) {
  return components == 2 ? "x,y" : components == 3 ? "x,y,z" : "xx,yy,zz,xy,yz,xz";
}

void write_mesh_fields(OutputFile& file, const MeshSolution& solution) {
  const Comm& comm = file.comm();
  const MeshDomain& domain = *solution.domain;
  const Cells& cells = domain.part.cells;
  const Tensor<double> points = with_columns(domain.part.points, 3);
  write_vtk_unstructured(file, vtk_cell(cells.kind), my_part(comm, points, domain.nodes),
                         my_part(comm, cells.nodes, domain.cells));
  file.write<double>("mesh/points", my_part(comm, domain.part.points, domain.nodes));
  file.write<Index>("mesh/" + std::string(plural(cells.kind)), my_part(comm, cells.nodes, domain.cells));
  for (const MeshField& field : solution.fields) write_field(file, field, domain);
}

void write_mesh_xdmf(const Comm& comm, const std::filesystem::path& hdf5_file, const MeshSolution& solution) {
  const MeshDomain& domain = *solution.domain;
  const CellKind kind = domain.part.cells.kind;
  XdmfUnstructured grid{vtk_cell(kind),
                        domain.cells,
                        {"/VTKHDF/Points", {domain.nodes, 3}},
                        {"/VTKHDF/Connectivity", {domain.cells * corners(kind)}, Number::int64}};
  XdmfStep step;
  for (const MeshField& field : solution.fields) {
    const Index components = field.values.shape()[1];
    if (components > 3) continue;
    const bool is_scalar = components == 1;
    step.fields.push_back({field.name,
                           XdmfCenter::node,
                           is_scalar ? 1 : 3,
                           {vtk_point_data(field.name), is_scalar ? Shape{domain.nodes} : Shape{domain.nodes, 3}}});
  }
  auto beside = hdf5_file;
  write_xdmf(comm, beside.replace_extension(".xdmf"), {hdf5_file.filename().string(), grid, {step}}, Existing::replace);
}

}  // namespace mercer
