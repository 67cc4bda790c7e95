// Answers from noisy sources over twenty noises, as the table that acceptance rests on; fails where a bar is missed.
#include "solvers/spectral_mixture_gp/noise_tally.hpp"
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/session.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace {

using namespace mercer;
using namespace mercer::smgp::test;

/// One object of the JSON list; what has no oracle, for want of noise, is null.
std::string json(const Acceptance& row, const Tally& t, const std::string& missed) {
  const auto number = [](double value) { return std::isfinite(value) ? fmt::format("{:.4g}", value) : "null"; };
  return fmt::format(
      "  {{\"case\": \"{}\", \"runs\": {}, \"error\": {}, \"largest_error\": {}, \"ratio_median\": {}, "
      "\"ratio_90\": {}, \"coverage\": {}, \"oracle_coverage\": {}, \"conservative_coverage\": {}, "
      "\"slope_coverage\": {}, \"noise_least\": {}, \"noise_most\": {}, \"white\": {}, \"flagged\": {}, "
      "\"loops\": {}, \"missed\": \"{}\"}}",
      row.name, t.runs, number(t.error), number(t.worst), number(t.ratio_median), number(t.ratio_ninth),
      number(t.coverage), number(row.noise > 0 ? t.oracle_coverage : NAN), number(t.conservative),
      number(t.slope_coverage), number(t.noise_least), number(t.noise_most), number(t.white), number(t.flagged),
      t.loops, missed);
}

int measure(const std::filesystem::path& path) {
  fmt::print("{}\n", Tally::heading());
  std::string list, complaints;
  for (const Acceptance& row : acceptance_table()) {
    const Tally found = tally(row, 20);
    const std::string missed = misses(row, found);
    fmt::print("{}{}{}\n", found.line(row.name), missed.empty() ? "" : "  <- ", missed);
    list += (list.empty() ? "" : ",\n") + json(row, found, missed);
    if (!missed.empty()) complaints += fmt::format("{}{}: {}", complaints.empty() ? "" : "; ", row.name, missed);
  }
  std::error_code ignored;  // a missing folder shows when the file is opened
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream file(path);
  file << "[\n" << list << "\n]\n";
  require(static_cast<bool>(file.flush()), Fault::cannot_create,
          "cannot write the results to '{}'; name another file as first argument", path.string());
  require(complaints.empty(), Fault::numerics, "accuracy under noise falls short: {}", complaints);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Session session;
  const Comm comm;
  return run(comm, [&] { return measure(argc > 1 ? argv[1] : MERCER_BENCH_FOLDER "/smgp_noise.json"); });
}
