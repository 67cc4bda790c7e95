// Messages to people, on standard error of rank 0.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <fmt/core.h>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace mercer {

/// From what always matters to what only a search for a mistake needs. A quiet run has `warning`, a verbose one
/// `debug`.
enum class Level { error, warning, info, debug };

/// Writes whole lines from rank 0; on other ranks everything but `warn_each` does nothing.
class Log {
 public:
  using Sink = std::function<void(std::string_view bytes)>;
  explicit Log(const Comm& comm, Level level = Level::info, Sink sink = to_standard_error);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  Level level() const noexcept { return level_; }
  bool tells(Level level) const noexcept { return is_root_ && level <= level_; }

  template <class... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) {
    say(Level::error, text, std::forward<Args>(args)...);
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> text, Args&&... args) {
    say(Level::warning, text, std::forward<Args>(args)...);
  }
  template <class... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) {
    say(Level::info, text, std::forward<Args>(args)...);
  }
  template <class... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) {
    say(Level::debug, text, std::forward<Args>(args)...);
  }

  /// @collective A warning of each rank that has one: `text` is empty where there is none. Equal texts become one line
  /// that says on how many ranks, or on which. The ranks of `comm` are those of the log; a text longer than 1000 bytes
  /// is cut.
  void warn_each(const Comm& comm, std::string_view text);

  /// A line of any level.
  void write(std::string_view line);
  /// Keeps `line`, which has no line end, below all others until the next call; an empty one takes it away. For
  /// terminals only.
  void show_last(std::string line);

  static void to_standard_error(std::string_view bytes);

 private:
  template <class... Args>
  void say(Level level, fmt::format_string<Args...> text, Args&&... args) {
    if (tells(level)) write(prefix(level) + fmt::format(text, std::forward<Args>(args)...));
  }
  static std::string prefix(Level level);

  bool is_root_;
  Level level_;
  Sink sink_;
  std::string last_;
};

}  // namespace mercer
