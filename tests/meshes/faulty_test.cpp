// Real meshes with one fault each, checked one at a time: what is told is what their file says is to be told.
#include "support/data.hpp"
#include <mercer/io/input_file.hpp>
#include <mercer/meshes/check/check_dataset.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace mercer;

namespace {

const std::string faulty = "tensile/bad_and_ood.h5";

/// The part of an expectation that is to be told in these words; empty for a sample that is fine.
std::string words_of(const std::string& expectation) {
  if (expectation.starts_with("ok")) return "";
  std::size_t end = expectation.size();
  for (const char* remark : {" (", " /", ": split", " all:", " some:"}) end = std::min(end, expectation.find(remark));
  return expectation.substr(0, end);
}

std::string told_by(const MeshReport& report) {
  std::string told;
  for (const Finding& finding : report.findings) told += finding.sentence + '\n';
  return told;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_sample_alone_is_told_as_its_file_says,
                     *boost::unit_test::precondition(test::NeedsData{faulty})) {
  const Comm comm;
  const MeshDataset dataset(comm, test::data(faulty));
  const InputFile file(comm, test::data(faulty));
  BOOST_REQUIRE(dataset.count() == 23);
  for (Index place = 0; place < dataset.count(); ++place) {
    const MeshEntry& entry = dataset.index().samples[static_cast<std::size_t>(place)];
    const std::string group = "/samples/" + entry.id, expected = file.text_attribute(group, "expect");
    const auto code = static_cast<int>(file.number_attribute(group, "exit_code").front());
    const std::vector<MeshReport> reports = check_samples(comm, dataset, {place});
    BOOST_REQUIRE(reports.size() == 1u);
    BOOST_TEST(exit_code(reports) == code, entry.name << ": " << told_by(reports.front()));
    BOOST_TEST(told_by(reports.front()).find(words_of(expected)) != std::string::npos,
               entry.name << ": '" << expected << "' was expected, and told was " << told_by(reports.front()));
  }
}
