// Verb check: all that can be said of a case without doing its work.
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/file_models.hpp>
#include <mercer/solvers/driver/print.hpp>

namespace mercer::driver {
namespace {

Record told(Run& run, const CheckedCase& checked) {
  Record record;
  record.set("case", run.line.file.string());
  record.set("solver", checked.entry->name);
  record.set("ranks", Index{run.comm.size()});
  if (!run.line.dry_run) return record;
  const Estimate estimate = checked.solver->estimate(context(run, checked.read.seed), checked.problem);
  record.set("unknowns", estimate.unknowns);
  record.set("unknowns_per_rank", estimate.unknowns_per_rank);
  record.set("bytes_per_rank", estimate.bytes_per_rank);
  record.set("flops_per_rank", estimate.flops_per_rank);
  return record;
}

Record told(Run& run, const CheckedRecipe& checked) {
  Record record;
  record.set("case", run.line.file.string());
  record.set("solver", checked.entry->name);
  record.set("ranks", Index{run.comm.size()});
  record.set("samples", checked.recipe->generation().samples);
  checked.recipe->tell_extent(record);
  return record;
}

/// Samples are held once on a machine; priors by every rank, as the sum of ranks' parts.
void add_cost(Run& run, const CheckedModel& checked, Record& record) {
  const GridSamples& samples = *checked.samples;
  const Lessons& lessons = samples.lessons();
  const TrainingCost cost = checked.model->estimate(run.comm, checked.made.training, std::ssize(lessons.training),
                                                    std::ssize(lessons.validation));
  const double prior = checked.prior ? static_cast<double>(samples.outputs().fields.bytes()) : 0;
  record.set("bytes_per_rank", cost.parameter_bytes + cost.batch_bytes + prior);
  record.set("bytes.parameters", cost.parameter_bytes);
  record.set("bytes.batch", cost.batch_bytes);
  if (checked.prior) record.set("bytes.prior", prior);
  record.set("samples_bytes_per_machine",
             static_cast<double>(samples.inputs().fields.bytes() + samples.outputs().fields.bytes()));
  record.set("flops_per_step", cost.step_flops);
  record.set("flops_per_epoch", cost.epoch_flops);
  record.set("row_bytes_sent_per_step", cost.step_bytes_sent);
  record.set("sum_bytes_sent_per_step", cost.sum_bytes_sent);
}

Record told(Run& run, const CheckedModel& checked) {
  Record record;
  record.set("case", run.line.file.string());
  record.set("model", checked.made.name);
  record.set("ranks", Index{run.comm.size()});
  record.set("parameters", checked.model->parameters());
  record.set("training_samples", checked.samples->lessons().training.size());
  record.set("validation_samples", checked.samples->lessons().validation.size());
  if (run.line.dry_run) add_cost(run, checked, record);
  return record;
}

}  // namespace

int check(Run& run) {
  OpenCase open = open_case(run);
  if (run.registry.file_models().has(open.read.model)) return check_file_model(run, std::move(open));
  const bool learns = !open.read.model.empty(), generates = !open.read.generate.is_absent();
  const Record record = learns      ? told(run, check_model(run, std::move(open)))
                        : generates ? told(run, check_recipe(run, std::move(open)))
                                    : told(run, check_case(run, std::move(open)));
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record) + "nothing wrong was found\n");
  return 0;
}

}  // namespace mercer::driver
