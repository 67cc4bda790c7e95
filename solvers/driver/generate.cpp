// Verb generate: a case with a solver in, a dataset of many solutions out; interrupted runs go on.
#include <mercer/base/text.hpp>
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/driver/unfinished.hpp>
#include <mercer/solvers/generate/generator.hpp>

#include <algorithm>

namespace mercer::driver {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_told = 10;

std::string kept_text(const Journal& journal, Index samples) {
  return fmt::format("{} of {} samples are kept in '{}'", journal.count(), samples, journal.folder().string());
}

/// @collective The journal to go on with, or a new one.
Journal open_journal(Run& run, const CheckedRecipe& checked) {
  const fs::path folder = checkpoint_of(run.line.output);
  const std::string identity = to_yaml(checked.effective) + checked.recipe->identity();
  if (!goes_on(run, "generation")) {
    together(run.comm, [&] {
      if (run.comm.is_root()) fs::remove_all(folder);
    });
    return {run.comm, folder, identity};
  }
  Journal journal(run.comm, folder, identity);
  run.log.info("the generation goes on: {}", kept_text(journal, checked.recipe->generation().samples));
  return journal;
}

/// What can be done about a failed sample, as the end of a message.
std::string remedy(const Run& run, const Journal& journal, Index samples, Fault fault) {
  const bool may_skip = is_of_a_sample(fault) && !run.line.skip_bad;
  if (journal.count() == 0) return may_skip ? "; --skip-bad leaves samples out that fail" : "";
  return fmt::format("; {}: --resume goes on{}", kept_text(journal, samples),
                     may_skip ? ", with --skip-bad without samples that fail" : "");
}

void warn(Run& run, const Recipe& recipe, const std::vector<FailedSample>& failed) {
  for (std::size_t i = 0; i < std::min(failed.size(), most_told); ++i)
    run.log.warning("{} is left out: {}", recipe.name(failed[i].sample), failed[i].text);
  if (failed.size() > most_told) run.log.warning("{} more samples are left out", failed.size() - most_told);
}

/// @collective Ends the run for samples that failed, unless they may be left out and others are there.
void judge(Run& run, const Recipe& recipe, Journal& journal, const std::vector<FailedSample>& failed) {
  if (failed.empty()) return;
  const FailedSample& first = failed.front();
  const Index samples = recipe.generation().samples;
  const bool are_skippable =
      std::ranges::all_of(failed, [](const FailedSample& one) { return is_of_a_sample(one.fault); });
  if (run.line.skip_bad && are_skippable && journal.count() > 0) return warn(run, recipe, failed);
  const std::string end = remedy(run, journal, samples, first.fault);
  if (journal.count() == 0) journal.remove();
  require_agreed(std::ssize(failed) < samples, first.fault, "all {} samples fail; {}: {}{}", samples,
                 recipe.name(first.sample), first.text, end);
  require_agreed(false, first.fault, "{}: {}{}", recipe.name(first.sample), first.text, end);
}

Record results(const Run& run, const CheckedRecipe& checked, Index samples, Index made) {
  Record record;
  record.set("solver", checked.entry->name);
  record.set("samples", samples);
  record.set("left_out", checked.recipe->generation().samples - samples);
  record.set("made_now", made);
  checked.recipe->tell_extent(record);
  record.set("ranks", Index{run.comm.size()});
  return record;
}

}  // namespace

int generate(Run& run) {
  const Existing existing = run.line.overwrite ? Existing::replace : Existing::refuse;
  OutputFile::check(run.comm, run.line.output, existing);
  const CheckedRecipe checked = check_recipe(run, open_case(run));
  const Recipe& recipe = *checked.recipe;
  set_petsc_options(checked.petsc);
  Journal journal = open_journal(run, checked);
  const Index before = journal.count();

  const double start = MPI_Wtime();
  const std::vector<FailedSample> failed =
      make_samples(context(run, checked.read.seed), recipe, journal, {run.line.skip_bad, run.line.max_wall});
  const double made_seconds = largest(run.comm, MPI_Wtime() - start);
  judge(run, recipe, journal, failed);
  require_agreed(journal.count() + std::ssize(failed) == recipe.generation().samples, Fault::stopped_early,
                 "the time is over: {}; the same command with --resume goes on",
                 kept_text(journal, recipe.generation().samples));
  recipe.write(run.comm, run.line.output, existing, narrow<int>(checked.read.output.deflate), journal,
               {checked.effective, checked.read.seed, "dataset"});
  Record record = results(run, checked, journal.count(), journal.count() - before);
  journal.remove();
  refuse_unused(run.comm, checked.petsc);
  record.set("seconds", largest(run.comm, MPI_Wtime() - start));
  record.set("seconds_of_samples", made_seconds);
  record.set("output", run.line.output.string());
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
