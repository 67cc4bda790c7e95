// Solved fields of a prior kept in a file, under all that decides them.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/report/log.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// What fields were solved for.
struct PriorKey {
  std::string text;            ///< solver, problem, options, coefficients, in lines
  std::vector<Index> samples;  ///< fingerprints of the inputs
};

/// STEM.prior-HASH.h5 in `folder` for samples of STEM.h5. The hash is of the key.
std::filesystem::path prior_file(const std::filesystem::path& data, const std::filesystem::path& folder,
                                 const PriorKey& key);

/// @collective The fields [sample, y, 1, x] in a file that holds the same key, word for word, and fields of that shape.
/// None where there is no such file; a broken one is told and taken for none.
std::optional<Tensor<float>> read_prior(const Comm& comm, Log& log, const std::filesystem::path& file,
                                        const PriorKey& key, const Shape& shape);

/// @collective Writes such a file, whole under its name or not at all, also where several runs do so at once. Where it
/// cannot be created, that is told, and no error.
void write_prior(const Comm& comm, Log& log, const std::filesystem::path& file, const PriorKey& key,
                 View<const float> fields);

}  // namespace mercer
