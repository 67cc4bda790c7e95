// Arrays of HDF5 files as fields on grids: which array, which sample, where its values sit.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/io/input_file.hpp>
#include <mercer/meshes/field.hpp>
#include <mercer/meshes/grid.hpp>
#include <mercer/meshes/interpolate.hpp>

#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace mercer {

/// A grid array of a file as a case names it.
struct ArraySource {
  std::filesystem::path file;
  std::string dataset;
  std::optional<Index> sample;                 ///< position along a leading sample axis
  Placement grid = Placement::nodes;           ///< where the values sit on the domain
  std::string values = "v";                    ///< a formula applied to each stored value v
  std::optional<Interpolation> interpolation;  ///< between grids; each input has its own default
};
void describe(Binder& bind, ArraySource& source);

/// Whether NaN may stand for values that are not there.
enum class Gaps { refused, allowed };

/// Grid samples of one file: arrays `[sample, (z,) (y,) x]`, read block by block.
class Dataset {
 public:
  /// @collective Throws Fault::no_input or Fault::data where the file is missing or not to be read.
  Dataset(const Comm& comm, const std::filesystem::path& file);

  const InputFile& file() const noexcept { return file_; }
  /// @collective The grid of an array on a box: `axes` (slowest first) with the array's sizes and `placement`. Throws
  /// Fault::data where the array has other dimensions than the box, sample axis aside.
  Grid grid(const std::string& name, bool has_samples, std::span<const Axis> axes, Placement placement) const;
  /// @collective The array, or one sample of it, spread over the ranks in slabs. Throws Fault::data for a sample that
  /// is not there, for infinite values and for gaps where they are refused.
  Field read(const std::string& name, std::optional<Index> sample, std::shared_ptr<const Grid> grid,
             Gaps gaps = Gaps::refused) const;

 private:
  Shape shape_of(const std::string& name) const;
  const Comm* comm_;
  InputFile file_;
};

/// @collective The array on its own grid over the box `axes`, with the formula of `values` applied.
Field read_field(const Comm& comm, const ArraySource& source, const std::string& name, std::span<const Axis> axes);

}  // namespace mercer
