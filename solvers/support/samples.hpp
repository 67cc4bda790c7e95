// Arrays of samples in any HDF5 file as batches of fields to learn from.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/io/input_file.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/parallel/shared_array.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mercer {

/// Where the values of an axis sit.
enum class SampleGrid {
  nodes,     ///< both ends included
  left,      ///< x_i = i / n, with outputs that vanish at the ends
  cells,     ///< cell centres
  periodic,  ///< x_i = i / n, the end being the begin
};

/// Whether a model sees the points of the data alone, or with `left` also the missing far end, so that reversed fields
/// stay on their points.
enum class Geometry { array, nodes };

/// What outputs are where their grid ends: with `left` zero and else free, what the model says, or zero.
enum class EndValues { automatic, free, zero };

/// The block `data:` of a case with a model.
struct LearningData {
  std::filesystem::path file;
  std::vector<std::string> inputs, outputs;
  std::string validation = "0.1", train, split;
  SampleGrid grid = SampleGrid::nodes;
  Geometry geometry = Geometry::array;
  EndValues ends = EndValues::automatic;
};
void describe(Binder& bind, LearningData& data);

/// Complains of values that do not go together; `at` is the block.
void check_learning_data(const LearningData& data, const Node& at, Complaints& complaints);
bool has_validation(const LearningData& data);  ///< whether some samples judge and do not teach

/// Which arrays lie one after the other in the channels of a field: the shape of one sample of each, x, (y, x) or
/// (channel, y, x).
struct Channels {
  std::vector<Shape> arrays;
  Shape sample() const;                          ///< [y, channel, x] of the whole; of one row where arrays have no y
  Channels on(Index rows, Index columns) const;  ///< the same on another grid
  bool operator==(const Channels&) const = default;
};

/// Samples of some arrays, which every rank sees as a whole; the ranks of a machine have one copy.
struct Samples {
  Channels channels;
  SharedArray<float> fields;  ///< [sample, y, channel, x]
};

/// @collective The channels of the arrays `names`, whose first axis counts samples. Throws Fault::data, with the file
/// and the array, where one is missing, has too few or too many axes, or differs from the first in samples or grid.
Channels look_at_samples(const InputFile& file, const std::vector<std::string>& names);

/// @collective The samples `ids` of the arrays. Throws also for a sample that is not there, and for values that are not
/// finite, naming file, array, sample.
Samples read_samples(const InputFile& file, const std::vector<std::string>& names, const std::vector<Index>& ids);

/// @collective All samples of the first array, or those of a split: the array `splits/NAME` or NAME of sample numbers.
/// Throws Fault::data for a split that is not there, and for numbers that are no samples or come twice.
std::vector<Index> split_samples(const InputFile& file, const std::string& split, const std::string& array);

/// One number a sample, of the bits of its values: equal samples have equal ones (FNV-1a, 64 bits).
std::vector<Index> fingerprints(const Samples& samples);

/// Which samples are learnt from, and which judge the result.
struct Lessons {
  std::vector<Index> training, validation;  ///< ascending positions
};

/// Pairs of inputs and outputs in memory.
class GridSamples final : public Batches<float> {
 public:
  /// @collective Reads the file, which `folder` may hold. Throws Fault::no_input, Fault::data, and Fault::config where
  /// the training and the validation samples cannot be told apart.
  GridSamples(const Comm& comm, const LearningData& data, const std::filesystem::path& folder, std::uint64_t seed);

  Index count() const override { return inputs_.fields.shape()[0]; }
  SampleShapes shapes() const override { return {inputs_.channels.sample(), outputs_.channels.sample()}; }
  void read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const override;

  const Samples& inputs() const noexcept { return inputs_; }
  const Samples& outputs() const noexcept { return outputs_; }
  const Lessons& lessons() const noexcept { return lessons_; }

 private:
  Samples inputs_, outputs_;
  Lessons lessons_;
};

}  // namespace mercer
