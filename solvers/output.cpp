// The file of a solution: fields and coordinates as plain arrays, the same for ParaView, and the record.
#include <mercer/base/text.hpp>
#include <mercer/io/vtkhdf.hpp>
#include <mercer/io/xdmf.hpp>
#include <mercer/solvers/mesh_output.hpp>
#include <mercer/solvers/output.hpp>

#include <array>
#include <string>
#include <variant>
#include <vector>

namespace mercer {
namespace {

std::string dataset_of(const Field& field) { return "fields/" + field.name(); }

Shape front(const Box& box) {
  std::vector<Index> begin;
  for (int axis = 0; axis < box.dimensions; ++axis) begin.push_back(box.ranges[static_cast<std::size_t>(axis)].begin);
  return Shape(begin);
}

/// A box of an array of at most two dimensions where the array is written as one row.
Slab flattened(const Box& box, Index row) {
  if (box.count() == 0) return Slab::none({Index{0}});
  if (box.dimensions == 1) return Slab::box(front(box), box.shape());
  const Range y = box.ranges[0], x = box.ranges[1];
  return {{y.begin * row + x.begin}, {y.count()}, {row}, {x.count()}};
}

/// The same with a further dimension that is written whole.
Slab flattened(const Box& box, Index row, Index inner) {
  const Slab flat = flattened(box, row);
  return {{flat.start[0], 0}, {flat.count[0], 1}, {flat.stride[0], inner}, {flat.block[0], inner}};
}

/// The cells whose first corner this rank owns.
Box cells_of(const Box& nodes, const Shape& shape) {
  Box cells = nodes;
  for (int axis = 0; axis < nodes.dimensions; ++axis) {
    Range& range = cells.ranges[static_cast<std::size_t>(axis)];
    range.end = std::min(range.end, shape[axis] - 1);
    range.begin = std::min(range.begin, range.end);
  }
  return cells;
}

template <class F>
void for_each(const Box& box, const F& visit) {
  const Range y = box.dimensions == 2 ? box.ranges[0] : Range{0, 1},
              x = box.ranges[static_cast<std::size_t>(box.dimensions - 1)];
  for (Index j = y.begin; j < y.end; ++j)
    for (Index i = x.begin; i < x.end; ++i) visit(j, i);
}

/// Grids of one and two dimensions as meshes of lines and quads.
void write_mesh(OutputFile& file, const Grid& grid, const Box& mine) {
  const Index row = grid.shape().back(), corners = grid.dimensions() == 1 ? 2 : 4;
  const Box cells = cells_of(mine, grid.shape());
  Index all_cells = 1;
  for (const Index points : grid.shape().span()) all_cells *= points - 1;

  Tensor<double> points({mine.count(), 3}, Rows::dense);
  Tensor<Index> nodes({cells.count(), corners}, Rows::dense);
  Index entry = 0;
  for_each(mine, [&](Index j, Index i) {
    points(entry, 0) = grid.axis(grid.dimensions() - 1).coordinate(i);
    points(entry++, 1) = grid.dimensions() == 1 ? 0 : grid.axis(0).coordinate(j);
  });
  entry = 0;
  for_each(cells, [&](Index j, Index i) {
    const Index first = j * row + i;
    const std::array<Index, 4> corner{first, first + 1, first + row + 1, first + row};
    for (Index c = 0; c < corners; ++c) nodes(entry, c) = corner[static_cast<std::size_t>(c)];
    ++entry;
  });
  write_vtk_unstructured(file, corners == 2 ? VtkCell::line : VtkCell::quad,
                         {{grid.shape().count(), 3}, flattened(mine, row, 3), points.view()},
                         {{all_cells, corners}, flattened(cells, row - 1, corners), nodes.view()});
}

void write_image(OutputFile& file, const Grid& grid) {
  VtkImage image;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    image.nodes[axis] = grid.axes()[axis].points;
    image.origin[2 - axis] = grid.axes()[axis].coordinate(0);
    image.spacing[2 - axis] = grid.axes()[axis].spacing();
  }
  write_vtk_image(file, image);
}

void write_field(OutputFile& file, const Field& field) {
  const Shape& shape = field.grid().shape();
  const Box& mine = field.box();
  const std::string name = dataset_of(field);
  file.write<double>(name, shape, Slab::box(front(mine), mine.shape()), field.values());
  file.attribute(name, "axes", field.grid().axes_text());
  if (!field.unit().empty()) file.attribute(name, "unit", field.unit());
  if (shape.dimensions() == 2)  // ParaView wants one row of numbers
    file.write<double>(vtk_point_data(field.name()), {shape.count()}, flattened(mine, shape.back()),
                       View<const double>(field.span().data(), {mine.count()}));
  else
    file.link(name, vtk_point_data(field.name()));
}

void write_value(OutputFile& file, const std::string& name, const Record::Value& value);

void write_values(OutputFile& file, const std::string& prefix, const Record& record) {
  for (const auto& [name, value] : record.entries()) write_value(file, prefix + name, value);
}

void write_value(OutputFile& file, const std::string& name, const Record::Value& value) {
  constexpr const char* place = "mercer/certificate";
  std::visit(
      [&](const auto& held) {
        using T = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<T, Record>)
          write_values(file, name + ".", held);
        else if constexpr (std::is_same_v<T, std::vector<Record>>)
          for (std::size_t i = 0; i < held.size(); ++i) write_values(file, fmt::format("{}.{}.", name, i), held[i]);
        else if constexpr (std::is_same_v<T, std::string>)
          file.attribute(place, name, held);
        else if constexpr (std::is_same_v<T, std::vector<double>>)
          file.attribute<double>(place, name, held);
        else if constexpr (std::is_same_v<T, double>)
          file.attribute<double>(place, name, std::array{held});
        else
          file.attribute<Index>(place, name, std::array{static_cast<Index>(held)});
      },
      value);
}

XdmfArray array_of(const Field& field) { return {"/" + dataset_of(field), field.grid().shape()}; }

Xdmf xdmf_of(const std::filesystem::path& path, const Solution& solution) {
  const Grid& grid = solution.fields.front().grid();
  Xdmf document{path.filename().string(), {}, {{}}};
  if (grid.dimensions() == 1) {
    const Index points = grid.shape().count();
    document.mesh = XdmfUnstructured{VtkCell::line,
                                     points - 1,
                                     {"/VTKHDF/Points", {points, 3}},
                                     {"/VTKHDF/Connectivity", {2 * (points - 1)}, Number::int64}};
  } else {
    XdmfUniform uniform;
    for (const Axis& axis : grid.axes()) {
      uniform.nodes.push_back(axis.points);
      uniform.origin.push_back(axis.coordinate(0));
      uniform.spacing.push_back(axis.spacing());
    }
    document.mesh = uniform;
  }
  for (const Field& field : solution.fields)
    document.steps.front().fields.push_back({field.name(), XdmfCenter::node, 1, array_of(field)});
  return document;
}

}  // namespace

void write_provenance(OutputFile& file, const Provenance& provenance, const Record& record) {
  file.group("mercer");
  file.group("mercer/certificate");
  file.attribute<Index>("mercer", "version", std::array{output_format});
  file.attribute("mercer", "kind", provenance.kind);
  file.attribute<Index>("mercer", "seed", std::array{provenance.seed});
  file.attribute("mercer", "case", to_yaml(provenance.effective));
  write_values(file, "", record);
  file.attribute<Index>("mercer", "complete", std::array{Index{1}});
}

void write_solution(const Comm& comm, const std::filesystem::path& path, Existing existing,
                    const OutputOptions& options, const Solution& solution, const Provenance& provenance) {
  OutputFile file(comm, path, existing, narrow<int>(options.deflate));
  if (solution.mesh) {
    write_mesh_fields(file, *solution.mesh);
    write_provenance(file, provenance, solution.record);
    file.commit();
    if (options.xdmf) write_mesh_xdmf(comm, path, *solution.mesh);
    return;
  }
  const Field& first = solution.fields.front();
  const Grid& grid = first.grid();
  if (grid.dimensions() == 3)
    write_image(file, grid);
  else
    write_mesh(file, grid, first.box());
  for (int axis = 0; axis < grid.dimensions(); ++axis)
    file.write<double>("grid/" + grid.axis(axis).name, {grid.axis(axis).points}, grid.coordinates(axis));
  for (const Field& field : solution.fields) write_field(file, field);
  write_provenance(file, provenance, solution.record);
  file.commit();
  if (!options.xdmf) return;
  auto beside = path;
  write_xdmf(comm, beside.replace_extension(".xdmf"), xdmf_of(path, solution), Existing::replace);
}

}  // namespace mercer
