// Reading of gmsh files: all versions alike, groups, curved and mixed elements, and files that are broken.
#include "meshes.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/meshes/read/gmsh.hpp>
#include <mercer/meshes/write/gmsh.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using test::SharedScratch;
using test::values;

namespace {

std::filesystem::path shipped(const std::string& name) {
  return std::filesystem::path(test::setting("MERCER_SOURCE")) / "tests/data/meshes" / name;
}

/// Two triangles and one more element of a type, in format 2.2.
std::string square_text(const std::string& element = "", const std::string& more_nodes = "", int nodes = 4) {
  return "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n" + std::to_string(nodes) +
         "\n1 0 0 0\n2 1 0 0\n30 1 1 0\n4 0 1 0\n" + more_nodes + "$EndNodes\n$Elements\n" +
         std::to_string(element.empty() ? 2 : 3) + "\n1 2 2 7 1 1 2 30\n2 2 2 8 1 1 30 4\n" + element +
         "$EndElements\n";
}

MeshSample read_text(const std::string& text) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write(comm, scratch / "mesh.msh", text);
  return read_gmsh(scratch / "mesh.msh");
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_versions_text_or_binary_give_the_same_mesh) {
  const MeshSample first = read_gmsh(shipped("square_22.msh"));
  BOOST_TEST(first.mesh.nodes() == 142);
  BOOST_TEST(first.mesh.space() == 2);
  BOOST_TEST(first.mesh.cells.count() == 242);
  for (const char* name : {"square_22b.msh", "square_40.msh", "square_41.msh", "square_41b.msh"}) {
    const MeshSample other = read_gmsh(shipped(name));
    const double* a = first.mesh.points.data();
    BOOST_TEST(std::equal(a, a + first.mesh.points.count(), other.mesh.points.data(),
                          [](double x, double y) { return std::abs(x - y) < 1e-14; }),
               name);
    BOOST_TEST((values(first.mesh.cells.nodes) == values(other.mesh.cells.nodes)), name);
    BOOST_TEST((first.mesh.tags == other.mesh.tags), name);
    BOOST_TEST(other.mesh.parts.size() == 5u, name);
  }
}

BOOST_AUTO_TEST_CASE(physical_groups_are_parts_and_those_on_the_boundary_tags_too) {
  const Mesh mesh = read_gmsh(shipped("square_41.msh")).mesh;
  BOOST_TEST(mesh.parts.at("domain").count() == 242);
  BOOST_TEST(mesh.parts.at("top").count() == 10);
  BOOST_TEST((mesh.parts.at("top").kind == CellKind::edge));
  BOOST_TEST(mesh.tags.at("top").size() == 11u);
  for (const Index node : mesh.tags.at("top")) BOOST_TEST(mesh.points(node, 1) == 1.0);
  BOOST_TEST(!mesh.tags.contains("domain"));
}

BOOST_AUTO_TEST_CASE(solids_are_read_with_their_surfaces) {
  const Mesh mesh = read_gmsh(shipped("cube_41.msh")).mesh;
  BOOST_TEST(mesh.space() == 3);
  BOOST_TEST((mesh.cells.kind == CellKind::tetrahedron));
  BOOST_TEST(mesh.cells.count() == 1125);
  BOOST_TEST(mesh.parts.at("wall").count() == 540);
}

BOOST_AUTO_TEST_CASE(numbers_of_nodes_may_have_gaps_and_groups_no_names) {
  const MeshSample read = read_text(square_text());
  BOOST_TEST((values(read.mesh.cells.nodes) == std::vector<Index>{0, 1, 2, 0, 2, 3}));
  BOOST_TEST(read.mesh.parts.at("surface_7").count() == 1);
  const MeshSample huge =
      read_text(replaced(replaced(replaced(square_text(), "30 1 1", "3000000000 1 1"), "2 30\n", "2 3000000000\n"),
                         "1 30 4", "1 3000000000 4"));
  BOOST_TEST((values(huge.mesh.cells.nodes) == values(read.mesh.cells.nodes)));
}

BOOST_AUTO_TEST_CASE(curved_elements_lose_the_nodes_between_their_corners_and_a_note_says_so) {
  const MeshSample read = read_text(
      "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n7\n1 0.5 0 0\n2 0 0 0\n3 1 0 0\n4 0 1 0\n5 .5 .5 0\n6 0 .5 0\n"
      "7 9 9 0\n$EndNodes\n$Elements\n1\n1 9 2 1 1 2 3 4 1 5 6\n$EndElements\n");
  BOOST_TEST(read.mesh.nodes() == 4);  // the unused node 7 is for the check to find
  BOOST_TEST((values(read.mesh.cells.nodes) == std::vector<Index>{0, 1, 2}));
  BOOST_TEST(read.mesh.points(1, 0) == 1.0);
  BOOST_REQUIRE(read.notes.size() == 1u);
  BOOST_TEST(read.notes.front().code == "curved_cells");
  BOOST_TEST(read.notes.front().sentence.find("3 nodes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(quadrilaterals_beside_triangles_are_split_and_a_note_says_so) {
  const MeshSample read = read_text(square_text("3 3 2 0 1 2 5 6 30\n", "5 2 0 0\n6 2 1 0\n", 6));
  BOOST_TEST(read.mesh.cells.count() == 4);
  BOOST_TEST((read.mesh.cells.kind == CellKind::triangle));
  BOOST_REQUIRE(read.notes.size() == 1u);
  BOOST_TEST(read.notes.front().code == "mixed_elements");
}

BOOST_AUTO_TEST_CASE(an_element_of_two_groups_is_one_cell_and_in_both) {
  const MeshSample read = read_text(square_text("3 2 2 9 1 1 2 30\n"));
  BOOST_TEST(read.mesh.cells.count() == 2);
  BOOST_TEST(read.mesh.parts.at("surface_7").count() == 1);
  BOOST_TEST(read.mesh.parts.at("surface_9").count() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  MeshSample made = test::square(4);
  made.point_fields.push_back(test::field("u", std::vector<double>(16, 1.0 / 3)));
  made.mesh.tags["corner"] = {0};
  made.mesh.parts["edge of it"] = {CellKind::edge, test::table<Index>(2, {0, 1, 1, 2})};
  const MeshSample read = read_text(gmsh_text(made));
  BOOST_TEST((values(read.mesh.points) == values(made.mesh.points)));
  BOOST_TEST((values(read.mesh.cells.nodes) == values(made.mesh.cells.nodes)));
  BOOST_TEST((read.mesh.tags.at("corner") == std::vector<Index>{0}));
  BOOST_TEST(read.mesh.parts.at("edge of it").count() == 2);
  BOOST_TEST((values(read.point_fields.front().values) == values(made.point_fields.front().values)));
}

BOOST_AUTO_TEST_CASE(fields_that_gmsh_cannot_hold_are_refused) {
  MeshSample made = test::square(3);
  made.point_fields.push_back(test::field("u", std::vector<double>(18, 1.0), 2));
  BOOST_CHECK_EXCEPTION(gmsh_text(made), Error, failure(Fault::data, "2 components"));
  made.point_fields.clear();
  made.cell_fields.push_back(test::field("p", std::vector<double>(8, 1.0)));
  BOOST_CHECK_EXCEPTION(gmsh_text(made), Error, failure(Fault::data, "VTKHDF"));
}

BOOST_AUTO_TEST_CASE(broken_files_are_refused_with_the_line) {
  const std::string good = square_text();
  const std::vector<std::pair<std::string, std::string>> broken{
      {"", "is empty"},
      {"hello", "expected a section"},
      {"$Nodes\n1\n1 0 0 0\n$EndNodes\n", "expected $MeshFormat first"},
      {replaced(good, "2.2 0 8", "1.0 0 8"), "expected format 2.2"},
      {replaced(good, "2.2 0 8", "2.2 0 4"), "8 bytes"},
      {replaced(good, "$Nodes\n4", "$Nodes\n5"), "line 10: expected a whole number, found '$EndNodes'"},
      {replaced(good, "$Nodes\n4", "$Nodes\n999999999999"), "999999999999 entries are announced"},
      {replaced(good, "$Nodes\n4", "$Nodes\n-4"), "-4 entries are announced"},
      {replaced(good, "1 1 0\n", "1 x 0\n"), "line 8: expected a number, found 'x'"},
      {replaced(good, "1 30 4", "1 31 4"), "node 31"},
      {replaced(good, "1 2 2 7 1 1 2 30", "1 5 2 7 1 1 2 30 4 1 2 30 4"), "hexahedron"},
      {replaced(good, "1 2 2 7 1 1 2 30", "1 2 99999 7 1 1 2 30"), "99999 tags"},
      {replaced(good, "$EndElements\n", ""), "expected $EndElements"},
      {replaced(good, "$Elements", "$Ignored"), "has no end"},
      {good.substr(0, good.size() / 2), "line"},
      {"$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n0\n$EndNodes\n$Elements\n0\n$EndElements\n", "found no cells"},
      {"$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 1 1 1\n2 1 0 3\n1\n2\n3\n0 0 0\n0 0 0\n0 0 0\n$EndNodes\n",
       "more nodes than the 1"},
      {"$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 2 1 1\n9 1 0 0\n$EndNodes\n", "9 dimensions"}};
  for (const auto& [text, why] : broken) {
    const test::Failure told = test::failure([&] { read_text(text); });
    BOOST_TEST(told.is(Fault::data, why), "'" << why << "' is missing in: " << told.text);
  }
}

BOOST_AUTO_TEST_CASE(a_binary_file_cut_anywhere_is_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const std::string whole = test::read_file(shipped("square_41b.msh"));
  for (std::size_t length = 60; length + 20 < whole.size(); length += 97) {
    test::write(comm, scratch / "cut.msh", whole.substr(0, length));
    BOOST_CHECK_THROW(read_gmsh(scratch / "cut.msh"), Error);
    MPI_Barrier(comm.raw());
  }
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_no_input) {
  BOOST_CHECK_EXCEPTION(read_gmsh("/nowhere/mesh.msh"), Error, failure(Fault::no_input, "/nowhere/mesh.msh"));
}
