// Errors: names of the faults, and the count of agreed errors that tells a destructor whether it unwinds alone.
#include <mercer/base/error.hpp>

#include <atomic>
#include <exception>

namespace mercer {
namespace {

// An agreed Error in flight is alive, so counting the living ones tells a destructor what it is being unwound for.
std::atomic<int> agreed_alive{0};
std::atomic<int> ranks_of_run{1};

}  // namespace

const char* name(Fault fault) noexcept {
  switch (fault) {
    case Fault::numerics:
      return "numerics";
    case Fault::usage:
      return "usage";
    case Fault::data:
      return "data";
    case Fault::no_input:
      return "no_input";
    case Fault::unavailable:
      return "unavailable";
    case Fault::internal:
      return "internal";
    case Fault::memory:
      return "memory";
    case Fault::cannot_create:
      return "cannot_create";
    case Fault::io:
      return "io";
    case Fault::stopped_early:
      return "stopped_early";
    case Fault::refused:
      return "refused";
    case Fault::config:
      return "config";
  }
  return "unknown";
}

Error::Error(Fault fault, const std::string& message, std::source_location where)
    : std::runtime_error(message), fault_(fault), where_(where) {}

Error::Error(const Error& other) noexcept
    : std::runtime_error(other), fault_(other.fault_), where_(other.where_), agreed_(other.agreed_) {
  if (agreed_) ++agreed_alive;
}

Error::~Error() {
  if (agreed_) --agreed_alive;
}

void Error::agree() noexcept {
  if (!std::exchange(agreed_, true)) ++agreed_alive;
}

bool unwinding_alone() noexcept { return std::uncaught_exceptions() > 0 && agreed_alive == 0 && ranks_of_run > 1; }

int world_size() noexcept { return ranks_of_run; }

void set_world_size(int ranks) noexcept { ranks_of_run = ranks; }

}  // namespace mercer
