// A folder of its own for a test, the same on all ranks, gone when the test ends; files as bytes.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace mercer::test {

/// @collective
class Scratch {
 public:
  explicit Scratch(const Comm& comm) : comm_(comm) {
    std::string name = (std::filesystem::temp_directory_path() / "mercer-io-XXXXXX").string();
    together(comm, [&] {
      if (comm.is_root()) require(::mkdtemp(name.data()) != nullptr, Fault::io, "no scratch folder {}", name);
    });
    folder_ = broadcast(comm, name);
  }
  ~Scratch() {
    MPI_Barrier(comm_.raw());
    std::error_code ignored;
    if (comm_.is_root()) std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  const Comm& comm_;
  std::filesystem::path folder_;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// @collective Rank 0 writes the file.
inline void put_bytes(const Comm& comm, const std::filesystem::path& path, const std::string& bytes) {
  MPI_Barrier(comm.raw());
  if (comm.is_root()) std::ofstream(path, std::ios::binary) << bytes;
  MPI_Barrier(comm.raw());
}

/// What an action throws: fault, text, and whether all ranks know.
struct Thrown {
  bool any = false, agreed = false;
  Fault fault = Fault::internal;
  std::string text;
  bool says(const std::string& piece) const { return text.find(piece) != std::string::npos; }
};

template <class F>
Thrown thrown(F&& action) {
  try {
    action();
  } catch (const Error& error) {
    return {true, error.agreed(), error.fault(), error.what()};
  }
  return {};
}

}  // namespace mercer::test
