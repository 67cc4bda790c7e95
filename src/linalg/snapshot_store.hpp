// Snapshots that come a few at a time and are kept in memory or, where they are too many for that, in a scratch file.
#pragma once

#include <mercer/io/scratch_file.hpp>
#include <mercer/linalg/snapshots.hpp>

#include <optional>
#include <vector>

namespace mercer {

class SnapshotStore final : public Snapshots {
 public:
  /// For `size` entries of each snapshot on this rank, in memory. `comm` must outlive the store.
  SnapshotStore(const Comm& comm, Index size) : comm_(&comm), size_(size) {}
  /// @collective The same in a file in `folder`, one a rank. Throws Fault::cannot_create.
  SnapshotStore(const Comm& comm, Index size, const std::filesystem::path& folder);

  Index count() const override { return count_; }
  Index size() const override { return size_; }
  /// @collective Adds snapshots [more, size] behind those that are there. Throws Fault::io where the disk is full.
  void append(View<const double> rows);
  void read(const Range& snapshots, const Range& entries, View<double> into) const override;

 private:
  const Comm* comm_;
  Index size_, count_ = 0;
  std::vector<double> values_;
  std::optional<ScratchFile> file_;
};

}  // namespace mercer
