// The samples of a dataset, shared out over the ranks, and what becomes of those that cannot be used.
#pragma once

#include <mercer/solvers/file_model.hpp>
#include <mercer/solvers/mmgp/specimen.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mercer::mmgp {

/// Samples in the order of the dataset, each whole on one rank.
struct Share {
  std::vector<Index> places;   ///< in the dataset, of all usable samples
  std::vector<int> owners;     ///< [places] their ranks
  std::vector<Specimen> mine;  ///< of this rank, in this order
  Index count() const noexcept { return std::ssize(places); }
  std::vector<Index> numbers(int rank) const;  ///< positions in `places` of a rank's samples
};

/// Samples not yet read, shared out by their numbers of nodes. The same on every rank but for `mine`.
Share shared_out(const Comm& comm, const MeshDataset& dataset, const std::vector<Index>& places);

/// @collective Calls `use(place, specimen)` for each sample of this rank. Those for which it throws Fault::data or
/// numerics are named; then they are left out, or the run ends with the worst of their exit codes. Throws Fault::data
/// where none is left.
void use_each(const Context& context, const MeshDataset& dataset, BadSamples bad, Share& share,
              const std::function<void(Index place, Specimen& specimen)>& use);

/// What is told of a sample that cannot be used, with its name.
FailedSample refusal(const MeshDataset& dataset, Index place, const Error& error);

/// @collective Names the samples that were `refused`, each by one rank, and leaves them out or ends the run, as
/// `use_each` does.
void settle(const Context& context, const MeshDataset& dataset, BadSamples bad,
            const std::vector<FailedSample>& refused, Share& share);

using RowOf = std::function<std::vector<double>(const Specimen&)>;

/// @collective One row of `width` numbers a sample, from the ranks that have it. Each rank gets the entries that fall
/// to it by `aligned_part`, [samples, entries]; besides these it holds a few whole rows at a time. `row` is called for
/// the samples of this rank in their order.
Tensor<double> divided_rows(const Comm& comm, const Share& share, Index width, const RowOf& row);

/// @collective One row a sample on every rank, for short rows: [samples, width].
Tensor<double> rows_everywhere(const Comm& comm, const Share& share, Index width, const RowOf& row);

}  // namespace mercer::mmgp
