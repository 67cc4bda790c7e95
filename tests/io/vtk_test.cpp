// What ParaView needs is in the files: names, types and counts of VTKHDF 1.0, and the text of XDMF.
#include "bytes.hpp"
#include "vtk_samples.hpp"
#include <mercer/io/file.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

namespace {

template <class T>
std::vector<T> read_all(const InputFile& file, const std::string& name) {
  std::vector<T> values(static_cast<std::size_t>(file.info(name).shape.count()));
  file.read<T>(name, Slab::whole(file.info(name).shape), View<T>(values.data(), {static_cast<Index>(values.size())}));
  return values;
}

void check_head(const InputFile& file, const std::string& type) {
  BOOST_TEST(file.text_attribute("/VTKHDF", "Type") == type);
  BOOST_TEST(file.number_attribute("/VTKHDF", "Version") == (std::vector<double>{1, 0}),
             boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(paraview_files)

BOOST_AUTO_TEST_CASE(lines_and_quads_are_unstructured_grids_of_one_part) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_vtk_samples(comm, scratch / "");
  const InputFile line(comm, scratch / "line.hdf"), square(comm, scratch / "square.hdf");
  check_head(line, "UnstructuredGrid");
  check_head(square, "UnstructuredGrid");
  BOOST_TEST(read_all<Index>(line, "VTKHDF/NumberOfPoints").at(0) == 5);
  BOOST_TEST(read_all<Index>(line, "VTKHDF/Connectivity") == (std::vector<Index>{0, 1, 1, 2, 2, 3, 3, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(read_all<Index>(line, "VTKHDF/Offsets") == (std::vector<Index>{0, 2, 4, 6, 8}),
             boost::test_tools::per_element());
  BOOST_TEST(square.info("VTKHDF/Types").type == "uint8");
  BOOST_TEST(read_all<std::uint8_t>(square, "VTKHDF/Types") == std::vector<std::uint8_t>(12, 9),
             boost::test_tools::per_element());
  BOOST_TEST(read_all<Index>(square, "VTKHDF/NumberOfConnectivityIds").at(0) == 48);
  BOOST_TEST(read_all<Index>(square, "VTKHDF/NumberOfCells").at(0) == 12);
  BOOST_TEST((square.info("VTKHDF/Points").shape == Shape{20, 3}));
  BOOST_TEST(read_all<double>(square, "VTKHDF/PointData/u").back() == 34);
}

BOOST_AUTO_TEST_CASE(cubes_are_images_that_share_their_fields) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_cube(comm, scratch / "cube.hdf");
  const InputFile cube(comm, scratch / "cube.hdf");
  check_head(cube, "ImageData");
  BOOST_TEST(cube.number_attribute("/VTKHDF", "WholeExtent") == (std::vector<double>{0, 4, 0, 3, 0, 2}),
             boost::test_tools::per_element());
  BOOST_TEST((cube.info("VTKHDF/PointData/u").shape == Shape{3, 4, 5}));
  BOOST_TEST(read_all<double>(cube, "VTKHDF/PointData/u").back() == 234);
}

BOOST_AUTO_TEST_CASE(ragged_meshes_are_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  OutputFile file(comm, scratch / "bad.hdf", Existing::refuse);
  const Part<const double> points{{2, 2}, Slab::none({2, 2}), View<const double>(nullptr, {0})};
  const Part<const Index> cells{{1, 2}, Slab::none({1, 2}), View<const Index>(nullptr, {0})};
  BOOST_TEST(thrown([&] { write_vtk_unstructured(file, VtkCell::line, points, cells); }).says("[node, 3]"));
  const Part<const double> good{{2, 3}, Slab::none({2, 3}), View<const double>(nullptr, {0})};
  BOOST_TEST(thrown([&] { write_vtk_unstructured(file, VtkCell::triangle, good, cells); }).says("[cell, 3]"));
}

BOOST_AUTO_TEST_CASE(xdmf_of_a_series_points_into_the_file) {
  const std::string text = xdmf_text(test::series());
  for (const char* piece : {"<Xdmf Version=\"3.0\">", "CollectionType=\"Temporal\"", "<Time Value=\"0.5\"/>",
                            "3DCoRectMesh\" Dimensions=\"3 4 5\"",
                            "Dimensions=\"3 4 5\" NumberType=\"Float\" Precision=\"8\">series.h5:/steps/2/u<"}) {
    BOOST_TEST((text.find(piece) != std::string::npos), piece << " is not in " << text);
  }
}

BOOST_AUTO_TEST_CASE(xdmf_of_one_step_has_no_time_and_escapes_names) {
  Xdmf document = test::square_mesh();
  document.steps.at(0).fields.at(0).name = "a<b & \"c\"";
  const std::string text = xdmf_text(document);
  BOOST_TEST((text.find("Name=\"a&lt;b &amp; &quot;c&quot;\"") != std::string::npos), text);
  BOOST_TEST((text.find("<Time") == std::string::npos), text);
  BOOST_TEST((text.find("TopologyType=\"Quadrilateral\" NumberOfElements=\"12\"") != std::string::npos), text);
  document.mesh = XdmfUniform{{5}, {0}, {1}};
  BOOST_TEST(thrown([&] { xdmf_text(document); }).says("two or three axes"));
}

BOOST_AUTO_TEST_SUITE_END()
