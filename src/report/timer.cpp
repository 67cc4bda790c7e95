// Phases on our clock and as events of PETSc's log.
#include <mercer/parallel/petsc.hpp>
#include <mercer/report/timer.hpp>

#include <algorithm>

namespace mercer {
namespace {

int event_of(const std::string& name) {
  PetscLogEvent event = -1;
  check_petsc(PetscLogEventGetId(name.c_str(), &event));
  if (event < 0) check_petsc(PetscLogEventRegister(name.c_str(), PETSC_OBJECT_CLASSID, &event));
  return event;
}

}  // namespace

std::size_t Phases::position(std::string_view name) {
  const auto found = std::ranges::find(phases_, name, &Phase::name);
  if (found != phases_.end()) return static_cast<std::size_t>(found - phases_.begin());
  states_.push_back({.event = event_of(std::string(name))});
  phases_.push_back({.name = std::string(name)});
  return phases_.size() - 1;
}

PhaseTimer::PhaseTimer(Phases& phases, std::string_view name) : phases_(phases), position_(phases.position(name)) {
  Phases::State& state = phases_.states_[position_];
  check_petsc(PetscLogEventBegin(state.event, nullptr, nullptr, nullptr, nullptr));
  if (state.depth++ == 0) state.start = phases_.clock_();
}

PhaseTimer::~PhaseTimer() {
  Phases::State& state = phases_.states_[position_];
  Phase& phase = phases_.phases_[position_];
  if (--state.depth == 0) {
    phase.seconds += phases_.clock_() - state.start;
    ++phase.calls;
  }
  static_cast<void>(PetscLogEventEnd(state.event, nullptr, nullptr, nullptr, nullptr));
}

}  // namespace mercer
