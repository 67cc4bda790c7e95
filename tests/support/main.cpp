// One main for every test program: MPI and PETSc live for the run, rank 0 reports, and a rank that leaves a test early
// ends the run.
#define BOOST_TEST_NO_MAIN
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/session.hpp>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <string>
#include <vector>

namespace {

/// A test case that ends by a failed BOOST_REQUIRE or an exception leaves the other ranks waiting in their next
/// collective call.
struct AbortOnFatal : boost::unit_test::test_observer {
  void test_unit_aborted(const boost::unit_test::test_unit& unit) override {
    int ranks = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (ranks == 1) return;
    std::fprintf(stderr, "test '%s' ended early on one rank\n", unit.full_name().c_str());
    MPI_Abort(MPI_COMM_WORLD, 201);
  }
  int priority() override { return 1000; }
};

}  // namespace

int main(int argc, char** argv) {
  const mercer::Session session;
  const mercer::Comm comm;
  std::vector<std::string> words(argv, argv + argc);
  if (!comm.is_root()) words.insert(words.end(), {"--log_level=error", "--report_level=no"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  static AbortOnFatal observer;
  bool (*prepare)() = +[] {
    boost::unit_test::framework::register_observer(observer);
    return true;
  };
  const int status = boost::unit_test::unit_test_main(prepare, static_cast<int>(arguments.size()), arguments.data());
  return static_cast<int>(mercer::largest(comm, mercer::Index{status}));
}
