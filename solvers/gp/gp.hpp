// Regression by Gaussian processes as a model that reads arrays of samples from any HDF5 file.
#pragma once

#include <mercer/solvers/file_model.hpp>
#include <mercer/solvers/gp/learnt.hpp>

#include <memory>

namespace mercer::gp_model {

class Gp final : public FileModel {
 public:
  using Settings = gp_model::Settings;
  explicit Gp(Settings settings) : settings_(std::move(settings)) {}

  Record check(const Context& context, const SampleSource& source) override;
  Learned train(const Context& context, const SampleSource& source) override;
  void save(OutputFile& file, const std::string& group) const override;
  void load(const InputFile& file, const std::string& group) override;
  Record predict(const Context& context, const SampleSource& source, OutputFile& output) const override;

  /// Of a prediction that such a model has written.
  static Record evaluate(const Context& context, const std::filesystem::path& prediction, const SampleSource& truth);

 private:
  const Learnt& learnt() const;

  Settings settings_;
  std::unique_ptr<Learnt> learnt_;
};

}  // namespace mercer::gp_model
