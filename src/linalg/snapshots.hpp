// Many fields on the same nodes, spread over the ranks and read in pieces, so that they need not fit into memory.
#pragma once

#include <mercer/io/input_file.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <span>
#include <string>

namespace mercer {

/// A matrix with one row a snapshot, of which each rank holds some columns: the entries of its nodes, all components.
class Snapshots {
 public:
  virtual ~Snapshots() = default;
  virtual Index count() const = 0;  ///< of snapshots, the same on all ranks
  virtual Index size() const = 0;   ///< entries of each snapshot on this rank
  /// @collective Reads [snapshots, entries], both counted from this rank's first. All ranks ask for the same snapshots,
  /// each for entries of its own, or none. What is read twice is the same both times.
  virtual void read(const Range& snapshots, const Range& entries, View<double> into) const = 0;
};

/// Snapshots in memory, [count, size], which must outlive them.
class SnapshotsInMemory final : public Snapshots {
 public:
  explicit SnapshotsInMemory(View<const double> values);  ///< throws Fault::internal unless it has two dimensions
  Index count() const override { return values_.shape()[0]; }
  Index size() const override { return values_.shape()[1]; }
  void read(const Range& snapshots, const Range& entries, View<double> into) const override;

 private:
  View<const double> values_;
};

/// Snapshots in a file, which must outlive them: a dataset [count, entries] of numbers, best in chunks.
class SnapshotsInFile final : public Snapshots {
 public:
  /// @collective This rank's columns, by default its block of equal parts. Throws agreed errors: of InputFile, and
  /// Fault::data for a dataset that has not two dimensions.
  SnapshotsInFile(const InputFile& file, std::string name);
  SnapshotsInFile(const InputFile& file, std::string name, const Range& columns);
  Index count() const override { return count_; }
  Index size() const override { return columns_.count(); }
  void read(const Range& snapshots, const Range& entries, View<double> into) const override;

 private:
  const InputFile* file_;
  std::string name_;
  Index count_ = 0;
  Range columns_;
};

}  // namespace mercer
