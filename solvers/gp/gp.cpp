#include <mercer/report/timer.hpp>
#include <mercer/solvers/gp/gp.hpp>
#include <mercer/solvers/gp/prediction.hpp>
#include <mercer/solvers/support/regression_state.hpp>

namespace mercer::gp_model {
namespace {

void add_facts(const Lesson& lesson, Record& record) {
  Index fields = 0;
  for (const Output& output : lesson.outputs) fields += output.is_field;
  record.set("training_samples", lesson.inputs.rows());
  record.set("inputs", lesson.inputs.cols());
  record.set("fields", fields);
  record.set("numbers", lesson.numbers.cols());
  record.set("missing_values", Index{lesson.numbers.array().isNaN().count()});
}

}  // namespace

const Learnt& Gp::learnt() const {
  require(learnt_ != nullptr, Fault::internal, "a model is trained or loaded before it is used");
  return *learnt_;
}

Record Gp::check(const Context& context, const SampleSource& source) {
  Record record;
  add_facts(read_lesson(InputFile(context.comm, source.file), settings_), record);
  return record;
}

Learned Gp::train(const Context& context, const SampleSource& source) {
  const InputFile file(context.comm, source.file);
  Lesson lesson = read_lesson(file, settings_);
  Learned learned;
  add_facts(lesson, learned.record);
  learnt_ = learn(context, file, settings_, std::move(lesson));
  for (const Output& output : learnt_->outputs)
    if (output.is_field) learned.record.set("modes." + output.name, output.basis.count);
  learned.history = search_history();
  if (learnt_->coefficients) add_searches(*learnt_->coefficients, 0, learned.history);
  if (!learnt_->numbers) return learned;
  add_searches(*learnt_->numbers, 1, learned.history);
  Index at = 0;
  for (const Output& output : learnt_->outputs) {
    if (output.is_field) continue;
    learned.record.set("leave_one_out_q2." + output.name, least_q2(*learnt_->numbers, at, output.columns()));
    at += output.columns();
  }
  return learned;
}

void Gp::save(OutputFile& file, const std::string& group) const { gp_model::save(learnt(), file, group); }

void Gp::load(const InputFile& file, const std::string& group) { learnt_ = gp_model::load(file, group); }

Record Gp::predict(const Context& context, const SampleSource& source, OutputFile& output) const {
  const PhaseTimer timer(context.phases, "predict");
  return write_prediction(InputFile(context.comm, source.file), learnt(), settings_.data.split, output);
}

Record Gp::evaluate(const Context& context, const std::filesystem::path& prediction, const SampleSource& truth) {
  return errors_of(InputFile(context.comm, prediction), InputFile(context.comm, truth.file));
}

}  // namespace mercer::gp_model
