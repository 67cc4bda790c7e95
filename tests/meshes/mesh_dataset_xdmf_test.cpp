// XDMF over mesh datasets: every array it names is in the file with the size it states, and broken samples are told.
#include "shown_samples.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/io/file.hpp>

#include <boost/property_tree/xml_parser.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace mercer;
using test::SharedScratch;
using Tree = boost::property_tree::ptree;
namespace fs = std::filesystem;

namespace {

std::string attribute(const Tree& element, const std::string& name) {
  return element.get<std::string>("<xmlattr>." + name);
}

std::string first_word(const std::string& text) {
  std::istringstream words(text);
  std::string word;
  words >> word;
  return word;
}

/// Every element of this name at any depth, in the order of the document.
void collect(const Tree& tree, const std::string& name, std::vector<const Tree*>& found) {
  for (const auto& [key, child] : tree) {
    if (key == name) found.push_back(&child);
    collect(child, name, found);
  }
}

std::vector<const Tree*> all(const Tree& tree, const std::string& name) {
  std::vector<const Tree*> found;
  collect(tree, name, found);
  return found;
}

Tree parsed(const fs::path& path) {
  Tree tree;
  boost::property_tree::read_xml(path.string(), tree, boost::property_tree::xml_parser::trim_whitespace);
  return tree;
}

/// Checks the arrays that a document points to, and counts them.
Index arrays_that_fit(const fs::path& document) {
  Index count = 0;
  const Tree tree = parsed(document);
  for (const Tree* item : all(tree, "DataItem")) {
    if (attribute(*item, "Format") != "HDF") continue;
    const std::string place = item->data();
    const std::size_t colon = place.find(':');
    const Comm self = Comm::self();
    const InputFile file(self, document.parent_path() / place.substr(0, colon));
    const DatasetInfo info = file.info(place.substr(colon + 1));
    std::istringstream sizes(attribute(*item, "Dimensions"));
    std::vector<Index> stated{std::istream_iterator<Index>(sizes), {}};
    BOOST_TEST(std::ranges::equal(info.shape.span(), stated), place);
    BOOST_TEST(info.type == (attribute(*item, "NumberType") == "Float" ? "float64" : "int32"), place);
    ++count;
  }
  return count;
}

Index position(const std::vector<const Tree*>& attributes, const std::string& name) {
  return std::ranges::find(attributes, name, [](const Tree* one) { return attribute(*one, "Name"); }) -
         attributes.begin();
}

/// What is said of a dataset whose samples were changed.
template <class F>
void check_refusal(const char* words, F&& change) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_samples(comm, scratch / "bad.h5", change);
  const MeshDataset dataset(comm, scratch / "bad.h5");
  BOOST_CHECK_EXCEPTION(write_xdmf(comm, scratch / "bad.xdmf", dataset, {0, 1, 2}, Unusable::refuse, Existing::refuse),
                        Error, failure(Fault::data, words));
  BOOST_TEST(!fs::exists(scratch / "bad.xdmf"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_array_of_a_shown_dataset_is_in_the_file_with_its_size) {
  const Comm comm;
  const SharedScratch scratch(comm);
  together(comm, [&] {
    if (comm.is_root()) fs::create_directories(scratch / "data"), fs::create_directories(scratch / "seen/from");
  });
  test::write_samples(comm, scratch / "data/all.h5");
  const MeshDataset dataset(comm, scratch / "data/all.h5");
  const fs::path document = scratch / "seen/from/all.xdmf";
  const ShownSamples shown = write_xdmf(comm, document, dataset, {0, 1, 2}, Unusable::refuse, Existing::refuse);
  BOOST_TEST(shown.count == 3);
  BOOST_TEST(shown.left_out.empty());
  BOOST_TEST(arrays_that_fit(document) == 3 * 6);
  BOOST_TEST(test::contains(test::read_file(document), ">../../data/all.h5:/samples/000002/points<"));
}

BOOST_AUTO_TEST_CASE(a_shown_dataset_is_a_series_of_meshes_of_their_own) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_samples(comm, scratch / "all.h5");
  const MeshDataset dataset(comm, scratch / "all.h5");
  write_xdmf(comm, scratch / "all.xdmf", dataset, {0, 2}, Unusable::refuse, Existing::refuse);
  const Tree tree = parsed(scratch / "all.xdmf");
  BOOST_TEST(attribute(tree.get_child("Xdmf.Domain.Grid"), "CollectionType") == "Temporal");
  const std::vector<const Tree*> steps = all(tree.get_child("Xdmf.Domain.Grid"), "Grid");
  BOOST_REQUIRE(steps.size() == 2u);
  for (const auto& [step, id, triangles] : {std::tuple(steps[0], "000000", "8"), {steps[1], "000002", "32"}}) {
    BOOST_TEST(attribute(*step, "Name") == id);
    BOOST_TEST(std::stod(attribute(step->get_child("Time"), "Value")) == std::stod(id));
    BOOST_TEST(attribute(step->get_child("Topology"), "TopologyType") == "Triangle");
    BOOST_TEST(attribute(step->get_child("Topology"), "NumberOfElements") == triangles);
    BOOST_TEST(attribute(step->get_child("Geometry"), "GeometryType") == "XY");
    const std::vector<const Tree*> fields = all(*step, "Attribute");
    BOOST_REQUIRE(fields.size() == 6u);
    const auto expect = [&](const char* name, const char* type, const char* center) {
      const auto place = static_cast<std::size_t>(position(fields, name));
      BOOST_TEST_CONTEXT(name) {
        BOOST_REQUIRE(place < fields.size());
        BOOST_TEST(attribute(*fields[place], "AttributeType") == type);
        BOOST_TEST(attribute(*fields[place], "Center") == center);
      }
    };
    expect("u", "Scalar", "Node");
    expect("stress", "Matrix", "Node");
    expect("q", "Vector", "Cell");
    expect("std:u", "Scalar", "Node");
    expect("novelty", "Scalar", "Grid");
    expect("load", "Scalar", "Grid");
    const auto load = static_cast<std::size_t>(position(fields, "load"));
    BOOST_TEST(std::stod(first_word(fields[load]->get<std::string>("DataItem"))) == 40 + std::stod(id));
  }
}

BOOST_AUTO_TEST_CASE(samples_whose_arrays_do_not_fit_are_refused_with_the_array) {
  check_refusal("000000/point_data/u' in", [](MeshSample& sample) {
    sample.point_fields[0] = test::field("u", {1, 2, 3});
  });
  check_refusal("000000/cell_data/q' in", [](MeshSample& sample) {
    if (sample.mesh.cells.count() == 8) sample.cell_fields[0] = test::field("q", std::vector<double>(14, 0.0), 2);
  });
  check_refusal("has no cells", [](MeshSample& sample) { sample.mesh.cells.nodes = test::table<Index>(3, {}); });
}

BOOST_AUTO_TEST_CASE(what_cannot_be_shown_is_left_out_and_told_on_request) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_samples(comm, scratch / "some.h5", [](MeshSample& sample) {
    if (sample.id == "000001") sample.point_fields[0] = test::field("u", {1, 2, 3});
    sample.point_fields[1].name = "a|b";
  });
  const MeshDataset dataset(comm, scratch / "some.h5");
  const ShownSamples shown =
      write_xdmf(comm, scratch / "some.xdmf", dataset, {0, 1, 2}, Unusable::leave_out, Existing::refuse);
  BOOST_TEST(shown.count == 2);
  BOOST_TEST(arrays_that_fit(scratch / "some.xdmf") == 2 * 5);
  BOOST_REQUIRE(shown.left_out.size() >= 3u);
  BOOST_TEST(test::contains(shown.left_out.front(), "a|b"), shown.left_out.front());
  BOOST_TEST(std::ranges::any_of(shown.left_out, [](const std::string& sentence) {
    return test::contains(sentence, "left out: ") && test::contains(sentence, "000001/point_data/u");
  }));
}

BOOST_AUTO_TEST_CASE(datasets_that_readers_of_xdmf_would_not_find_are_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_samples(comm, scratch / "a:b.h5");
  const MeshDataset dataset(comm, scratch / "a:b.h5");
  BOOST_CHECK_EXCEPTION(write_xdmf(comm, scratch / "ab.xdmf", dataset, {0}, Unusable::refuse, Existing::refuse), Error,
                        failure(Fault::data, "has no ':'"));
  test::write_samples(comm, scratch / "taken.xdmf");
  BOOST_CHECK_EXCEPTION(write_xdmf(comm, scratch / "taken.xdmf", dataset, {0}, Unusable::refuse, Existing::refuse),
                        Error, failure(Fault::cannot_create, "taken.xdmf"));
}
