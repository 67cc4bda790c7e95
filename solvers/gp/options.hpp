// What a case says of a regression by Gaussian processes.
#pragma once

#include <mercer/gp/regression_options.hpp>
#include <mercer/linalg/reduced_basis.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mercer::gp_model {

/// The block `data:`.
struct DataOptions {
  std::filesystem::path file;
  std::vector<std::string> inputs, outputs;
  std::string train, split;
};
void describe(Binder& bind, DataOptions& data);

/// The block `options:`.
struct Options {
  Index most_numbers = 16;
  std::optional<Index> modes = 32;
  double energy = 1;
  Centring centring = Centring::mean;
  RegressionOptions fields{.starts = 2}, scalars{.starts = 4, .folds = 5};
};
void describe(Binder& bind, Options& options);

struct Settings {
  DataOptions data;
  Options options;
};
void describe(Binder& bind, Settings& settings);

}  // namespace mercer::gp_model
