// Reading of CGNS files as PLAID writes them, of the parts of the standard that are refused, and of broken ones.
#include "meshes.hpp"
#include "support/data.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/io/file.hpp>
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/meshes/read/cgns.hpp>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <functional>
#include <map>

using namespace mercer;
using test::SharedScratch;
using test::values;

namespace {

/// A CGNS file in the making: nodes with a label, a type and a value.
struct Tree {
  OutputFile file;

  void node(const std::string& path, const std::string& label, const std::string& type = "MT") {
    file.group(path);
    file.attribute(path, "name", path.substr(path.rfind('/') + 1));
    file.attribute(path, "label", label);
    file.attribute(path, "type", type);
  }
  template <class T>
  void node(const std::string& path, const std::string& label, const std::string& type, const std::vector<T>& all,
            const Shape& shape = {}) {
    node(path, label, type);
    file.write<T>(path + "/ data", shape.dimensions() == 0 ? Shape{std::ssize(all)} : shape, std::span<const T>(all));
  }
  void letters(const std::string& path, const std::string& label, const std::string& text) {
    node<std::int8_t>(path, label, "C1", {text.begin(), text.end()});
  }
};

/// What can be wrong with a file, one at a time.
struct Plan {
  std::vector<std::int64_t> sizes{4, 2, 0};
  std::vector<double> x{0, 1, 1, 0};
  std::int32_t type = 5;
  std::vector<std::int64_t> range{1, 2}, nodes{1, 2, 3, 1, 3, 4};
  std::string zone_type = "Unstructured", link;
  bool has_second_zone = false, has_coordinates = true;
};

void write_cgns(
    const Comm& comm, const std::filesystem::path& path, const Plan& plan,
    const std::function<void(Tree&)>& more = [](Tree&) {}) {
  Tree tree{OutputFile(comm, path, Existing::replace)};
  tree.node<float>("/CGNSLibraryVersion", "CGNSLibraryVersion_t", "R4", {4.2f});
  tree.node<std::int32_t>("/Body", "CGNSBase_t", "I4", {2, 2});
  tree.node("/Body/Z", "Zone_t", "I8", plan.sizes, {3, 1});
  if (plan.has_second_zone) tree.node("/Body/Z2", "Zone_t", "I8", plan.sizes, {3, 1});
  tree.letters("/Body/Z/ZoneType", "ZoneType_t", plan.zone_type);
  tree.node("/Body/Z/Grid", "GridCoordinates_t");
  if (plan.has_coordinates) tree.node("/Body/Z/Grid/CoordinateX", "DataArray_t", "R8", plan.x);
  tree.node<float>("/Body/Z/Grid/CoordinateY", "DataArray_t", "R4", {0, 0, 1, 1});
  tree.node<std::int32_t>("/Body/Z/Cells", "Elements_t", "I4", {plan.type, 0});
  tree.node("/Body/Z/Cells/Range", "IndexRange_t", "I8", plan.range);
  tree.node("/Body/Z/Cells/ElementConnectivity", "DataArray_t", "I8", plan.nodes);
  if (!plan.link.empty()) tree.node("/Body/Z/" + plan.link, "FlowSolution_t", "LK");
  more(tree);
  tree.file.commit();
}

MeshSample read(
    const Plan& plan, const std::function<void(Tree&)>& more = [](Tree&) {}) {
  const Comm comm, self = Comm::self();
  const SharedScratch scratch(comm);
  write_cgns(comm, scratch / "mesh.cgns", plan, more);
  return read_cgns(InputFile(self, scratch / "mesh.cgns"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(nodes_are_found_by_label_and_numbered_from_zero) {
  const MeshSample sample = read({}, [](Tree& tree) {
    tree.node("/Body/Z/Nodal", "FlowSolution_t");
    tree.letters("/Body/Z/Nodal/GridLocation", "GridLocation_t", "Vertex");
    tree.node<double>("/Body/Z/Nodal/u", "DataArray_t", "R8", {1, 2, 3, 4});
    tree.node("/Body/Z/Central", "FlowSolution_t");
    tree.letters("/Body/Z/Central/Where", "GridLocation_t", "CellCenter");
    tree.node<float>("/Body/Z/Central/p", "DataArray_t", "R4", {5, 6});
    tree.node("/Body/Z/Bounds", "ZoneBC_t");
    tree.letters("/Body/Z/Bounds/left", "BC_t", "BCWall");
    tree.node<std::int64_t>("/Body/Z/Bounds/left/PointList", "IndexArray_t", "I8", {4, 1}, {2, 1});
    tree.node<std::int32_t>("/Global", "CGNSBase_t", "I4", {1, 1});
    tree.node<double>("/Global/angle", "DataArray_t", "R8", {0.5});
    tree.node<std::int32_t>("/Body/Z/Sides", "Elements_t", "I4", {3, 0});
    tree.node<std::int64_t>("/Body/Z/Sides/Range", "IndexRange_t", "I8", {3, 3});
    tree.node<std::int64_t>("/Body/Z/Sides/ElementConnectivity", "DataArray_t", "I8", {1, 2});
  });
  BOOST_TEST((values(sample.mesh.points) == std::vector<double>{0, 0, 1, 0, 1, 1, 0, 1}));
  BOOST_TEST((values(sample.mesh.cells.nodes) == std::vector<Index>{0, 1, 2, 0, 2, 3}));
  BOOST_TEST(sample.point_fields.front().name == "u");
  BOOST_TEST((values(sample.cell_fields.front().values) == std::vector<double>{5, 6}));
  BOOST_TEST((sample.mesh.tags.at("left") == std::vector<Index>{0, 3}));
  BOOST_TEST((values(sample.mesh.parts.at("Sides").nodes) == std::vector<Index>{0, 1}));
  BOOST_TEST(!sample.mesh.parts.contains("Cells"));
  BOOST_TEST(sample.scalars.at("angle") == 0.5);
}

BOOST_AUTO_TEST_CASE(what_is_not_read_is_refused_with_a_reason) {
  const auto refused = [](const char* why, const std::function<void(Plan&)>& change) {
    Plan plan;
    change(plan);
    BOOST_CHECK_EXCEPTION(read(plan), Error, failure(Fault::data, why));
  };
  refused("MIXED", [](Plan& plan) { plan.type = 20; });
  refused("NGON", [](Plan& plan) { plan.type = 22; });
  refused("element type 17", [](Plan& plan) { plan.type = 17; });
  refused("found a Structured one", [](Plan& plan) { plan.zone_type = "Structured"; });
  refused("expected one zone, found 2", [](Plan& plan) { plan.has_second_zone = true; });
  refused("it is a link", [](Plan& plan) { plan.link = "Elsewhere"; });
  refused("4 node numbers for 2 cells", [](Plan& plan) { plan.nodes = {1, 2, 3, 4}; });
  refused("is no range", [](Plan& plan) { plan.range = {5, 1}; });
  refused("6 node numbers for 3 cells", [](Plan& plan) { plan.range = {1, 3}; });
  refused("2 cells, and it announces 7", [](Plan& plan) { plan.sizes = {4, 7, 0}; });
  refused("3 coordinates for 4 nodes", [](Plan& plan) { plan.x = {0, 1, 1}; });
  refused("expected CoordinateX", [](Plan& plan) { plan.has_coordinates = false; });
  refused("numbers of its nodes", [](Plan& plan) { plan.sizes = {-4, 2, 0}; });
}

BOOST_AUTO_TEST_CASE(a_folder_of_samples_is_a_dataset) {
  const Comm comm;
  const SharedScratch scratch(comm);
  for (const char* name : {"test/sample_000000000", "train/sample_000000000", "train/sample_000000001"}) {
    const std::filesystem::path folder = scratch / ("data/" + std::string(name) + "/meshes");
    if (comm.is_root()) std::filesystem::create_directories(folder);
    MPI_Barrier(comm.raw());
    write_cgns(comm, folder / "mesh_000000000.cgns", {});
  }
  const MeshDataset dataset(comm, scratch / "");
  BOOST_TEST(dataset.index().format == "PLAID");
  BOOST_TEST(dataset.count() == 3);
  BOOST_TEST((dataset.index().splits.at("train") == std::vector<Index>{1, 2}));
  BOOST_TEST(dataset.read(dataset.place("train/000000001")).mesh.cells.count() == 2);
  BOOST_CHECK_EXCEPTION(dataset.place("train/7"), Error, failure(Fault::no_input, "no sample 'train/7'"));
}

namespace {

/// @collective A folder of three training and two test samples with fields, scalars and problem definitions by name.
void write_folder(const Comm& comm, const SharedScratch& scratch,
                  const std::map<std::string, std::string>& definitions) {
  for (const char* name : {"train/sample_000000000", "train/sample_000000001", "train/sample_000000002",
                           "test/sample_000000000", "test/sample_000000001"}) {
    const std::filesystem::path folder = scratch / ("data/" + std::string(name) + "/meshes");
    if (comm.is_root()) std::filesystem::create_directories(folder);
    MPI_Barrier(comm.raw());
    write_cgns(comm, folder / "mesh_000000000.cgns", {}, [](Tree& tree) {
      tree.node("/Body/Z/VertexFields", "FlowSolution_t");
      tree.letters("/Body/Z/VertexFields/GridLocation", "GridLocation_t", "Vertex");
      tree.node<double>("/Body/Z/VertexFields/u", "DataArray_t", "R8", {1, 2, 3, 4});
      tree.node<std::int32_t>("/Global", "CGNSBase_t", "I4", {1, 1});
      tree.node<double>("/Global/angle", "DataArray_t", "R8", {0.5});
      tree.node<double>("/Global/lift", "DataArray_t", "R8", {1.5});
    });
  }
  if (comm.is_root()) {
    std::filesystem::create_directories(scratch / "problem_definitions");
    for (const auto& [name, text] : definitions) std::ofstream(scratch / ("problem_definitions/" + name)) << text;
  }
  MPI_Barrier(comm.raw());
}

const std::string definition =
    "input_features: [Base/Zone/GridCoordinates/CoordinateX, Global/angle]\n"
    "output_features:\n- Base/Zone/VertexFields/u\n- Global/lift\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_problem_definition_says_what_is_learnt_from_which_samples) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_folder(comm, scratch, {{"small.yaml", definition + "train_split: {train: [2, 0]}\ntest_split: {test: all}\n"}});
  const MeshDataset dataset(comm, scratch / "");
  const MeshIndex& index = dataset.index();
  const auto ids = [&](const std::string& split) {
    std::vector<std::string> found;
    for (const Index place : index.splits.at(split)) found.push_back(index.samples[static_cast<std::size_t>(place)].id);
    return found;
  };
  const std::vector<std::string> taught{"train/000000002", "train/000000000"},
      asked{"test/000000000", "test/000000001"};
  for (const char* name : {"train", "small_train"}) BOOST_TEST(ids(name) == taught);
  for (const char* name : {"test", "small_test"}) BOOST_TEST(ids(name) == asked);
  BOOST_TEST(index.in_scalars == std::vector<std::string>{"angle"});
  BOOST_TEST(index.out_scalars == std::vector<std::string>{"lift"});
  BOOST_TEST(index.out_fields == std::vector<std::string>{"u"});
}

BOOST_AUTO_TEST_CASE(of_several_problem_definitions_each_has_splits_of_its_own) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_folder(comm, scratch,
               {{"a.yaml", definition + "train_split: {train: [1]}\ntest_split: all\n"},
                {"b.yaml", definition + "train_split: {train: all, test: [0]}\n"}});
  const MeshDataset dataset(comm, scratch / "");
  const auto& splits = dataset.index().splits;
  BOOST_TEST(splits.at("train").size() == 3u);
  BOOST_TEST(splits.at("a_train").size() == 1u);
  BOOST_TEST(splits.at("a_test").size() == 2u);
  BOOST_TEST(splits.at("b_train").size() == 4u);
  BOOST_TEST(!splits.contains("b_test"));
  BOOST_TEST(dataset.index().out_fields.empty());
}

BOOST_AUTO_TEST_CASE(problem_definitions_that_cannot_be_are_refused_with_the_place) {
  const Comm comm;
  const auto refused = [&](const std::string& text, const std::string& why) {
    const SharedScratch scratch(comm);
    write_folder(comm, scratch, {{"p.yaml", text}});
    BOOST_CHECK_EXCEPTION(MeshDataset(comm, scratch / ""), Error, failure(Fault::data, why));
  };
  refused("train_split: {train: [0, 7]}\n", "p.yaml:1:26: there is no sample 7");
  refused("train_split: {train: [x]}\n", "expected the number of a sample, got 'x'");
  refused("train_split: {old: all}\n", "there are no samples of 'old'");
  refused("train_split: [\n", "p.yaml");
}

BOOST_AUTO_TEST_CASE(a_folder_without_samples_is_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  BOOST_CHECK_EXCEPTION(MeshDataset(comm, scratch / ""), Error, failure(Fault::data, "without samples of PLAID"));
}

BOOST_AUTO_TEST_CASE(twenty_real_cars_are_closed_surfaces_and_no_disks,
                     *boost::unit_test::precondition(test::NeedsData{"plaid_cars"})) {
  const Comm comm;
  const MeshDataset cars(comm, test::data("plaid_cars"));
  BOOST_TEST(cars.index().out_fields == std::vector<std::string>{"pressure"});
  for (const char* split : {"train", "test", "regression_1_train", "regression_1_test"})
    BOOST_TEST(cars.index().splits.at(split).size() == 10u);
  BOOST_REQUIRE(cars.count() == 20);
  for (Index place = comm.rank(); place < 20; place += comm.size()) {
    MeshSample car = cars.read(place);
    const Topology told = *check_and_repair(car).report.topology;
    BOOST_TEST(car.mesh.nodes() == 3586);
    BOOST_TEST(car.mesh.cells.count() == 7168);
    BOOST_TEST(car.point_fields.front().name == "pressure");
    BOOST_TEST(told.euler == 2);
    BOOST_TEST(told.boundary_loops == 0);
    BOOST_TEST(told.is_manifold());
    const MeshReport refused = check_and_repair(car, {.demand = Demand::disk}).report;
    BOOST_CHECK_EXCEPTION(require_sound(refused, "cars"), Error,
                          failure(Fault::data, "not_a_disk: 0 boundary loops (loops=0 chi=2): it is a closed surface"));
  }
}
