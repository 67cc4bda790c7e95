// HDF5 files that all ranks write together: complete or absent, and the same bytes for the same values whatever the
// number of ranks.
#pragma once

#include <mercer/io/publish.hpp>
#include <mercer/io/slab.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mercer {

/// A file that appears under its name when `commit` has succeeded, and not before. Latest format, chunked, Fletcher32,
/// without time stamps. All members but `comm` are @collective; groups on the way to a name are made as needed. A
/// failed write is an agreed Error of Fault::io; the file is then past saving, and so is HDF5: whatever the program
/// does next, it ends in MPI_Finalize with that exit code.
class OutputFile {
 public:
  /// `deflate` from 0 (none) to 9 compresses. `comm` must outlive the file.
  OutputFile(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate = 0);
  ~OutputFile();  ///< without a `commit`, leaves nothing behind
  OutputFile(OutputFile&&) noexcept;

  /// Throws Fault::cannot_create where the path is taken or cannot be written; done before any work.
  static void check(const Comm& comm, const std::filesystem::path& path, Existing existing);

  const Comm& comm() const noexcept;
  void group(const std::string& name);
  /// Writes this rank's slab of a dataset of `shape`; the slabs of all ranks together are the whole. T is float,
  /// double, int8, uint8, int32, int64.
  template <class T>
  void write(const std::string& name, const Shape& shape, const Slab& slab, View<const T> from);
  template <class T>
  void write(const std::string& name, const Part<const T>& part) {
    write<T>(name, part.shape, part.slab, part.values);
  }
  /// Writes a small dataset that every rank holds.
  template <class T>
  void write(const std::string& name, const Shape& shape, std::span<const T> values);
  /// Writes a dataset a few rows of its first axis at a time, for arrays that no rank could hold: `fill` sets the rows
  /// [first, first + size / row) and must not communicate. A rank holds about a quarter of a megabyte, or one row.
  template <class T>
  void write_rows(const std::string& name, const Shape& shape,
                  const std::function<void(Index first, std::span<T> rows)>& fill);
  /// Texts are stored with a fixed length, in ASCII where that suffices and else in UTF-8.
  void write_text(const std::string& name, const std::vector<std::string>& lines);
  /// Attributes of at most 60 kB, new ones only.
  void attribute(const std::string& object, const std::string& name, const std::string& text);
  void attribute(const std::string& object, const std::string& name, const std::vector<std::string>& texts);
  template <class T>
  void attribute(const std::string& object, const std::string& name, std::span<const T> numbers);
  void link(const std::string& target, const std::string& name);  ///< a hard link
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mercer
