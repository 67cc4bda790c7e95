// Files of predictions of arrays: made from what was learnt, and compared with the truth.
#pragma once

#include <mercer/report/record.hpp>
#include <mercer/solvers/gp/learnt.hpp>

#include <string>

namespace mercer::gp_model {

/// @collective Predicts the samples of a split and writes `/outputs/NAME` and `/std/NAME` in the shapes of the training
/// arrays, `/novelty` [sample], and below `/mercer/prediction` which samples they are. Gives how many there are, how
/// many the training has seen, and the largest novelty. Throws Fault::data for inputs that do not fit.
Record write_prediction(const InputFile& file, const Learnt& learnt, const std::string& split, OutputFile& output);

/// @collective Errors of a prediction, for fields and other arrays as record_errors has them. Throws Fault::data for
/// samples that are not those that were predicted.
Record errors_of(const InputFile& prediction, const InputFile& truth);

}  // namespace mercer::gp_model
