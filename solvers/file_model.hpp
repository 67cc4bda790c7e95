// The second kind of model: one that reads samples of its own kind from a file, such as meshes that all differ, and
// whose state has shapes that only its training tells.
#pragma once

#include <mercer/io/file.hpp>
#include <mercer/solvers/solver.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace mercer {

/// What becomes of samples that cannot be used.
enum class BadSamples {
  refused,   ///< all of them are named, and the run ends with the worst of their exit codes
  left_out,  ///< with a warning for each
};

/// Where samples are, whatever the case says of their file.
struct SampleSource {
  std::filesystem::path file;
  BadSamples bad = BadSamples::refused;
};

/// One column of a table without seconds, kept in the model's file. The columns of a history are equally long.
struct HistoryColumn {
  std::string name;
  std::vector<double> values;
};

struct Learned {
  Record record;  ///< named numbers for --json and the model's file
  std::vector<HistoryColumn> history;
};

/// Made with its settings: a struct whose `describe` has the sections `data`, `options` and, where it has any of these,
/// `training`, the blocks of a case of these names; `data.file` is where its training samples are. All functions are
/// @collective. A model class also has
///   static Record evaluate(const Context&, const std::filesystem::path& prediction, const SampleSource& truth);
/// which reads a prediction that the model has written and measures its errors.
class FileModel {
 public:
  virtual ~FileModel() = default;
  /// Everything that can be told of the training samples without learning. Throws what `train` would.
  virtual Record check(const Context& context, const SampleSource& source) = 0;
  /// Learns; afterwards it can be saved, and predicts.
  virtual Learned train(const Context& context, const SampleSource& source) = 0;
  /// Writes all that was learnt to a group, the same on every rank; `load` reads it back bit for bit. Throws
  /// Fault::data for a group that does not hold it.
  virtual void save(OutputFile& file, const std::string& group) const = 0;
  virtual void load(const InputFile& file, const std::string& group) = 0;
  /// Predicts samples and writes them, with deviations and novelty where it has them. The case goes to the file after
  /// that. Gives named numbers.
  virtual Record predict(const Context& context, const SampleSource& source, OutputFile& output) const = 0;
};

}  // namespace mercer
