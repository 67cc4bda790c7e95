// What a regression has learnt, in a group of an HDF5 file.
#pragma once

#include <mercer/gp/regression.hpp>
#include <mercer/io/file.hpp>

#include <string>

namespace mercer {

/// @collective Writes the datasets `x`, `y`, `covariance` (its name), `warp` (names, one a column of y), `warp_numbers`
/// [columns, (shift, scale, power, mean, deviation)], `theta` [columns, hyper-parameters] (NaN for constant columns),
/// `shared` [columns], `log_evidence` [columns], `widening` [columns], and for the reader alone `searches` [searches,
/// ...], whose attribute `columns` names its columns. Every rank holds the same fit.
void save_regression(OutputFile& file, const std::string& group, const RegressionFit& fit);

/// @collective Reads it back bit for bit, without the searches. Throws Fault::data for arrays that do not fit together
/// or names that are not known.
RegressionFit load_regression(const InputFile& file, const std::string& group);

}  // namespace mercer
