#include <mercer/parallel/tasks.hpp>
#include <mercer/solvers/generate/generator.hpp>

#include <algorithm>
#include <optional>

namespace mercer {
namespace {

/// What both ways to share the work have in common.
class Workshop {
 public:
  Workshop(const Context& context, const Recipe& recipe, Journal& journal, const Patience& patience)
      : context_(context),
        recipe_(recipe),
        journal_(journal),
        patience_(patience),
        progress_(context.log, {"samples", recipe.generation().samples, journal.count()}, context.progress),
        start_(steady_seconds()) {
    for (Index sample = 0; sample < recipe.generation().samples; ++sample)
      if (!journal.has(sample)) missing_.push_back(sample);
  }

  Index count() const { return std::ssize(missing_); }
  const std::vector<FailedSample>& failed() const { return failed_; }
  bool is_late() const { return patience_.seconds > 0 && steady_seconds() - start_ > patience_.seconds; }

  /// Makes the `number`-th missing sample with a team, of which one rank keeps it. Says whether to go on.
  bool make(const Context& team, Index number) {
    const Index sample = missing_[static_cast<std::size_t>(number)];
    bool goes_on = true;
    try {
      const std::vector<std::byte> bytes = recipe_.make(team, sample);
      together(team.comm, [&] {
        if (!bytes.empty()) journal_.append(sample, bytes);
      });
    } catch (const Error& error) {
      if (team.comm.size() > 1 && !error.agreed()) throw;
      if (team.comm.rank() == 0) failed_.push_back({sample, error.fault(), error.what()});
      goes_on = patience_.skips_failures && is_of_a_sample(error.fault());
    }
    progress_.update(journal_.count() + number + 1);
    return goes_on;
  }
  void finish() { progress_.finish(); }

 private:
  const Context& context_;
  const Recipe& recipe_;
  Journal& journal_;
  Patience patience_;
  Progress progress_;
  double start_;
  std::vector<Index> missing_;
  std::vector<FailedSample> failed_;
};

void make_one_a_rank(const Context& context, Workshop& workshop) {
  const Comm alone = Comm::self();
  Log quiet(alone, std::min(context.log.level(), Level::warning));
  Phases phases;
  const Context team{alone, quiet, phases, context.seed, ProgressStyle::none};
  run_tasks_while(context.comm, workshop.count(),
                  [&](Index number) { return workshop.make(team, number) && !workshop.is_late(); });
}

void make_together(const Context& context, Workshop& workshop) {
  Log quiet(context.comm, std::min(context.log.level(), Level::warning));
  Phases phases;
  const Context team{context.comm, quiet, phases, context.seed, ProgressStyle::none};
  for (Index number = 0; number < workshop.count(); ++number)
    if (!workshop.make(team, number) || !all(context.comm, !workshop.is_late())) break;
}

}  // namespace

std::vector<FailedSample> make_samples(const Context& context, const Recipe& recipe, Journal& journal,
                                       const Patience& patience) {
  Workshop workshop(context, recipe, journal, patience);
  if (recipe.generation().parallel == Sharing::samples)
    make_one_a_rank(context, workshop);
  else
    make_together(context, workshop);
  journal.share();
  if (journal.count() == recipe.generation().samples) workshop.finish();
  return failed_anywhere(context.comm, workshop.failed());
}

}  // namespace mercer
