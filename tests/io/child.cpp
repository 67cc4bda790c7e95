// A program that fails on purpose, for tests that look at how a whole run ends: child WAY FILE.
#include <mercer/io/file.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/session.hpp>

#include <string>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace mercer;

/// One rank leaves alone while all hold a file that they write together.
int throw_alone(const Comm& comm, const std::string& path) {
  OutputFile file(comm, path, Existing::replace);
  file.write<double>("x", {2}, std::vector<double>{1, 2});
  require(comm.rank() != comm.size() - 1, Fault::numerics, "a lonely failure");
  file.commit();
  return 0;
}

/// The file may not grow as far as the values need.
int fill_disk(const Comm& comm, const std::string& path) {
  const rlimit limit{1 << 20, 1 << 20};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  OutputFile file(comm, path, Existing::replace);
  const Range mine = block(400'000, comm.rank(), comm.size());
  const std::vector<double> values(static_cast<std::size_t>(mine.count()), 1.5);
  file.write<double>("x", {400'000}, Slab::box({mine.begin}, {mine.count()}),
                     View<const double>(values.data(), {mine.count()}));
  file.commit();
  return 0;
}

/// As above, where only the metadata of the file outgrow the limit, so that the failure comes late.
int fill_disk_late(const Comm& comm, const std::string& path) {
  const rlimit limit{1 << 14, 1 << 14};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  OutputFile file(comm, path, Existing::replace);
  for (int i = 0; i < 200; ++i) file.group("group number " + std::to_string(i));
  file.commit();
  return 0;
}

}  // namespace

int main(int, char** arguments) {
  const Session session;
  const Comm comm;
  const std::string way = arguments[1], path = arguments[2];
  return run(comm, [&] {
    if (way == "throw_alone") return throw_alone(comm, path);
    if (way == "fill_disk") return fill_disk(comm, path);
    if (way == "fill_disk_late") return fill_disk_late(comm, path);
    fail(Fault::usage, "there is no way '{}'", way);
  });
}
