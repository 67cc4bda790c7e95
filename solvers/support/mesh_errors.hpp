// Errors of predicted fields and scalars on meshes, against a dataset that knows the truth.
#pragma once

#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/report/record.hpp>

namespace mercer {

/// @collective For each field and scalar of the prediction that the truth has, too: `fields.NAME.rrmse`, root mean
/// square over the samples of (error over the nodes, root mean square) / (largest value); `scalars.NAME.rrmse`, the
/// same of error / value, and `rrmse_of_largest`, error / largest value of all samples; `q2`, one less the part of the
/// variance over all samples and nodes that the errors leave; `coverage95`, the part of values within 1.96 deviations;
/// and `samples`. Samples are matched by their ids, nodes by their numbers; nodes without a predicted value do not
/// count, nor do, for rrmse, fields that are zero. The same bits on any number of ranks. Throws Fault::data where a
/// sample is missing, its nodes are not those that were predicted, or nothing can be compared.
Record mesh_errors(const Comm& comm, const MeshDataset& prediction, const MeshDataset& truth);

}  // namespace mercer
