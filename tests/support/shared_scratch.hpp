// A folder of its own for a test, the same on all ranks, gone when the test ends.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace mercer::test {

/// @collective
class SharedScratch {
 public:
  explicit SharedScratch(const Comm& comm) : comm_(comm) {
    std::string name = (std::filesystem::temp_directory_path() / "mercer-io-XXXXXX").string();
    together(comm, [&] {
      if (comm.is_root()) require(::mkdtemp(name.data()) != nullptr, Fault::io, "no scratch folder {}", name);
    });
    folder_ = broadcast(comm, name);
  }
  ~SharedScratch() {
    MPI_Barrier(comm_.raw());
    std::error_code ignored;
    if (comm_.is_root()) std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  SharedScratch(const SharedScratch&) = delete;
  SharedScratch& operator=(const SharedScratch&) = delete;

 private:
  const Comm& comm_;
  std::filesystem::path folder_;
};

}  // namespace mercer::test
