// Files as bytes, and what an action throws.
#pragma once

#include "support/shared_scratch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace mercer::test {

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
