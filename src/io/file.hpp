// HDF5 files, opened, read and written by all ranks together; checked when read, complete or absent when written.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mercer {

/// The part of a dataset that this rank reads or writes: `count` blocks of `block` positions along each axis, `stride` apart from `start`.
struct Slab {
  Shape start, count, stride, block;
  static Slab whole(const Shape& shape);
  static Slab box(const Shape& start, const Shape& count);  ///< contiguous
};

enum class Number { float32, float64, int8, uint8, int32, int64 };

/// What is known of a dataset without reading it.
struct DatasetInfo {
  std::string name;
  Shape shape;
  std::string type;  ///< "float64", "int32", "text", "bool", ...
};

/// An HDF5 file of anybody's, read with suspicion (docs/reliability.md). All members are @collective unless they say otherwise;
/// every failure is an agreed Error that names the file and the dataset.
class InputFile {
 public:
  InputFile(const Comm& comm, const std::filesystem::path& path);
  ~InputFile();
  InputFile(InputFile&&) noexcept;

  const std::filesystem::path& path() const noexcept;
  bool has(const std::string& name) const;
  std::vector<DatasetInfo> datasets() const;  ///< in the order of their names
  DatasetInfo info(const std::string& name) const;
  std::vector<std::string> attributes(const std::string& object) const;
  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  std::vector<double> number_attribute(const std::string& object, const std::string& name) const;

  /// Reads this rank's slab into a view of the same number of elements, converting numbers; T is float, double, int32, int64.
  template <class T>
  void read(const std::string& name, const Slab& slab, View<T> into) const;
  std::vector<std::string> read_text(const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

enum class Existing { refuse, replace };

/// A file that appears under its name when `commit` has succeeded, and not before. Latest format, chunked, Fletcher32, without time stamps:
/// the same values give the same bytes whatever the number of ranks. All members are @collective.
class OutputFile {
 public:
  OutputFile(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate = 0);
  ~OutputFile();
  OutputFile(OutputFile&&) noexcept;

  /// Throws Fault::cannot_create where the path is taken or cannot be written; done before any work.
  static void check(const Comm& comm, const std::filesystem::path& path, Existing existing);

  void group(const std::string& name);
  /// Writes this rank's slab of a dataset of `shape`; T is float, double, uint8, int32, int64.
  template <class T>
  void write(const std::string& name, const Shape& shape, const Slab& slab, View<const T> from);
  /// Writes a small dataset that every rank holds.
  template <class T>
  void write(const std::string& name, const Shape& shape, std::span<const T> values);
  void write_text(const std::string& name, const std::vector<std::string>& lines);
  void attribute(const std::string& object, const std::string& name, const std::string& text);
  template <class T>
  void attribute(const std::string& object, const std::string& name, std::span<const T> numbers);
  void link(const std::string& target, const std::string& name);  ///< a hard link
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mercer
