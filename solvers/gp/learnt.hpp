// All that a regression of arrays has learnt, how it learns it, and its file.
#pragma once

#include <mercer/gp/regression.hpp>
#include <mercer/solvers/gp/options.hpp>
#include <mercer/solvers/solver.hpp>
#include <mercer/solvers/support/field_basis.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mercer::gp_model {

/// An array that is learnt: a field by the coefficients of its modes, others number by number.
struct Output {
  std::string name;  ///< of the array in the training file
  Shape sample;      ///< of one sample
  bool is_field = false;
  Basis basis;                   ///< of a field
  std::vector<double> residual;  ///< [entry], mean square of what the basis of a field leaves

  Index columns() const { return is_field ? basis.count : sample.count(); }  ///< in its regression
};

struct Learnt {
  std::vector<std::string> inputs;  ///< arrays
  std::vector<Index> input_sizes;   ///< numbers of a sample of each
  std::vector<Output> outputs;
  std::vector<Index> fingerprints;         ///< of the training inputs
  std::optional<Regression> coefficients;  ///< of fields, one after another; none without fields
  std::optional<Regression> numbers;       ///< of the other outputs
};

/// Which samples a case is about, and what is in them.
struct Lesson {
  std::vector<Index> samples;
  Matrix inputs;  ///< [samples, numbers]
  std::vector<Output> outputs;
  Matrix numbers;  ///< [samples, columns] of the outputs that are no fields, NaN where missing
};

/// One number for each row of inputs; equal inputs have equal ones.
std::vector<Index> fingerprints(const Matrix& inputs);

/// @collective Reads all but fields, and looks at the shapes of these. Throws Fault::data for arrays that do not fit
/// together, and inputs that are not finite or do not vary, Fault::config for names that come twice.
Lesson read_lesson(const InputFile& file, const Settings& settings);

/// @collective The same bits on any number of ranks.
std::unique_ptr<Learnt> learn(const Context& context, const InputFile& file, const Settings& settings, Lesson lesson);

/// @collective
void save(const Learnt& learnt, OutputFile& file, const std::string& group);
/// @collective Throws Fault::data for what does not fit together.
std::unique_ptr<Learnt> load(const InputFile& file, const std::string& group);

}  // namespace mercer::gp_model
