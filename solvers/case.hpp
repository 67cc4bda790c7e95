// A case file: its top-level keys, read once by rank 0 and understood by all.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mercer {

/// The `output:` block.
struct OutputOptions {
  std::map<std::string, Index> points;
  bool xdmf = false;
  Index deflate = 0;
};
void describe(Binder& bind, OutputOptions& output);

struct Case {
  Node root;                     ///< as written, with the overrides
  std::filesystem::path folder;  ///< of the case file
  std::string solver, model;
  Node problem, data, options, training, prediction, prior, generate, petsc;
  OutputOptions output;
  std::vector<std::string> plugins;
  Index seed = 0;
};
void describe(Binder& bind, Case& read);

/// @collective Reads a case and applies `path=value` overrides. What is wrong with the top-level keys goes to
/// `complaints`; throws Fault::no_input for a missing file and Fault::config for text that is no YAML.
Case read_case(const Comm& comm, const std::filesystem::path& file, const std::vector<std::string>& overrides,
               Complaints& complaints);

/// Where a file named in a case is: beside the case if there is such a file, else as it is, in the working folder.
std::filesystem::path found(const std::filesystem::path& file, const std::filesystem::path& folder);

}  // namespace mercer
