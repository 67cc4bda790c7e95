// The open end of an output file: names taken so far, HDF5 calls made by all ranks together, and what happens when one
// of them fails.
#pragma once

#include <mercer/io/hdf5.hpp>
#include <mercer/io/publish.hpp>
#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace mercer::hdf5 {

/// What a rank writes in one go: `slab` of the dataset, from elements that `memory` selects behind `data`.
struct Piece {
  Slab slab;
  Space memory;
  const void* data;
};

/// The type of elements in the file and in memory.
struct ElementType {
  hid_t file, memory;
};

/// A file being written under its temporary name. All members are @collective.
class Writer {
 public:
  Writer(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  const Comm& comm() const noexcept { return *comm_; }
  int deflate() const noexcept { return deflate_; }
  void group(const std::string& name);
  /// Writes a dataset in `rounds` goes, in which the ranks write what `piece(round)` gives. The pieces of all ranks and
  /// rounds make up the dataset, but for a scalar, of which all ranks write the same. `piece` is @collective.
  void dataset(const std::string& name, const Shape& shape, const ElementType& type, Index rounds,
               const std::function<Piece(Index round)>& piece);
  /// `data` holds the elements of `shape` one after another.
  void attribute(const std::string& object, const std::string& name, const Shape& shape, const ElementType& type,
                 const void* data);
  void link(const std::string& target, const std::string& name);
  void commit();

 private:
  /// Runs HDF5 calls of all ranks; where they fail on one, all give up the file, and `opened` with it.
  void perform(const std::string& doing, std::size_t bytes, SharedObject& opened, const std::function<void()>& calls);
  void give_up(SharedObject& opened) noexcept;
  /// Fails where the disk is too full for a new dataset. HDF5 would find that out on one rank, in the middle of
  /// something that needs all of them.
  void make_room(const std::string& doing, std::size_t bytes);
  /// Throws an agreed Error where ranks ask for different things, or the file is past saving.
  void require_agreement(const std::string& request) const;
  void make_group(const std::string& name);
  /// The full name of a new object, which is free; makes the groups on the way to it.
  std::string place_for(const std::string& name);

  const Comm* comm_;
  std::filesystem::path path_, temporary_;
  Existing existing_;
  int deflate_;
  SharedFile file_;
  std::set<std::string> groups_, objects_, attributes_;
  bool broken_ = false, committed_ = false;
};

}  // namespace mercer::hdf5
