// The verbs of mesh and data as a user meets them: what is told, exit codes, files.
#include "support/data.hpp"
#include "support/process.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

using mercer::test::contains;
using mercer::test::Outcome;
using mercer::test::Scratch;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string shipped(const std::string& name) {
  return "'" + mercer::test::setting("MERCER_SOURCE") + "/tests/data/meshes/" + name + "' ";
}

std::string quoted(const fs::path& path) { return "'" + path.string() + "' "; }

}  // namespace

BOOST_AUTO_TEST_CASE(info_tells_what_is_in_a_mesh) {
  const Outcome told = mercer::test::mercer(2, "mesh info " + shipped("square_41.msh") + "--json");
  BOOST_REQUIRE_EQUAL(told.code, 0);
  const Json json = Json::parse(told.out);
  BOOST_TEST(json.at("format") == "gmsh");
  const Json& mesh = json.at("contents").at(0);
  BOOST_TEST(mesh.at("nodes") == 142);
  BOOST_TEST(mesh.at("topology").at("kind") == "disk");
  BOOST_TEST(contains(mesh.at("tags").get<std::string>(), "top (11 nodes)"));
}

BOOST_AUTO_TEST_CASE(check_says_that_a_good_mesh_is_good) {
  const Outcome told = mercer::test::mercer(0, "mesh check " + shipped("cube_41.msh"));
  BOOST_TEST(told.code == 0);
  BOOST_TEST(contains(told.out, "339 nodes, 1125 tetrahedra, a solid: components=1 loops=1 chi=1"));
  BOOST_TEST(contains(told.out, "1 sample checked, 0 with faults"));
}

BOOST_AUTO_TEST_CASE(a_mesh_goes_through_all_formats_and_stays_the_same) {
  const Scratch scratch;
  const auto convert = [&](int ranks, const std::string& from, const std::string& to, const std::string& more = "") {
    const Outcome outcome = mercer::test::mercer(ranks, "mesh convert " + from + quoted(scratch / to) + more);
    BOOST_TEST(outcome.code == 0, outcome.error);
  };
  convert(2, shipped("square_22.msh"), "a.hdf", "--xdmf");
  convert(1, quoted(scratch / "a.hdf"), "b.h5");
  convert(2, quoted(scratch / "b.h5"), "c.msh");
  convert(1, quoted(scratch / "c.msh"), "d.h5", "--format dataset --repair");
  BOOST_TEST(fs::exists(scratch / "a.xdmf"));
  const Outcome told = mercer::test::mercer(0, "mesh check --topology disk " + quoted(scratch / "d.h5"));
  BOOST_TEST(told.code == 0);
  BOOST_TEST(contains(told.out, "142 nodes, 242 triangles, a disk"), told.out);
}

BOOST_AUTO_TEST_CASE(xdmf_points_into_a_dataset_or_into_a_copy_of_what_is_none) {
  const Scratch scratch;
  const auto convert = [&](int ranks, const std::string& words) {
    return mercer::test::mercer(ranks, "data convert " + words);
  };
  BOOST_TEST(convert(2, shipped("cube_41.msh") + quoted(scratch / "cube.xdmf")).code == 0);
  BOOST_TEST(fs::exists(scratch / "cube.h5"));
  const Outcome shown = convert(2, quoted(scratch / "cube.h5") + quoted(scratch / "again.xdmf"));
  BOOST_TEST(shown.code == 0, shown.error);
  BOOST_TEST(contains(shown.error, "1 of 1 samples shown"), shown.error);
  BOOST_TEST(!fs::exists(scratch / "again.h5"));
  const std::string document = mercer::test::read_file(scratch / "again.xdmf");
  BOOST_TEST(contains(document, "TopologyType=\"Tetrahedron\" NumberOfElements=\"1125\""), document);
  BOOST_TEST(document == mercer::test::read_file(scratch / "cube.xdmf"));
  BOOST_TEST(convert(1, shipped("cube_41.msh") + quoted(scratch / "beside.h5") + "--xdmf").code == 0);
  BOOST_TEST(contains(mercer::test::read_file(scratch / "beside.xdmf"), ">beside.h5:/samples/000000/points<"));
  const Outcome taken = convert(2, "/nowhere.msh " + quoted(scratch / "again.xdmf"));
  BOOST_TEST(taken.code == 73, taken.error);
  const Outcome itself =
      convert(2, "--repair --overwrite " + quoted(scratch / "cube.h5") + quoted(scratch / "cube.xdmf"));
  BOOST_TEST(itself.code == 64, itself.error);
}

BOOST_AUTO_TEST_CASE(an_output_that_exists_is_refused_before_any_work_and_one_file_holds_one_mesh) {
  const Scratch scratch;
  mercer::test::write_file(scratch / "taken.h5", "");
  BOOST_TEST(mercer::test::mercer(2, "mesh convert /nowhere.msh " + quoted(scratch / "taken.h5")).code == 73);
  BOOST_TEST(mercer::test::mercer(2, "mesh convert /nowhere.msh " + quoted(scratch / "free.h5")).code == 66);
  BOOST_TEST(
      mercer::test::mercer(0, "mesh convert " + shipped("cube_41.msh") + quoted(scratch / "taken.h5") + "--overwrite")
          .code == 0);
  BOOST_TEST(mercer::test::mercer(0, "mesh convert " + shipped("cube_41.msh")).code == 64);
  BOOST_TEST(mercer::test::mercer(0, "mesh").code == 64);
  const Outcome help = mercer::test::mercer(0, "mesh check --help");
  BOOST_TEST(help.code == 0);
  BOOST_TEST(contains(help.out, "--topology"));
}

BOOST_AUTO_TEST_CASE(a_file_without_meshes_is_refused_by_check_and_told_by_data_info) {
  const std::string arrays = "'" + mercer::test::setting("MERCER_SOURCE") + "/tests/data/operators/losses.h5' ";
  BOOST_TEST(mercer::test::mercer(2, "data check " + arrays).code == 65);
  const Outcome told = mercer::test::mercer(2, "data info " + arrays);
  BOOST_TEST(told.code == 0);
  BOOST_TEST(contains(told.out, "HDF5 arrays"), told.out);
}

BOOST_AUTO_TEST_CASE(every_faulty_mesh_is_found_on_any_number_of_ranks,
                     *boost::unit_test::precondition(mercer::test::NeedsData{"tensile/bad_and_ood.h5"})) {
  const std::string file = quoted(mercer::test::data("tensile/bad_and_ood.h5"));
  const std::map<std::string, std::pair<std::string, int>> expected{{"000000", {"nonmanifold_boundary_vertices", 65}},
                                                                    {"000001", {"degenerate_triangle_indices", 65}},
                                                                    {"000002", {"duplicate_nodes", 0}},
                                                                    {"000003", {"empty", 65}},
                                                                    {"000004", {"field_length", 65}},
                                                                    {"000005", {"negative_orientation: 2618", 0}},
                                                                    {"000006", {"negative_orientation", 0}},
                                                                    {"000007", {"", 0}},
                                                                    {"000008", {"not_a_disk: 2 boundary loops", 65}},
                                                                    {"000009", {"index_out_of_range", 65}},
                                                                    {"000010", {"nonfinite_coordinates", 65}},
                                                                    {"000011", {"mixed elements", 0}},
                                                                    {"000012", {"nonfinite_field sig11", 65}},
                                                                    {"000013", {"", 0}},
                                                                    {"000014", {"", 0}},
                                                                    {"000015", {"", 0}},
                                                                    {"000016", {"", 0}},
                                                                    {"000017", {"", 0}},
                                                                    {"000018", {"", 0}},
                                                                    {"000019", {"nonmanifold_edges", 65}},
                                                                    {"000020", {"components 2", 65}},
                                                                    {"000021", {"unused_nodes 1", 0}},
                                                                    {"000022", {"zero_area_elements", 65}}};
  const std::string one = mercer::test::mercer(1, "data check " + file + "--json").out;
  for (const int ranks : {2, 4}) {
    const Outcome told = mercer::test::mercer(ranks, "data check " + file + "--json");
    BOOST_TEST(told.code == 65);
    BOOST_TEST(told.out == one, ranks << " ranks tell something else");
  }
  const Json json = Json::parse(one);
  for (const Json& report : json.at("reports")) {
    const auto& [sentence, code] = expected.at(report.at("sample").get<std::string>());
    BOOST_TEST(report.at("is_sound") == (code == 0), report.dump());
    BOOST_TEST(contains(report.at("findings").dump(), sentence), report.dump());
  }
  BOOST_TEST(json.at("samples") == 23);
  BOOST_TEST(json.at("faulty") == 11);
  BOOST_TEST(json.at("reports").at(8).at("name") == "hole");
  int ranks = 1;
  for (const auto& [id, told] : expected) {  // one by one, on one, two and four ranks in turn
    const Outcome alone = mercer::test::mercer(ranks, "data check " + file + "--sample " + id);
    BOOST_TEST(alone.code == told.second, id << ": " << alone.out << alone.error);
    BOOST_TEST(contains(alone.out, told.first), id << ": " << alone.out);
    ranks = ranks == 4 ? 1 : 2 * ranks;
  }
}

BOOST_AUTO_TEST_CASE(problem_definitions_of_plaid_outlive_a_conversion,
                     *boost::unit_test::precondition(mercer::test::NeedsData{"plaid_cars"})) {
  const Scratch scratch;
  const std::string cars = quoted(mercer::test::data("plaid_cars")), made = quoted(scratch / "cars.h5");
  BOOST_REQUIRE_EQUAL(mercer::test::mercer(2, "data convert " + cars + made).code, 0);
  const Json before = Json::parse(mercer::test::mercer(0, "data info --json " + cars).out),
             after = Json::parse(mercer::test::mercer(0, "data info --json " + made).out);
  BOOST_TEST(before.at("out_fields") == "pressure");
  BOOST_TEST(before.at("splits").at("regression_1_train") == 10);
  for (const char* what : {"splits", "out_fields", "samples"})
    BOOST_TEST(after.at(what) == before.at(what), after.dump());
}

BOOST_AUTO_TEST_CASE(bad_samples_can_be_left_out_with_the_same_bytes_on_any_number_of_ranks,
                     *boost::unit_test::precondition(mercer::test::NeedsData{"tensile/bad_and_ood.h5"})) {
  const Scratch scratch;
  const std::string file = quoted(mercer::test::data("tensile/bad_and_ood.h5"));
  BOOST_TEST(mercer::test::mercer(2, "data convert --repair " + file + quoted(scratch / "all.h5")).code == 65);
  BOOST_TEST(!fs::exists(scratch / "all.h5"));
  for (const int ranks : {1, 2, 4}) {
    const fs::path out = scratch / (std::to_string(ranks) + ".h5");
    const Outcome made = mercer::test::mercer(ranks, "data convert --repair --skip-bad " + file + quoted(out));
    BOOST_TEST(made.code == 0, made.error);
    BOOST_TEST(contains(made.error, "12 of 23 samples written"), made.error);
    BOOST_TEST((mercer::test::read_file(out) == mercer::test::read_file(scratch / "1.h5")));
  }
  BOOST_TEST(mercer::test::mercer(2, "data check " + quoted(scratch / "2.h5")).code == 0);
}

BOOST_AUTO_TEST_CASE(samples_beyond_the_split_train_are_scored_against_it,
                     *boost::unit_test::precondition(mercer::test::NeedsData{"tensile/elastic_tt.h5"})) {
  const Outcome told =
      mercer::test::mercer(2, "data check --json " + quoted(mercer::test::data("tensile/elastic_tt.h5")));
  BOOST_REQUIRE_EQUAL(told.code, 0);
  const Json json = Json::parse(told.out);
  int scored = 0;
  for (const Json& report : json.at("reports")) {
    BOOST_TEST(report.at("corners") == 8);
    if (!report.contains("novelty")) continue;
    BOOST_TEST(report.at("novelty").get<double>() < 3, report.dump());
    ++scored;
  }
  BOOST_TEST(scored == 64);
}

BOOST_AUTO_TEST_CASE(samples_are_compared_with_a_training_set,
                     *boost::unit_test::precondition(mercer::test::NeedsData{"tensile/elastic_tt.h5"})) {
  const Outcome told = mercer::test::mercer(2, "data check " + quoted(mercer::test::data("tensile/bad_and_ood.h5")) +
                                                   "--sample 000018 --sample 000014 --sample 000015 --sample 000016 "
                                                   "--sample 000017 --sample 000013 --sample 000011 --training " +
                                                   quoted(mercer::test::data("tensile/elastic_tt.h5")));
  BOOST_TEST(told.code == 0, told.error);
  BOOST_TEST(contains(told.out, "000018 (scaled_translated): warning: other_units"), told.out);
  BOOST_TEST(contains(told.out, "000014 (ood_deep_notch): warning: far_from_training max_U2_top"), told.out);
  for (const char* id : {"000014 (ood_deep_notch)", "000016 (ood_super)", "000017 (ood_wedge)"})
    BOOST_TEST(contains(told.out, std::string(id) + ": warning: far_from_training shape: its outline has the novelty "),
               told.out);
  for (const char* id : {"000013 (ood_coarse_mesh)", "000015 (ood_fine_mesh)"})
    BOOST_TEST(!contains(told.out, std::string(id) + ": warning: far_from_training shape"), told.out);
  BOOST_TEST(contains(told.out, "its boundary has 4 corners and that of most has 8"), told.out);
}
