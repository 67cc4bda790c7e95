// Fails in the way its argument says, for the test that watches how a run of several ranks ends.
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/session.hpp>

#include <string>

using namespace mercer;

namespace {

void wait_for_all(const Comm& comm) { check_mpi(MPI_Barrier(comm.raw())); }

int play(const Comm& comm, const std::string& way) {
  const Comm copy(comm.raw());  // must not be closed by the rank that fails alone
  const bool last = comm.rank() == comm.size() - 1;
  if (way == "alone") {
    require(!last, Fault::data, "a bad row");
    wait_for_all(copy);
  } else if (way == "part") {
    const Comm part = comm.split(comm.rank());
    together(part, [&] { require(!last, Fault::config, "a bad option"); });
    wait_for_all(copy);
  } else if (way == "all") {
    together(comm, [&] { require(!last, Fault::no_input, "a missing file"); });
  }
  return 0;
}

}  // namespace

int main(int, char** argv) {
  const Session session;
  const Comm comm;
  return run(comm, [&] { return play(comm, argv[1]); });
}
