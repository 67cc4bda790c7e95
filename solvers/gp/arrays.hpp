// Arrays of samples in any HDF5 file as tables of numbers.
#pragma once

#include <mercer/io/input_file.hpp>
#include <mercer/linalg/lapack.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mercer::gp_model {

/// @collective The shape of one sample of an array, whose first axis counts samples: no axes for one number a sample.
/// Throws Fault::data for an array that is not there, is empty, or has another number of samples than `count`.
Shape sample_shape(const InputFile& file, const std::string& name, Index count);

/// @collective Calls use(position, numbers) for each of the samples `ids`, in their order, with all numbers of it, on
/// every rank. `use` must not communicate. Numbers are as they are stored, NaN included.
void each_sample(const InputFile& file, const std::string& name, const std::vector<Index>& ids,
                 const std::function<void(Index position, std::span<const double> numbers)>& use);

/// @collective [samples, numbers] of the samples `ids`, where the numbers of the arrays come one after another. Throws
/// Fault::data, with array and sample, for what is not finite.
Matrix input_table(const InputFile& file, const std::vector<std::string>& names, const std::vector<Index>& ids);

/// @collective The same of one output, where NaN stands for a missing value and infinities are refused.
Matrix output_table(const InputFile& file, const std::string& name, const std::vector<Index>& ids);

/// @collective [samples, entries]: those entries of each sample, other ones on each rank, which reads no more than the
/// rows that hold its own. Throws Fault::data, with array and sample, for a number among them that is not finite.
Tensor<double> part_of_fields(const InputFile& file, const std::string& name, const std::vector<Index>& ids,
                              const Range& entries);

}  // namespace mercer::gp_model
