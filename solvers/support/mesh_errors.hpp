// Errors of predicted fields and scalars on meshes, against a dataset that knows the truth.
#pragma once

#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/report/record.hpp>

namespace mercer {

/// @collective For each field and scalar of the prediction that the truth has, too, `fields.NAME` and `scalars.NAME`
/// with the errors of record_errors(), and `samples`. Samples are matched by their ids, nodes by their numbers; nodes
/// without a predicted value do not count. The same bits on any number of ranks. Throws Fault::data where a sample is
/// missing, its nodes are not those that were predicted, or nothing can be compared.
Record mesh_errors(const Comm& comm, const MeshDataset& prediction, const MeshDataset& truth);

}  // namespace mercer
