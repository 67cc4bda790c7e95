// When to tell of progress, and in which words.
#include <mercer/base/error.hpp>
#include <mercer/report/progress.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <unistd.h>

namespace mercer {
namespace {

constexpr double seconds_between_lines = 10, seconds_between_bars = 0.1;
constexpr Index lines_in_all = 20;  // one every 5 %
constexpr std::size_t bar_width = 24, terminal_width = 79;

/// The first `bytes` of `text`, or fewer where that would cut a character of UTF-8.
std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

}  // namespace

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Surroundings Surroundings::look() {
  constexpr std::array<const char*, 3> marks{"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "SLURM_PROCID"};
  const bool has_launcher = std::ranges::any_of(marks, [](const char* mark) { return std::getenv(mark) != nullptr; });
  return {.has_launcher = has_launcher, .has_terminal = isatty(STDERR_FILENO) == 1};
}

ProgressStyle progress_style(ProgressMode mode, Level level, const Surroundings& surroundings) {
  if (mode == ProgressMode::off || (mode == ProgressMode::automatic && level < Level::info)) return ProgressStyle::none;
  return surroundings.has_terminal && !surroundings.has_launcher ? ProgressStyle::bar : ProgressStyle::lines;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<Index>(std::llround(std::clamp(seconds, 0.0, 1e12)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600);
}

Progress::Progress(Log& log, Work work, ProgressStyle style, Clock clock)
    : log_(log),
      work_(std::move(work)),
      style_(style),
      clock_(std::move(clock)),
      start_(clock_()),
      told_at_(start_),
      told_(work_.done) {
  require(work_.total >= 1, Fault::internal, "progress of '{}' needs a total of at least one step, not {}", work_.what,
          work_.total);
}

Progress::~Progress() {
  if (style_ == ProgressStyle::bar) log_.show_last("");
}

bool Progress::is_due(Index done, double now) const {
  if (style_ == ProgressStyle::bar) return is_new_ || now - told_at_ >= seconds_between_bars;
  return now - told_at_ >= seconds_between_lines || (done - told_) * lines_in_all >= work_.total;
}

void Progress::update(Index done, std::string_view note) {
  if (style_ == ProgressStyle::none) return;
  const double now = clock_();
  done = std::min(done, work_.total);
  if (!is_due(done, now)) return;
  if (style_ == ProgressStyle::bar)
    log_.show_last(cut(bar(done, now, note), terminal_width));
  else
    log_.write(line(done, now, note));
  told_at_ = now;
  told_ = done;
  is_new_ = false;
}

void Progress::finish() {
  if (style_ == ProgressStyle::bar) log_.show_last("");
  if (style_ != ProgressStyle::none)
    log_.write(fmt::format("{}: {} done in {}", work_.what, work_.total, duration_text(clock_() - start_)));
  style_ = ProgressStyle::none;
}

std::string Progress::time_left(Index done, double now) const {
  if (done <= work_.done || done == work_.total) return "";
  const double pace = (now - start_) / static_cast<double>(done - work_.done);
  return fmt::format(", {} left", duration_text(pace * static_cast<double>(work_.total - done)));
}

std::string Progress::line(Index done, double now, std::string_view note) const {
  return fmt::format("{}: {} % ({} of {}){}{}{}", work_.what, done * 100 / work_.total, done, work_.total,
                     note.empty() ? "" : ", ", note, time_left(done, now));
}

std::string Progress::bar(Index done, double now, std::string_view note) const {
  const double share = static_cast<double>(done) / static_cast<double>(work_.total);
  const std::string filled(static_cast<std::size_t>(share * static_cast<double>(bar_width)), '=');
  return fmt::format("{} [{:<{}}] {} %{}{}{}", work_.what, filled, bar_width, done * 100 / work_.total,
                     time_left(done, now), note.empty() ? "" : ", ", note);
}

}  // namespace mercer
