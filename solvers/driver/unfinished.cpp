#include <mercer/io/journal.hpp>
#include <mercer/solvers/driver/unfinished.hpp>

namespace mercer::driver {

std::filesystem::path checkpoint_of(const std::filesystem::path& output) {
  std::filesystem::path beside = output;
  return beside += ".checkpoint";
}

bool goes_on(Run& run, const std::string& work) {
  const std::filesystem::path checkpoint = checkpoint_of(run.line.output);
  const bool is_unfinished = journal_exists(run.comm, checkpoint);
  require_agreed(!is_unfinished || run.line.resume || run.line.overwrite, Fault::cannot_create,
                 "'{}' holds a {} that was interrupted: --resume goes on with it, --overwrite starts anew",
                 checkpoint.string(), work);
  if (run.line.resume && !is_unfinished)
    run.log.info("there is no '{}' to go on from; the {} starts from the beginning", checkpoint.string(), work);
  return is_unfinished && run.line.resume;
}

}  // namespace mercer::driver
