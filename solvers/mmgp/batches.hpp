// Samples with their ways to the common mesh, a batch after another, so that a dataset need not fit into memory.
#pragma once

#include <mercer/solvers/mmgp/common_mesh.hpp>
#include <mercer/solvers/mmgp/share.hpp>

#include <limits>
#include <optional>
#include <vector>

namespace mercer::mmgp {

/// Throws an agreed Fault::config where the ranks cannot be divided as the case says, or where they would divide a
/// sample whose map is made by one rank. @collective
void require_division(const Comm& comm, const Settings& settings);

/// Samples that are in memory together.
struct Batch {
  Share share;
  std::vector<Specimen> mine;  ///< of this rank
};

/// What limits a batch.
struct BatchLimits {
  double memory;                                   ///< about, for each rank [bytes]
  double extra = 0;                                ///< that a sample needs besides, over all ranks [bytes]
  Index most = std::numeric_limits<Index>::max();  ///< samples a rank
};

/// Parts of `places` that follow one another and keep to the limits, of one sample a rank at least; `common` is the
/// number of common nodes. Local.
std::vector<Range> batches(const MeshDataset& dataset, const std::vector<Index>& places, Index common, int ranks,
                           const BatchLimits& limits);

/// Makes batches; all members are @collective. What it is made with must outlive it.
class Mapper {
 public:
  Mapper(const Context& context, const MeshDataset& dataset, const Settings& settings, const CommonMesh& common);

  /// Reads, checks and maps samples, which must have the `scalars`; those that cannot be used are left out and
  /// remembered. Closed curves are mapped by the ranks that have them, whatever the division.
  Batch mapped(const std::vector<Index>& places, const std::vector<std::string>& scalars);

  const std::vector<FailedSample>& refused() const noexcept { return refused_; }

  /// Names the samples that were left out, of as many as were tried, and ends the run as `tell` does; warns of those
  /// that were repaired, or mapped in another way than the options say.
  void finish(BadSamples bad, Index tried);

 private:
  std::vector<FailedSample> find_ways(Batch& batch);
  std::vector<FailedSample> find_ways_together(Batch& batch);
  void leave_out(const std::vector<FailedSample>& refused, Batch& batch);

  const Context& context_;
  const MeshDataset& dataset_;
  const Settings& settings_;
  const CommonMesh& common_;
  std::optional<RankGroups> groups_;                ///< where ranks map a sample together
  std::vector<FailedSample> refused_, my_changes_;  ///< of all ranks, and what was done to the samples of this one
};

}  // namespace mercer::mmgp
