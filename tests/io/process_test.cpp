// How whole runs end when a file cannot be finished: the exit code, what is on the disk, and that they do end.
#include "bytes.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <sys/wait.h>

using namespace mercer;
using test::SharedScratch;

namespace {

struct Ending {
  int code = -1;
  std::string text;
};

/// Runs the child on `ranks` ranks, free of what the launcher of this test has left in the environment.
Ending run_child(const SharedScratch& scratch, const std::string& way, int ranks) {
  const char* launcher = std::getenv("MERCER_MPIRUN");
  const std::string log = (scratch / "log").string();
  const std::string command = fmt::format(
      "cd {0} && ulimit -c unlimited; env -i PATH=\"$PATH\" HOME=\"$HOME\" OMP_NUM_THREADS=1 "
      "ASAN_OPTIONS=detect_leaks=0 "
      "OMPI_ALLOW_RUN_AS_ROOT=1 "
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 "
      "OMPI_MCA_hwloc_base_binding_policy=none timeout 20 {1} -n {2} {3} {4} {0}/out.hdf > {5} 2>&1",
      (scratch / "").string(), launcher == nullptr ? "mpirun" : launcher, ranks, MERCER_IO_CHILD, way, log);
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::bytes_of(log)};
}

std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

void check_ending(const std::string& way, int ranks, Fault fault, const std::string& message) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::put_bytes(comm, scratch / "out.hdf", "old");
  const Ending ending = run_child(scratch, way, ranks);
  BOOST_TEST(ending.code == exit_code(fault), ending.text);
  BOOST_TEST((ending.text.find(message) != std::string::npos), ending.text);
  BOOST_TEST(test::bytes_of(scratch / "out.hdf") == "old");
  const std::vector<std::string> left{"log", "out.hdf"};
  BOOST_TEST(files_in(scratch / "") == left, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(file_processes)

BOOST_AUTO_TEST_CASE(a_rank_that_fails_alone_with_an_open_file_ends_the_run) {
  check_ending("throw_alone", 2, Fault::numerics, "rank 1 alone: a lonely failure");
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_one_rank_and_leaves_the_old_file) {
  check_ending("fill_disk", 1, Fault::io, "3.2 MB are needed");
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_all_ranks_and_leaves_the_old_file) {
  check_ending("fill_disk", 2, Fault::io, "out.hdf failed");
  check_ending("fill_disk", 3, Fault::io, "are free");
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_at_the_end_is_noticed) {
  check_ending("fill_disk_late", 1, Fault::io, "out.hdf failed");
  check_ending("fill_disk_late", 2, Fault::io, "out.hdf failed");
}

BOOST_AUTO_TEST_SUITE_END()
