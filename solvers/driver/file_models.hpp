// The verbs for models that read samples of their own kind from a file.
#pragma once

#include <mercer/solvers/driver/command.hpp>

namespace mercer::driver {

/// The blocks of a case that such a model takes, as the settings it is made from.
Node settings_of(const Node& root);

/// The file that holds a model or a prediction of such a model, with its case.
struct StoredCase {
  Node root;
  const FileModelEntry* entry = nullptr;
};

/// @collective The case in a file of `kind`, with its plugins loaded. Its entry is none for a model of another kind.
StoredCase stored_file_model(Run& run, const std::filesystem::path& path, const std::string& kind);

// All are @collective and give the exit code.
int check_file_model(Run& run, OpenCase open);
int train_file_model(Run& run, OpenCase open);
int predict_file_model(Run& run, const StoredCase& stored);
int evaluate_file_model(Run& run, const StoredCase& stored);

}  // namespace mercer::driver
