// Meshes to VTKHDF and back, files of several parts, PolyData, and files that are broken.
#include "meshes.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/io/file.hpp>
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/meshes/read/vtkhdf.hpp>
#include <mercer/meshes/write/vtkhdf.hpp>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <limits>

using namespace mercer;
using test::SharedScratch;
using test::values;

namespace {

MeshSample annotated_square() {
  MeshSample made = test::square(4);
  std::vector<double> u(16), v(32);
  for (std::size_t i = 0; i < 32; ++i) v[i] = (i < 16 ? u[i] = 0.1 * static_cast<double>(i) : 0) + 7;
  made.point_fields.push_back(test::field("u", u));
  made.point_fields.push_back(test::field("v", v, 2));
  made.cell_fields.push_back(test::field("p", std::vector<double>(18, 2.5)));
  made.mesh.tags["corner"] = {0, 15};
  made.scalars["load"] = 45;
  return made;
}

/// The arrays of a file of two parts with a triangle each, before one of them is spoilt.
struct Arrays {
  std::vector<Index> points{3, 3}, cells{1, 1}, ids{3, 3}, nodes{0, 1, 2, 0, 1, 2}, offsets{0, 3, 0, 3};
  std::vector<std::uint8_t> types{5, 5};
  std::vector<double> coordinates{0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0};
  std::string type = "UnstructuredGrid";
  Index steps = 0;
};

template <class T>
void put(OutputFile& file, const std::string& name, const std::vector<T>& all) {
  file.write<T>("/VTKHDF/" + name, {std::ssize(all)}, std::span<const T>(all));
}

MeshSample read(
    const Arrays& arrays, const std::function<void(OutputFile&)>& more = [](OutputFile&) {}) {
  const Comm comm, self = Comm::self();
  const SharedScratch scratch(comm);
  OutputFile file(comm, scratch / "mesh.hdf", Existing::replace);
  file.group("/VTKHDF");
  file.attribute("/VTKHDF", "Type", arrays.type);
  put(file, "NumberOfPoints", arrays.points);
  put(file, "NumberOfCells", arrays.cells);
  put(file, "NumberOfConnectivityIds", arrays.ids);
  put(file, "Connectivity", arrays.nodes);
  put(file, "Offsets", arrays.offsets);
  put(file, "Types", arrays.types);
  file.write<double>("/VTKHDF/Points", {std::ssize(arrays.coordinates) / 3, 3},
                     std::span<const double>(arrays.coordinates));
  if (arrays.steps > 0) {
    file.group("/VTKHDF/Steps");
    file.attribute<Index>("/VTKHDF/Steps", "NSteps", std::span<const Index>(&arrays.steps, 1));
  }
  more(file);
  file.commit();
  return read_vtkhdf(InputFile(self, scratch / "mesh.hdf"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_sample_comes_back_from_the_file_for_paraview) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const MeshSample made = annotated_square();
  OutputFile file(comm, scratch / "square.hdf", Existing::refuse);
  write_vtkhdf(file, made);
  file.commit();
  write_xdmf(comm, scratch / "square.xdmf", "square.hdf", made, Existing::refuse);
  const MeshDataset dataset(comm, scratch / "square.hdf");
  const MeshSample back = dataset.read(0);
  BOOST_TEST((values(back.mesh.points) == values(made.mesh.points)));
  BOOST_TEST((values(back.mesh.cells.nodes) == values(made.mesh.cells.nodes)));
  BOOST_REQUIRE(back.point_fields.size() == 3u);
  BOOST_TEST(back.point_fields[0].name == "tag:corner");
  BOOST_TEST(back.point_fields[0].values(15, 0) == 1.0);
  BOOST_TEST((values(back.point_fields[1].values) == values(made.point_fields[0].values)));
  BOOST_TEST((values(back.point_fields[2].values) == values(made.point_fields[1].values)));
  BOOST_TEST((values(back.cell_fields[0].values) == values(made.cell_fields[0].values)));
  BOOST_TEST(back.scalars.at("load") == 45.0);
  const std::string xdmf = test::read_file(scratch / "square.xdmf");
  for (const char* part : {"square.hdf:/VTKHDF/PointData/v", "Center=\"Cell\"", "NumberOfElements=\"18\""})
    BOOST_TEST(xdmf.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_CASE(parts_follow_one_another_with_their_own_numbers) {
  const MeshSample sample = read({});
  BOOST_TEST((values(sample.mesh.cells.nodes) == std::vector<Index>{0, 1, 2, 3, 4, 5}));
  BOOST_TEST(sample.mesh.space() == 2);
}

BOOST_AUTO_TEST_CASE(a_node_that_its_part_has_not_stays_out_of_range) {
  Arrays arrays;
  arrays.nodes[0] = 3;
  arrays.nodes[5] = std::numeric_limits<Index>::max();
  BOOST_TEST((values(read(arrays).mesh.cells.nodes) == std::vector<Index>{-1, 1, 2, 3, 4, -1}));
}

BOOST_AUTO_TEST_CASE(lines_beside_triangles_are_a_part_and_fields_on_cells_find_their_own) {
  Arrays arrays;
  arrays.types = {3, 5};
  arrays.nodes = {0, 1, 0, 1, 2};
  arrays.ids = {2, 3};
  arrays.offsets = {0, 2, 0, 3};
  const MeshSample sample = read(arrays, [](OutputFile& file) { put<double>(file, "CellData/p", {1, 2}); });
  BOOST_TEST(sample.mesh.cells.count() == 1);
  BOOST_TEST(sample.mesh.parts.at("edges").count() == 1);
  BOOST_TEST((values(sample.cell_fields.front().values) == std::vector<double>{2}));
}

BOOST_AUTO_TEST_CASE(poly_data_is_read_as_triangles_and_quadrilaterals) {
  const Comm comm, self = Comm::self();
  const SharedScratch scratch(comm);
  OutputFile file(comm, scratch / "surface.hdf", Existing::refuse);
  file.group("/VTKHDF");
  file.attribute("/VTKHDF", "Type", std::string("PolyData"));
  put<Index>(file, "NumberOfPoints", {4});
  const std::vector<double> points{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0};
  file.write<double>("/VTKHDF/Points", {4, 3}, std::span<const double>(points));
  for (const char* group : {"Vertices", "Lines", "Polygons", "Strips"}) {
    const bool is_full = std::string(group) == "Polygons";
    put<Index>(file, group + std::string("/NumberOfCells"), {is_full ? 1 : 0});
    put<Index>(file, group + std::string("/NumberOfConnectivityIds"), {is_full ? 4 : 0});
    put<Index>(file, group + std::string("/Offsets"), is_full ? std::vector<Index>{0, 4} : std::vector<Index>{0});
    put<Index>(file, group + std::string("/Connectivity"),
               is_full ? std::vector<Index>{0, 1, 2, 3} : std::vector<Index>{});
  }
  file.commit();
  const MeshSample sample = read_vtkhdf(InputFile(self, scratch / "surface.hdf"));
  BOOST_TEST((sample.mesh.cells.kind == CellKind::quadrilateral));
  BOOST_TEST(sample.mesh.space() == 3);
  BOOST_TEST((values(sample.mesh.cells.nodes) == std::vector<Index>{0, 1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(broken_files_are_refused) {
  const auto refused = [](const char* why, const std::function<void(Arrays&)>& spoil) {
    Arrays arrays;
    spoil(arrays);
    BOOST_CHECK_EXCEPTION(read(arrays), Error, failure(Fault::data, why));
  };
  refused("found ImageData", [](Arrays& arrays) { arrays.type = "ImageData"; });
  refused("3 time steps", [](Arrays& arrays) { arrays.steps = 3; });
  refused("VTK's kind 12", [](Arrays& arrays) { arrays.types[1] = 12; });
  refused("NumberOfPoints says [7, 3]", [](Arrays& arrays) { arrays.points[1] = 4; });
  refused("holds the count -1", [](Arrays& arrays) { arrays.cells[1] = -1; });
  refused("holds the count 9", [](Arrays& arrays) { arrays.cells[1] = std::numeric_limits<Index>::max(); });
  refused("fewer offsets", [](Arrays& arrays) { arrays.cells[1] = 2; });
  refused("fewer offsets", [](Arrays& arrays) { arrays.ids[1] = 9; });
  refused("do not ascend", [](Arrays& arrays) { arrays.offsets[1] = 900; });
  refused("do not ascend", [](Arrays& arrays) { arrays.offsets[0] = 4; });
  refused("fewer than there are cells", [](Arrays& arrays) { arrays.types.pop_back(); });
  refused("a triangle of 2 nodes", [](Arrays& arrays) { arrays.offsets[3] = 2; });
  refused("2 parts of cells and 1 of points", [](Arrays& arrays) { arrays.points = {6}; });
}

BOOST_AUTO_TEST_CASE(a_field_of_another_length_on_cells_is_left_out_with_a_warning) {
  const MeshSample sample = read({}, [](OutputFile& file) { put<double>(file, "CellData/p", {1}); });
  BOOST_TEST(sample.cell_fields.empty());
  BOOST_REQUIRE(sample.notes.size() == 1u);
  BOOST_TEST(sample.notes.front().code == "field_left_out");
}
