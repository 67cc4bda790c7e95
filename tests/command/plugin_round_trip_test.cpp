// From `mercer new-plugin` to a passing test: against the build tree and against the install tree, and the same bytes
// on every rank count.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

using mercer::test::Outcome;
using mercer::test::Scratch;
using mercer::test::setting;

namespace {

Outcome run(const Scratch& scratch, const std::string& line) {
  const Outcome outcome = mercer::test::shell("cd '" + scratch.folder().string() + "' && " + line, 300);
  BOOST_REQUIRE_MESSAGE(outcome.code == 0, line << " ended with " << outcome.code << "\n"
                                                << outcome.out << outcome.error);
  return outcome;
}

void build_and_test(const Scratch& scratch, const std::string& tree, const std::string& folder) {
  const std::string cmake = setting("MERCER_CMAKE");
  run(scratch, cmake + " -G Ninja -S my_smoother -B " + folder + " -DCMAKE_PREFIX_PATH=" + tree);
  run(scratch, cmake + " --build " + folder);
  run(scratch, "cd " + folder + " && ctest --output-on-failure");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_plugin_builds_and_passes_its_test_against_both_trees) {
  const Scratch scratch;
  run(scratch, setting("MERCER_COMMAND") + " new-plugin my_smoother");
  BOOST_TEST(mercer::test::shell("cd " + scratch.folder().string() + " && " + setting("MERCER_COMMAND") +
                                 " new-plugin my_smoother")
                 .code == 73);
  build_and_test(scratch, setting("MERCER_BUILD"), "against_build");

  run(scratch, setting("MERCER_CMAKE") + " --install " + setting("MERCER_BUILD") + " --prefix install");
  build_and_test(scratch, (scratch / "install").string(), "against_install");
  run(scratch,
      mercer::test::launcher(2) + " install/bin/mercer describe my_smoother --plugin against_install/my_smoother.so");
  run(scratch, mercer::test::launcher(2) + " install/bin/mercer describe darcy");

  std::string first;
  for (const int ranks : {1, 2, 3, 4}) {
    run(scratch, mercer::test::launcher(ranks) +
                     " install/bin/mercer solve my_smoother/case.yaml --plugin against_install/my_smoother.so -o " +
                     "out" + std::to_string(ranks) + ".hdf");
    const std::string bytes = mercer::test::read_file(scratch / ("out" + std::to_string(ranks) + ".hdf"));
    if (ranks == 1) first = bytes;
    BOOST_TEST((bytes == first), "the file of " << ranks << " ranks differs from that of one");
    BOOST_TEST(bytes.size() > 10000u);
  }
}
