// Mesh datasets: the same bytes for any number of ranks, read back one by one, shared out, checked against one another.
#include "meshes.hpp"
#include "shown_samples.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/io/file.hpp>
#include <mercer/meshes/check/check_dataset.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>

#include <boost/test/unit_test.hpp>
#include <numeric>

using namespace mercer;
using test::SharedScratch;
using test::values;

namespace {

/// Sample `number` of a set: squares of growing size with a field and scalars.
MeshSample numbered(Index number) {
  MeshSample made = test::square(3 + number);
  made.id = fmt::format("{:06}", number);
  made.point_fields.push_back(test::field("u", std::vector<double>(static_cast<std::size_t>(made.mesh.nodes()), 0.5)));
  made.cell_fields.push_back(
      test::field("q", std::vector<double>(static_cast<std::size_t>(2 * made.mesh.cells.count()), 1.0), 2));
  made.scalars = {{"P", 40.0 + static_cast<double>(number)}, {"E", 7e4}};
  made.mesh.tags["left"] = {0, 1, 2};
  made.mesh.parts["half"] = {CellKind::triangle, test::table<Index>(3, values(made.mesh.cells.nodes))};
  return made;
}

const MeshDatasetHead head{{"P", "E"}, {}, {"u"}};

/// @collective Writes samples, each from the rank whose turn it is.
template <class F>
void write_set(const Comm& comm, const std::filesystem::path& path, Index count, F&& make, int deflate = 0) {
  MeshDatasetWriter writer(comm, path, Existing::refuse, head, deflate);
  for (Index number = 0; number < count; ++number) {
    const int owner = static_cast<int>(number % comm.size());
    const MeshSample sample = make(number);
    writer.write(owner, owner == comm.rank() ? &sample : nullptr);
  }
  std::vector<Index> odd;
  for (Index number = 1; number < count; number += 2) odd.push_back(number);
  writer.commit({{"odd", odd}});
}

std::vector<Index> all_places(const MeshDataset& dataset) {
  std::vector<Index> places(static_cast<std::size_t>(dataset.count()));
  std::iota(places.begin(), places.end(), Index{0});
  return places;
}

bool has(const MeshReport& report, const std::string& code) {
  return std::ranges::find(report.findings, code, &Finding::code) != report.findings.end();
}

}  // namespace

BOOST_AUTO_TEST_CASE(samples_come_back_as_they_were_written) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_set(comm, scratch / "set.h5", 5, numbered);
  const MeshDataset dataset(comm, scratch / "set.h5");
  const MeshIndex& index = dataset.index();
  BOOST_TEST(index.format == "mercer-mesh-dataset");
  BOOST_TEST((index.splits.at("odd") == std::vector<Index>{1, 3}));
  BOOST_TEST((index.in_scalars == head.in_scalars));
  BOOST_TEST((index.fields == std::vector<std::string>{"q", "u"}));
  BOOST_TEST((index.scalars == std::vector<std::string>{"E", "P"}));
  BOOST_TEST(index.samples[4].nodes == 49);
  for (Index place = 0; place < 5; ++place) {
    const MeshSample made = numbered(place), back = dataset.read(place);
    BOOST_TEST(back.id == made.id);
    BOOST_TEST((values(back.mesh.points) == values(made.mesh.points)));
    BOOST_TEST((values(back.mesh.cells.nodes) == values(made.mesh.cells.nodes)));
    BOOST_TEST((values(back.point_fields[0].values) == values(made.point_fields[0].values)));
    BOOST_TEST((back.cell_fields[0].values.shape() == made.cell_fields[0].values.shape()));
    BOOST_TEST((back.scalars == made.scalars));
    BOOST_TEST((back.mesh.tags == made.mesh.tags));
    BOOST_TEST(back.mesh.parts.at("half").count() == made.mesh.cells.count());
    BOOST_TEST(back.notes.empty());
  }
}

BOOST_AUTO_TEST_CASE(the_bytes_of_a_dataset_do_not_depend_on_the_number_of_ranks) {
  const Comm comm, self = Comm::self();
  const SharedScratch scratch(comm);
  for (const int deflate : {0, 4}) {
    const std::string name = std::to_string(deflate);
    write_set(comm, scratch / (name + "all.h5"), 6, numbered, deflate);
    const std::filesystem::path alone = scratch / (name + "alone" + std::to_string(comm.rank()) + ".h5");
    write_set(self, alone, 6, numbered, deflate);
    BOOST_TEST((test::read_file(alone) == test::read_file(scratch / (name + "all.h5"))), "deflate " << deflate);
  }
}

BOOST_AUTO_TEST_CASE(a_name_beside_the_number_is_kept) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_set(comm, scratch / "set.h5", 2, [](Index number) {
    MeshSample made = numbered(number);
    made.id = "car " + std::to_string(number);
    return made;
  });
  const MeshDataset dataset(comm, scratch / "set.h5");
  BOOST_TEST(dataset.index().samples[1].id == "000001");
  BOOST_TEST(dataset.index().samples[1].name == "car 1");
}

BOOST_AUTO_TEST_CASE(a_dataset_that_is_not_committed_leaves_nothing) {
  const Comm comm;
  const SharedScratch scratch(comm);
  {
    MeshDatasetWriter writer(comm, scratch / "set.h5", Existing::refuse, head);
    const MeshSample sample = numbered(0);
    writer.write(0, comm.is_root() ? &sample : nullptr);
  }
  MPI_Barrier(comm.raw());
  BOOST_TEST(!std::filesystem::exists(scratch / "set.h5"));
}

BOOST_AUTO_TEST_CASE(names_that_would_be_paths_and_another_space_are_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  MeshDatasetWriter writer(comm, scratch / "set.h5", Existing::refuse, head);
  MeshSample sample = numbered(0);
  writer.write(0, comm.is_root() ? &sample : nullptr);
  sample.point_fields[0].name = "a/b";
  BOOST_CHECK_EXCEPTION(writer.write(0, comm.is_root() ? &sample : nullptr), Error, failure(Fault::data, "'a/b'"));
  const MeshSample solid = test::torus();
  BOOST_CHECK_EXCEPTION(writer.write(0, comm.is_root() ? &solid : nullptr), Error,
                        failure(Fault::data, "one kind of space"));
}

BOOST_AUTO_TEST_CASE(loads_are_shared_out_greedily_the_largest_first) {
  BOOST_TEST((balanced({3, 9, 4, 4, 1}, 2) == std::vector<int>{1, 0, 1, 1, 0}));
  BOOST_TEST((balanced({}, 3).empty()));
  const std::vector<int> equal = balanced(std::vector<Index>(10, 7), 3);
  for (int rank = 0; rank < 3; ++rank) BOOST_TEST(std::ranges::count(equal, rank) >= 3);
  const std::vector<int> unknown = balanced(std::vector<Index>(4, 0), 4);
  for (int rank = 0; rank < 4; ++rank) BOOST_TEST(std::ranges::count(unknown, rank) == 1);
}

BOOST_AUTO_TEST_CASE(reports_of_all_samples_are_on_every_rank) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_set(comm, scratch / "set.h5", 7, [](Index number) {
    MeshSample made = numbered(number);
    if (number == 3) made.point_fields[0].values(0, 0) = std::numeric_limits<double>::quiet_NaN();
    return made;
  });
  const MeshDataset dataset(comm, scratch / "set.h5");
  std::vector<MeshReport> reports = check_samples(comm, dataset, all_places(dataset));
  BOOST_REQUIRE(reports.size() == 7u);
  for (std::size_t i = 0; i < 7; ++i) {
    BOOST_TEST(reports[i].id == dataset.index().samples[i].id);
    BOOST_TEST(reports[i].is_sound() == (i != 3));
    BOOST_TEST(reports[i].topology->is_disk());
    BOOST_TEST(reports[i].scalars.at("P") == 40.0 + static_cast<double>(i));
    BOOST_TEST(reports[i].box.high[0] == 1.0);
    BOOST_TEST(reports[i].tags.at("left") == 3);
  }
  BOOST_TEST(exit_code(reports) == 65);
  const std::vector<Finding> among = compare_samples(reports, {});
  BOOST_REQUIRE(among.size() == 1u);
  BOOST_TEST(among.front().sentence.find("constant_scalar E") == 0u);
}

BOOST_AUTO_TEST_CASE(a_broken_sample_is_one_report_and_the_others_are_checked) {
  const Comm comm;
  const SharedScratch scratch(comm);
  OutputFile file(comm, scratch / "set.h5", Existing::refuse);
  file.attribute("/", "format", std::string("mmgp-mesh-dataset"));
  const std::vector<double> points{0, 0, 1, 0, 0, 1}, flat{0, 1, 2};
  const std::vector<Index> cells{0, 1, 2}, pair{0, 1};
  const auto put = [&](const std::string& id, const std::vector<double>& p, const Shape& ps, const Shape& cs) {
    file.write<double>("/samples/" + id + "/points", ps, std::span<const double>(p));
    file.write<Index>("/samples/" + id + "/triangles", cs, std::span<const Index>(cs.count() == 3 ? cells : pair));
  };
  put("000000", points, {3, 2}, {1, 3});
  put("000001", flat, {3}, {1, 3});                                                       // one coordinate
  put("000002", points, {3, 2}, {1, 2});                                                  // two corners
  file.write<double>("/samples/000003/points", {3, 2}, std::span<const double>(points));  // no cells
  file.group("/samples/000004");                                                          // nothing
  put("000005", points, {3, 2}, {1, 3});
  file.write<double>("/samples/000005/globals/P", {3}, std::span<const double>(flat));  // three numbers
  file.write_text("/samples/000006", {"no group"});
  file.commit();
  const MeshDataset dataset(comm, scratch / "set.h5");
  BOOST_REQUIRE(dataset.count() == 7);
  const std::vector<MeshReport> reports = check_samples(comm, dataset, all_places(dataset));
  const char* whys[] = {
      "", "expected [node, 2 or 3]", "expected [cell, 3]", "found no cells", "points", "holds 3 numbers", "000006"};
  for (std::size_t i = 0; i < 7; ++i) {
    BOOST_TEST(reports[i].is_sound() == (i == 0), i);
    if (i > 0)
      BOOST_TEST(reports[i].findings.front().sentence.find(whys[i]) != std::string::npos,
                 reports[i].findings.front().sentence);
  }
  BOOST_TEST(exit_code(reports) == 65);
}

BOOST_AUTO_TEST_CASE(what_is_no_mesh_is_refused_on_all_ranks) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write(comm, scratch / "text.txt", "hello, world\n");
  OutputFile arrays(comm, scratch / "arrays.h5", Existing::refuse);
  arrays.group("/fields");
  arrays.commit();
  OutputFile empty(comm, scratch / "empty.h5", Existing::refuse);
  empty.attribute("/", "format", std::string("mercer-mesh-dataset"));
  empty.commit();
  OutputFile split(comm, scratch / "split.h5", Existing::refuse);
  split.attribute("/", "format", std::string("mercer-mesh-dataset"));
  split.group("/samples");
  const std::vector<Index> stray{4};
  split.write<Index>("/splits/train", {1}, std::span<const Index>(stray));
  split.commit();
  const auto open = [&](const char* name) { MeshDataset(comm, scratch / name); };
  BOOST_CHECK_EXCEPTION(open("nothing.h5"), Error, failure(Fault::no_input, "nothing.h5"));
  BOOST_CHECK_EXCEPTION(open("text.txt"), Error, failure(Fault::data, "it is a text"));
  BOOST_CHECK_EXCEPTION(open("arrays.h5"), Error, failure(Fault::data, "holds no meshes"));
  BOOST_CHECK_EXCEPTION(open("empty.h5"), Error, failure(Fault::data, "a group 'samples'"));
  BOOST_CHECK_EXCEPTION(open("split.h5"), Error, failure(Fault::data, "names the sample 000004"));
}

BOOST_AUTO_TEST_CASE(fields_that_cannot_be_learnt_are_told_with_the_reason_on_every_rank) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_samples(comm, scratch / "shown.h5");
  const MeshDataset dataset(comm, scratch / "shown.h5");
  std::vector<MeshReport> reports = check_samples(comm, dataset, {0, 1, 2});
  MeshIndex index = dataset.index();
  index.out_fields = {"u", "stress", "q"};
  find_missing(index, reports);
  for (const MeshReport& report : reports) {
    std::string told;
    for (const Finding& finding : report.findings) told += finding.sentence + '\n';
    BOOST_TEST(report.is_sound());
    BOOST_TEST(told.find("'stress', which has 4 components") != std::string::npos, told);
    BOOST_TEST(told.find("'q', which lies on cells") != std::string::npos, told);
    BOOST_TEST(told.find("'u'") == std::string::npos, told);
  }
}

BOOST_AUTO_TEST_CASE(samples_that_differ_from_the_others_are_told) {
  const auto report = [](MeshSample sample) { return check_and_repair(sample, {.demand = Demand::any}).report; };
  std::vector<MeshReport> reports;
  for (Index number = 0; number < 4; ++number) reports.push_back(report(numbered(number)));
  MeshSample small = numbered(4);
  for (Index i = 0; i < small.mesh.points.count(); ++i) small.mesh.points.data()[i] *= 1e-3;
  reports.push_back(report(std::move(small)));
  reports.push_back(report(test::annulus()));
  find_missing({{}, {}, {}, {}, {}, {"P"}, {"E"}, {"u"}}, reports);
  std::vector<MeshReport> training;
  for (Index number = 0; number < 6; ++number) training.push_back(report(numbered(number)));
  std::vector<MeshReport> tested;
  MeshSample far = numbered(2);
  far.scalars["P"] = 99;
  tested.push_back(report(std::move(far)));
  tested.push_back(report(numbered(3)));
  compare_samples(reports, {});
  compare_with_training(training, tested, {});
  BOOST_TEST(!has(reports[0], "other_units"));
  BOOST_TEST(has(reports[4], "other_units"));
  BOOST_TEST(reports[4].is_sound());
  BOOST_TEST(has(reports[5], "different_topology"));
  BOOST_TEST(!reports[5].is_sound());
  BOOST_TEST(has(reports[5], "missing_field"));
  BOOST_TEST(has(reports[5], "missing_scalar"));
  BOOST_TEST(has(tested[0], "far_from_training"));
  BOOST_TEST(tested[1].findings.empty());
}
