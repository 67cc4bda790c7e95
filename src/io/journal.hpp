// Finished pieces of a long work on the disk, so that no end of a run loses any of them.
#pragma once

#include <mercer/io/descriptor.hpp>
#include <mercer/parallel/comm.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mercer {

/// A folder with the bytes of numbered items, in any order and from any number of ranks: each rank of each run appends
/// to a file of its own. An item whose writing was cut off is not there.
class Journal {
 public:
  /// @collective Opens the folder, or makes it. `identity` says whose items they are: Fault::config where the folder
  /// has another one, Fault::cannot_create where it cannot be made. `comm` must outlive the journal.
  Journal(const Comm& comm, const std::filesystem::path& folder, const std::string& identity);

  const std::filesystem::path& folder() const noexcept { return folder_; }
  bool has(Index item) const { return entries_.contains(item); }  ///< as of the last `share`
  Index count() const noexcept { return std::ssize(entries_); }

  /// Local. Throws Fault::io where the disk is full; what was there before stays.
  void append(Index item, std::span<const std::byte> bytes);
  /// @collective From now on every rank knows what all have appended.
  void share();
  /// Local. Bytes of an item from `offset` on. Throws Fault::data where the file has been changed meanwhile.
  void read(Index item, Index offset, std::span<std::byte> into) const;
  /// Local. How many bytes an item has.
  Index bytes(Index item) const { return entry(item).bytes; }
  /// @collective Deletes the folder; nothing else may follow.
  void remove();

 private:
  struct Entry {
    Index item, run, rank, offset, bytes;
  };
  void prepare(const std::string& identity, std::string& parts, Index& run) const;
  std::vector<Entry> scan(const std::string& part) const;
  void insert(const std::vector<Entry>& entries);
  const Entry& entry(Index item) const;  ///< throws Fault::internal where there is none
  std::filesystem::path part(Index run, Index rank) const;

  const Comm* comm_;
  std::filesystem::path folder_;
  Index run_ = 0, end_ = 0;
  Descriptor own_;
  std::vector<Entry> appended_;
  std::map<Index, Entry> entries_;
  mutable std::map<std::pair<Index, Index>, Descriptor> open_;
};

/// @collective Whether there is a journal, or anything else, at this place.
bool journal_exists(const Comm& comm, const std::filesystem::path& folder);

}  // namespace mercer
