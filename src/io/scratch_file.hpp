// A file without a name for what does not fit into memory: it is gone when it is closed, however the run ends.
#pragma once

#include <mercer/base/tensor.hpp>

#include <filesystem>
#include <memory>
#include <span>

namespace mercer {

/// Local. Numbers are appended and read again at any place.
class ScratchFile {
 public:
  /// In a folder with room, the one of the output say; throws Fault::cannot_create where no file can be made there.
  explicit ScratchFile(const std::filesystem::path& folder);
  ~ScratchFile();
  ScratchFile(ScratchFile&&) noexcept;

  Index size() const noexcept { return size_; }  ///< numbers
  /// Throws Fault::io, with the room on the disk, where they cannot be written.
  void append(std::span<const double> values);
  /// Reads from the `first` number on. Throws Fault::io where they cannot be read.
  void read(Index first, std::span<double> into) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Index size_ = 0;
};

}  // namespace mercer
