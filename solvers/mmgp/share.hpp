// The samples of a dataset, shared out over the ranks, and what becomes of those that cannot be used.
#pragma once

#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/solvers/file_model.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <algorithm>
#include <functional>
#include <vector>

namespace mercer::mmgp {

/// Samples in the order of the dataset, each whole on one rank. What a rank has of them is a list of its own, in this
/// order. The same on every rank.
struct Share {
  std::vector<Index> places;  ///< in the dataset, of all usable samples
  std::vector<int> owners;    ///< [places] their ranks
  Index count() const noexcept { return std::ssize(places); }
  std::vector<Index> numbers(int rank) const;  ///< positions in `places` of a rank's samples
};

/// Samples shared out by their numbers of nodes.
Share shared_out(const Comm& comm, const MeshDataset& dataset, const std::vector<Index>& places);

/// @collective Calls `use(place, i)` for each sample of this rank, its i-th. Gives those of all ranks for which it
/// throws Fault::data or numerics, the lowest place first; the share stays as it is.
std::vector<FailedSample> try_each(const Comm& comm, const MeshDataset& dataset, const Share& share,
                                   const std::function<void(Index place, std::size_t i)>& use);

/// What is told of a sample that cannot be used, with its name.
FailedSample refusal(const MeshDataset& dataset, Index place, const Error& error);

/// @collective Names the samples that were `refused` of as many as were `tried`. Throws an agreed error with the worst
/// of their exit codes unless they are to be left out, and Fault::data where none is left.
void tell(const Context& context, const MeshDataset& dataset, BadSamples bad, const std::vector<FailedSample>& refused,
          Index tried);

/// Takes the samples away that were refused, and from `mine` what rank `rank` has of them.
template <class T>
void leave_out(const std::vector<FailedSample>& refused, int rank, Share& share, std::vector<T>& mine) {
  Share left;
  std::vector<T> kept;
  for (std::size_t i = 0, next = 0; i < share.places.size(); ++i) {
    const bool is_mine = share.owners[i] == rank;
    if (!std::ranges::binary_search(refused, share.places[i], {}, &FailedSample::sample)) {
      left.places.push_back(share.places[i]);
      left.owners.push_back(share.owners[i]);
      if (is_mine) kept.push_back(std::move(mine[next]));
    }
    next += is_mine;
  }
  share = std::move(left);
  mine = std::move(kept);
}

/// The numbers of this rank's i-th sample.
using RowOf = std::function<std::vector<double>(std::size_t i)>;

/// @collective One row of `width` numbers a sample, from the ranks that have it. Each rank gets the entries that fall
/// to it by `aligned_part`, [samples, entries]; besides these it holds a few whole rows at a time. `row` is called for
/// the samples of this rank in their order.
Tensor<double> divided_rows(const Comm& comm, const Share& share, Index width, const RowOf& row);

/// @collective One row a sample on every rank, for short rows: [samples, width].
Tensor<double> rows_everywhere(const Comm& comm, const Share& share, Index width, const RowOf& row);

}  // namespace mercer::mmgp
