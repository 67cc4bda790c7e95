// States of trainings, put into files and taken from there.
#pragma once

#include <mercer/io/checkpoint.hpp>
#include <mercer/io/file.hpp>

#include <filesystem>
#include <span>
#include <vector>

namespace mercer::test {

/// @collective
inline void save(const Comm& comm, const std::filesystem::path& path, const std::vector<StateArray>& state) {
  OutputFile file(comm, path, Existing::refuse);
  save_state(file, "state", state);
  file.commit();
}

/// Fills arrays from such a file; @collective when called.
inline auto loader(const Comm& comm, const std::filesystem::path& path) {
  return [&comm, path](std::span<const StateArray> state) { load_state(InputFile(comm, path), "state", state); };
}

}  // namespace mercer::test
