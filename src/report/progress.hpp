// How far a long piece of work has come and when it will be done: a bar on a terminal, else a line now and then.
#pragma once

#include <mercer/report/clock.hpp>
#include <mercer/report/log.hpp>

#include <string>
#include <string_view>

namespace mercer {

/// `automatic` shows progress unless the log is quiet; `on` does so even then.
enum class ProgressMode { automatic, on, off };
enum class ProgressStyle { none, lines, bar };

/// What the process runs in.
struct Surroundings {
  bool has_launcher = false;  ///< mpirun, srun: they merge the output of ranks, and their pipes may pass for terminals
  bool has_terminal = false;  ///< standard error is one
  static Surroundings look();
};

ProgressStyle progress_style(ProgressMode mode, Level level, const Surroundings& surroundings = Surroundings::look());

/// "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
std::string duration_text(double seconds);

/// Tells of steps done, from rank 0: lines where 5 % more are done or 10 s have passed since the last one, a bar ten
/// times a second.
class Progress {
 public:
  struct Work {
    std::string what;  ///< "training"
    Index total = 0;   ///< steps, at least 1
    Index done = 0;    ///< before this run, where it is a resumed one
  };
  /// `log` must outlive it. Throws Fault::internal for work of no steps.
  Progress(Log& log, Work work, ProgressStyle style, Clock clock = steady_seconds);
  ~Progress();  ///< takes the bar away
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` steps of the total; `note` is what changes with them, such as "loss 0.1".
  void update(Index done, std::string_view note = {});
  /// One last line with the time that it took.
  void finish();

 private:
  bool is_due(Index done, double now) const;
  std::string time_left(Index done, double now) const;
  std::string line(Index done, double now, std::string_view note) const;
  std::string bar(Index done, double now, std::string_view note) const;

  Log& log_;
  Work work_;
  ProgressStyle style_;
  Clock clock_;
  double start_, told_at_;
  Index told_;
  bool is_new_ = true;
};

}  // namespace mercer
