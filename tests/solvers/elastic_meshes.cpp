#include "solvers/elastic_meshes.hpp"

#include "support/made_meshes.hpp"
#include <mercer/meshes/geometry/facets.hpp>
#include <mercer/meshes/write/gmsh.hpp>
#include <mercer/parallel/exchange.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>

namespace mercer::test {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

bool is_near(double a, double b) { return std::abs(a - b) < 1e-9; }

}  // namespace

void name_sides(Mesh& mesh, const std::string& name, const std::function<bool(std::span<const double>)>& is_on) {
  const Index corners = dimensions(mesh.cells.kind);
  std::vector<Index> sides;
  for (const Facet& facet : boundary_facets(facets(mesh.cells, mesh.nodes()))) {
    const std::span nodes = std::span(facet.nodes).first(at(corners));
    if (std::ranges::all_of(nodes, [&](Local node) { return is_on(mesh.points.view().row(node)); }))
      sides.insert(sides.end(), nodes.begin(), nodes.end());
  }
  Cells& part = mesh.parts[name];
  part.kind = corners == 2 ? CellKind::edge : CellKind::triangle;
  part.nodes = Tensor<Index>({std::ssize(sides) / corners, corners}, Rows::dense);
  std::ranges::copy(sides, part.nodes.data());
  std::ranges::sort(sides);
  sides.erase(std::unique(sides.begin(), sides.end()), sides.end());
  mesh.tags[name] = sides;
}

void name_box(Mesh& mesh) {
  constexpr const char* names[3][2] = {{"left", "right"}, {"bottom", "top"}, {"back", "front"}};
  for (Index axis = 0; axis < mesh.space(); ++axis)
    for (int end = 0; end < 2; ++end)
      name_sides(mesh, names[axis][end],
                 [=](std::span<const double> x) { return is_near(x[at(axis)], static_cast<double>(end)); });
  name_sides(mesh, "boundary", [](std::span<const double>) { return true; });
}

Mesh crooked_square(Index n) {
  Mesh mesh = square(n, 0.2);
  name_box(mesh);
  return mesh;
}

Mesh crooked_cube(Index n) {
  Mesh mesh = cube(n);
  const double pi = std::numbers::pi;
  for (Index i = 0; i < mesh.nodes(); ++i) {
    double bubble = 0.12;
    for (Index axis = 0; axis < 3; ++axis) bubble *= std::sin(pi * mesh.points(i, axis));
    for (Index axis = 0; axis < 3; ++axis) mesh.points(i, axis) += bubble * std::cos(static_cast<double>(7 * i + axis));
  }
  name_box(mesh);
  return mesh;
}

Mesh quarter_with_hole(Index across, Index around) {
  std::vector<double> points;
  std::vector<Index> cells;
  const Index half = around / 2;
  for (Index j = 0; j <= around; ++j) {
    const double angle = std::numbers::pi / 2 * static_cast<double>(j) / static_cast<double>(around);
    const auto part = [&](Index steps) { return static_cast<double>(steps) / static_cast<double>(half); };
    const double outer_x = j <= half ? 5 : 5 * part(around - j), outer_y = j <= half ? 20 * part(j) * part(j) : 20;
    for (Index i = 0; i <= across; ++i) {
      const double r = std::expm1(4 * static_cast<double>(i) / static_cast<double>(across)) / std::expm1(4);
      points.push_back(j == around ? 0 : std::cos(angle) * (1 - r) + outer_x * r);
      points.push_back(j == 0 ? 0 : std::sin(angle) * (1 - r) + outer_y * r);
    }
  }
  for (Index j = 0; j < around; ++j)
    for (Index i = 0; i < across; ++i) {
      const Index a = j * (across + 1) + i, b = a + 1, d = a + across + 1, c = d + 1;
      cells.insert(cells.end(), {a, b, c, a, c, d});
    }
  Mesh mesh = mesh_of(2, points, CellKind::triangle, cells);
  name_sides(mesh, "symmetry_x", [](std::span<const double> x) { return is_near(x[0], 0); });
  name_sides(mesh, "symmetry_y", [](std::span<const double> x) { return is_near(x[1], 0); });
  name_sides(mesh, "side", [](std::span<const double> x) { return is_near(x[0], 5); });
  name_sides(mesh, "top", [](std::span<const double> x) { return is_near(x[1], 20); });
  name_sides(mesh, "hole", [](std::span<const double> x) { return is_near(std::hypot(x[0], x[1]), 1); });
  return mesh;
}

void write_mesh(const Comm& comm, const SharedScratch& scratch, const Mesh& mesh) {
  if (comm.is_root()) {
    MeshSample sample;
    sample.mesh.points = Tensor<double>(mesh.points.shape(), Rows::dense);
    std::ranges::copy(mesh.points.span(), sample.mesh.points.data());
    const auto copy = [](const Cells& cells) {
      Cells same{cells.kind, Tensor<Index>(cells.nodes.shape(), Rows::dense)};
      std::ranges::copy(cells.nodes.span(), same.nodes.data());
      return same;
    };
    sample.mesh.cells = copy(mesh.cells);
    for (const auto& [name, part] : mesh.parts) sample.mesh.parts[name] = copy(part);
    sample.mesh.tags = mesh.tags;
    std::ofstream(scratch / "mesh.msh", std::ios::binary) << gmsh_text(sample);
  }
  MPI_Barrier(comm.raw());
}

std::vector<double> gathered(const Comm& comm, const Solution& solution, const std::string& field) {
  for (const MeshField& each : solution.mesh->fields)
    if (each.name == field)
      return gather_everywhere(comm, std::vector<double>(each.values.data(), each.values.data() + each.values.count()));
  fail(Fault::internal, "there is no field '{}'", field);
}

}  // namespace mercer::test
