// Verb train: a case with a model in, a file with all that it has learnt out; interrupted trainings go on.
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/file_models.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/driver/unfinished.hpp>
#include <mercer/solvers/output.hpp>

#include <csignal>
#include <optional>

namespace mercer::driver {
namespace {

namespace fs = std::filesystem;

/// Set by SIGUSR1, which asks for a checkpoint and an end; a handler can reach nothing but a global.
volatile std::sig_atomic_t is_asked_to_stop = 0;
void ask_to_stop(int) { is_asked_to_stop = 1; }

/// Tells how far the training is, saves it after each epoch, and ends it when asked.
class Onlooker {
 public:
  Onlooker(Run& run, const CheckedModel& checked, const Lineage& lineage)
      : run_(run),
        checked_(checked),
        lineage_(lineage),
        checkpoint_(checkpoint_of(run.line.output)),
        style_(progress_style(run.line.progress, run.log.level())),
        start_(steady_seconds()) {
    std::signal(SIGUSR1, ask_to_stop);
  }
  ~Onlooker() { std::signal(SIGUSR1, SIG_DFL); }
  Onlooker(const Onlooker&) = delete;
  Onlooker& operator=(const Onlooker&) = delete;

  Watch watch(bool resumes) {
    Watch watch;
    watch.step = [this](Index done, Index total, double loss) { step(done, total, loss); };
    watch.epoch = [this](const Epoch& epoch, const auto& state) { return save(epoch, state()); };
    if (resumes)
      watch.resume = [this](std::span<const StateArray> state) {
        read_checkpoint(run_.comm, checkpoint_, checked_.made, lineage_, state);
        kept_ = "up to there";
        run_.log.info("the training goes on from '{}'", checkpoint_.string());
      };
    return watch;
  }
  bool has_stopped() const noexcept { return has_stopped_; }
  /// Of the training that is in the checkpoint, "up to epoch 3"; empty before there is one.
  const std::string& kept() const noexcept { return kept_; }

 private:
  void step(Index done, Index total, double loss) {
    if (!progress_) progress_.emplace(run_.log, Progress::Work{"training", total, done - 1}, style_);
    progress_->update(done, fmt::format("loss {:.4g}", loss) + validation_);
    if (done == total) progress_->finish();
  }

  bool save(const Epoch& epoch, const std::vector<StateArray>& state) {
    write_checkpoint(run_.comm, checkpoint_, checked_.made, lineage_, state);
    kept_ = fmt::format("up to epoch {}", epoch.number);
    if (!checked_.samples->lessons().validation.empty())
      validation_ = fmt::format(", validation error {:.4g}", epoch.validation_error);
    run_.log.debug("epoch {}: training loss {:.6g}, validation error {:.6g}", epoch.number, epoch.training_loss,
                   epoch.validation_error);
    const bool is_late = run_.line.max_wall > 0 && steady_seconds() - start_ > run_.line.max_wall;
    has_stopped_ = largest(run_.comm, Index{is_late || is_asked_to_stop != 0}) != 0;
    return !has_stopped_;
  }

  Run& run_;
  const CheckedModel& checked_;
  const Lineage& lineage_;
  fs::path checkpoint_;
  ProgressStyle style_;
  double start_;
  std::optional<Progress> progress_;
  std::string validation_;
  std::string kept_;
  bool has_stopped_ = false;
};

Lineage lineage_of(const GridSamples& samples) {
  Lineage lineage{samples.inputs().channels, samples.outputs().channels, {}};
  const std::vector<Index> marks = fingerprints(samples.inputs());
  for (const auto* ids : {&samples.lessons().training, &samples.lessons().validation})
    for (const Index id : *ids) lineage.training.push_back(marks[static_cast<std::size_t>(id)]);
  return lineage;
}

Index epochs_done(const std::vector<Epoch>& history) { return history.empty() ? 0 : history.back().number; }

Record results(const CheckedModel& checked, const std::vector<Epoch>& history) {
  Record record;
  record.set("model", checked.made.name);
  record.set("parameters", checked.model->parameters());
  record.set("training_samples", checked.samples->lessons().training.size());
  record.set("validation_samples", checked.samples->lessons().validation.size());
  if (checked.prior) {
    record.set("prior.contrast", *checked.prior->options().contrast);
    record.set("prior.scale", *checked.prior->options().scale);
    record.set("prior.training_error", checked.prior->error());
  }
  const bool is_judged = !checked.samples->lessons().validation.empty();
  if (checked.prior && is_judged) record.set("prior.validation_error", history.front().validation_error);
  record.set("epochs", epochs_done(history));
  for (const Epoch& epoch : history)
    if (epoch.is_best) {
      record.set("best_epoch", epoch.number);
      record.set("training_loss", epoch.training_loss);
      if (is_judged) record.set("validation_error", epoch.validation_error);
    }
  return record;
}

/// Says where training was of no use.
void judge(Run& run, const CheckedModel& checked, const std::vector<Epoch>& history) {
  if (!checked.prior || epochs_done(history) == 0 || best_epoch(history) > 0) return;
  run.log.warning(
      "no epoch had a smaller validation error than the prior alone, {:.4g}: the model predicts the prior; more epochs "
      "or samples, or a lower training.learning_rate, may help",
      history.front().validation_error);
}

/// The samples with their prior, where there is one. What it learns of them becomes a part of the case.
std::optional<PriorBatches> learn_prior(Run& run, CheckedModel& checked) {
  if (!checked.prior) return std::nullopt;
  const GridSamples& samples = *checked.samples;
  Prior& prior = *checked.prior;
  Tensor<float> fields = prior.learn(context(run, checked.made.seed), samples.inputs(), samples.outputs(),
                                     samples.lessons().training, found(checked.made.data.file, checked.read.folder));
  checked.made.prior = prior.options();
  checked.made.effective.set("prior", record_options(prior.options()));
  run.log.info(
      "prior '{}': contrast {:.4g}, scale {:.4g}; alone it has a mean relative L2 error of {:.4g} on the "
      "training samples",
      prior.options().solver, *prior.options().contrast, *prior.options().scale, prior.error());
  return PriorBatches(samples, std::move(fields));
}

/// Trains; a failure that all ranks share tells where the last good state is.
std::vector<Epoch> learn(Run& run, const CheckedModel& checked, const Batches<float>& samples, Onlooker& onlooker,
                         bool resumes) {
  const Lessons& lessons = checked.samples->lessons();
  const ModelGrid& grid = checked.grid;
  const ModelBatches batches(samples, grid);
  const Lesson lesson{batches,        lessons.training, lessons.validation,   grid.inputs(),
                      grid.outputs(), grid.zeros(),     checked.made.training};
  try {
    return checked.model->train(context(run, checked.made.seed), lesson, onlooker.watch(resumes));
  } catch (const Error& error) {
    if (error.fault() != Fault::numerics || !error.agreed() || onlooker.kept().empty()) throw;
    Error told(Fault::numerics, fmt::format("{}; the training {} is kept in '{}'", error.what(), onlooker.kept(),
                                            checkpoint_of(run.line.output).string()));
    told.agree();
    throw told;
  }
}

}  // namespace

int train(Run& run) {
  const Comm& comm = run.comm;
  const fs::path& output = run.line.output;
  const fs::path checkpoint = checkpoint_of(output);
  const Existing existing = run.line.overwrite ? Existing::replace : Existing::refuse;
  OutputFile::check(comm, output, existing);
  OpenCase open = open_case(run);
  if (run.registry.file_models().has(open.read.model)) return train_file_model(run, std::move(open));
  const bool resumes = goes_on(run, "training");
  CheckedModel checked = check_model(run, std::move(open));
  const std::optional<PriorBatches> with_prior = learn_prior(run, checked);
  const Lineage lineage = lineage_of(*checked.samples);
  Onlooker onlooker(run, checked, lineage);

  const double start = MPI_Wtime();
  const std::vector<Epoch> history = learn(
      run, checked, with_prior ? *with_prior : static_cast<const Batches<float>&>(*checked.samples), onlooker, resumes);
  const double seconds = largest(comm, MPI_Wtime() - start);
  const bool is_over = !onlooker.has_stopped() || epochs_done(history) == checked.made.training.epochs;
  require_agreed(is_over, Fault::stopped_early, "stopped after epoch {} of {}; the same command with --resume goes on",
                 epochs_done(history), checked.made.training.epochs);
  judge(run, checked, history);
  Record record = results(checked, history);
  write_model(comm, output, existing, narrow<int>(checked.read.output.deflate), checked.made, *checked.model, lineage,
              history, record);
  together(comm, [&] {
    if (comm.is_root()) fs::remove(checkpoint);
  });
  record.set("seconds", seconds);
  record.set("ranks", Index{comm.size()});
  record.set("output", output.string());
  print(comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
