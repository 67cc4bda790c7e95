// HDF5 files of anybody's, read by all ranks together and with suspicion.
#pragma once

#include <mercer/io/slab.hpp>
#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mercer {

/// What is known of a dataset without reading it.
struct DatasetInfo {
  std::string name;
  Shape shape;
  std::string type;     ///< "float64", "int32", "text", "bool", ...
  std::string refusal;  ///< why it cannot be read; empty for `info`
};

/// An HDF5 file opened to be read. Every failure is an agreed Error that names the file and the dataset:
/// Fault::no_input where there is nothing to read, Fault::data where what is there is broken or refused. Refused are
/// unknown filters, data in other files (external storage, virtual datasets, external links), references, compounds,
/// sequences, named types, more than six dimensions, and arrays larger than the file could hold. All members but `path`
/// are @collective. Each rank opens the file by itself and reads without waiting for the others, so that a chunk that
/// only one rank needs can be broken without a hang; agreement follows.
class InputFile {
 public:
  /// `comm` must outlive the file.
  InputFile(const Comm& comm, const std::filesystem::path& path);
  ~InputFile();
  InputFile(InputFile&&) noexcept;

  const Comm& comm() const noexcept;
  const std::filesystem::path& path() const noexcept;
  bool has(const std::string& name) const;
  std::vector<DatasetInfo> datasets() const;  ///< in the order of their names, those that would be refused included
  std::vector<std::string> children(
      const std::string& group) const;  ///< names in a group, in their order; "" is the root
  DatasetInfo info(const std::string& name) const;
  std::vector<std::string> attributes(const std::string& object) const;
  bool has_attribute(const std::string& object, const std::string& name) const;
  bool is_text_attribute(const std::string& object, const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  std::vector<std::string> texts_attribute(const std::string& object, const std::string& name) const;
  std::vector<double> number_attribute(const std::string& object, const std::string& name) const;

  /// Reads this rank's slab into a view of the same number of elements. Numbers are converted; one that `T` cannot hold
  /// (too large, or a fraction or NaN where `T` is an integer) is Fault::data. T is float, double, int8, uint8, int32,
  /// int64.
  template <class T>
  void read(const std::string& name, const Slab& slab, View<T> into) const;
  std::vector<std::string> read_text(const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mercer
