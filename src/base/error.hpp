// Failures that know whose fault they are, where they were found, and whether every rank knows of them.
#pragma once

#include <fmt/core.h>
#include <source_location>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace mercer {

/// Whose fault a failure is. The value is the exit code of the command.
enum class Fault : int {
  numerics = 1,        ///< not converged, not positive definite, NaN in the middle of a run
  usage = 64,          ///< wrong command line
  data = 65,           ///< malformed or refused input file
  no_input = 66,       ///< missing input
  unavailable = 69,    ///< feature or plugin not there
  internal = 70,       ///< our bug
  memory = 71,         ///< not enough memory
  cannot_create = 73,  ///< output path
  io = 74,             ///< write failed, disk full
  stopped_early = 75,  ///< checkpoint written on request
  refused = 77,        ///< plugin of another ABI, not a plugin, duplicate name, world-writable
  config = 78,         ///< anything wrong in a case file
};

constexpr int exit_code(Fault fault) noexcept { return static_cast<int>(fault); }
const char* name(Fault fault) noexcept;

/// Every failure of mercer. `agreed` ones are in flight on all ranks at once, so that all may unwind in the same order;
/// any other is known to this rank alone, and the owners of collective resources must not close them on its way out
/// (see `unwinding_alone`).
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message, std::source_location where = std::source_location::current());
  Error(const Error& other) noexcept;
  Error& operator=(const Error&) = delete;
  ~Error() override;

  Fault fault() const noexcept { return fault_; }
  std::source_location where() const noexcept { return where_; }
  bool agreed() const noexcept { return agreed_; }
  void agree() noexcept;  ///< says that every rank throws this error now

 private:
  Fault fault_;
  std::source_location where_;
  bool agreed_ = false;
};

/// True while the stack unwinds for a failure that the other ranks of a parallel run do not share. A destructor that
/// would communicate must then do nothing: its partners are not coming, and the run is about to be aborted.
bool unwinding_alone() noexcept;

/// Number of ranks of the run, one until Session has said it. An error is agreed only where all of them throw it.
int world_size() noexcept;
void set_world_size(int ranks) noexcept;

/// A compile-time checked format string that remembers the line it was written on.
template <class... Args>
struct Message {
  template <class Text>
  consteval Message(const Text& text, std::source_location where = std::source_location::current())
      : text(text), where(where) {}
  fmt::format_string<Args...> text;
  std::source_location where;
};

/// Throws an Error of `fault`.
template <class... Args>
[[noreturn]] void fail(Fault fault, Message<std::type_identity_t<Args>...> message, Args&&... args) {
  throw Error(fault, fmt::format(message.text, std::forward<Args>(args)...), message.where);
}

/// Throws an Error of `fault` unless `ok`. For anything a caller, a file or a user can get wrong.
template <class... Args>
void require(bool ok, Fault fault, Message<std::type_identity_t<Args>...> message, Args&&... args) {
  if (!ok) [[unlikely]]
    throw Error(fault, fmt::format(message.text, std::forward<Args>(args)...), message.where);
}

/// The same for a condition that all ranks find alike, such as one on reduced values: all of them throw, and may unwind
/// in order.
template <class... Args>
void require_agreed(bool ok, Fault fault, Message<std::type_identity_t<Args>...> message, Args&&... args) {
  if (ok) [[likely]]
    return;
  Error error(fault, fmt::format(message.text, std::forward<Args>(args)...), message.where);
  error.agree();
  throw error;
}

}  // namespace mercer
