// What functionals of predicted fields get wrong, by cross-validation: modes and ways smooth extremes.
#pragma once

#include <mercer/linalg/snapshot_store.hpp>
#include <mercer/solvers/mmgp/batches.hpp>
#include <mercer/solvers/mmgp/functional.hpp>
#include <mercer/solvers/mmgp/scales.hpp>

#include <functional>
#include <span>
#include <vector>

namespace mercer::mmgp {

/// Takes a batch of training samples, the first of which has the number `first` among all.
using UseBatch = std::function<void(Index first, const Batch& batch)>;

/// What cross-validation needs of a training, whose fields are divided by their scales.
struct Taught {
  const Names& names;
  const Scales& scales;
  const std::vector<double>& weights;                   ///< of the common mesh
  const Matrix& inputs;                                 ///< [samples, inputs]
  std::span<const SnapshotStore> fields;                ///< on the common mesh
  std::function<void(const UseBatch& use)> each_batch;  ///< @collective
};

/// @collective One correction for each functional of the options; none without folds. The samples are left out in turn,
/// every functional_folds-th together; bases and regressions of the fields are learnt anew from the others, by one
/// search a mode, and draws predict the functionals of those left out. The same bits on any number of ranks.
std::vector<Correction> cross_validated_corrections(const Context& context, const Options& options,
                                                    const Taught& taught);

}  // namespace mercer::mmgp
