// Seconds by phase of a run, seen by PETSc's -log_view too.
#pragma once

#include <mercer/base/index.hpp>
#include <mercer/report/clock.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mercer {

struct Phase {
  std::string name;
  Index calls = 0;
  double seconds = 0;  ///< on this rank
};

/// The phases of a run in the order in which they were first met. A phase inside another one counts for both.
class Phases {
 public:
  explicit Phases(Clock clock = steady_seconds) : clock_(std::move(clock)) {}
  Phases(const Phases&) = delete;
  Phases& operator=(const Phases&) = delete;
  std::span<const Phase> phases() const noexcept { return phases_; }

 private:
  friend class PhaseTimer;
  struct State {
    int event;      ///< of PETSc's log
    int depth = 0;  ///< calls of the phase inside itself: only the outermost counts
    double start = 0;
  };
  std::size_t position(std::string_view name);
  Clock clock_;
  std::vector<Phase> phases_;
  std::vector<State> states_;
};

/// Times its own life. Local, but all ranks must meet new names in the same order, since PETSc numbers its events.
class PhaseTimer {
 public:
  PhaseTimer(Phases& phases, std::string_view name);
  ~PhaseTimer();
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;

 private:
  Phases& phases_;
  std::size_t position_;
};

}  // namespace mercer
