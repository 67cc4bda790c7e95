// Timing of pairs, the table, and the JSON list.
#include "bench/bench.hpp"

#include <mercer/base/error.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>

namespace mercer::bench {

namespace {

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The value below which `part` of the entries lie.
double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

}  // namespace

Comparison compare(std::string name, std::string peer, const std::function<void()>& ours,
                   const std::function<void()>& theirs, int pairs) {
  return compare_timed(
      std::move(name), std::move(peer), [&] { return seconds(ours); }, [&] { return seconds(theirs); }, pairs);
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Comparison compare_timed(std::string name, std::string peer, const std::function<double()>& ours,
                         const std::function<double()>& theirs, int pairs) {
  std::vector<double> first, second, ratios;
  for (int pair = 0; pair <= pairs; ++pair) {
    const bool is_ours_first = pair % 2 == 0;
    double a = is_ours_first ? ours() : 0;
    const double b = theirs();
    if (!is_ours_first) a = ours();
    if (pair == 0) continue;  // memory and caches are touched for the first time
    first.push_back(a);
    second.push_back(b);
    ratios.push_back(b / a);
  }
  const double spread = (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2;
  return {std::move(name), std::move(peer), quantile(first, 0.5), quantile(second, 0.5), quantile(ratios, 0.5), spread};
}

void report(const std::vector<Comparison>& comparisons, const std::string& path) {
  fmt::print("{:<24} {:<16} {:>12} {:>12} {:>8} {:>8}\n", "case", "peer", "ours [ms]", "peer [ms]", "ratio", "spread");
  std::string list;
  for (const Comparison& c : comparisons) {
    fmt::print("{:<24} {:<16} {:>12.3f} {:>12.3f} {:>8.2f} {:>8.2f}\n", c.name, c.peer, 1e3 * c.ours_seconds,
               1e3 * c.peer_seconds, c.ratio, c.spread);
    list += fmt::format(
        "{}  {{\"case\": \"{}\", \"ours_seconds\": {:.6g}, \"peer\": \"{}\", \"peer_seconds\": {:.6g}, \"ratio\": "
        "{:.4g}, "
        "\"spread\": {:.3g}, \"threads\": {}, \"ranks\": {}}}",
        list.empty() ? "" : ",\n", c.name, c.ours_seconds, c.peer, c.peer_seconds, c.ratio, c.spread, c.threads,
        c.ranks);
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;  // a missing folder shows when the file is opened
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  std::ofstream file(path);
  file << "[\n" << list << "\n]\n";
  require(static_cast<bool>(file.flush()), Fault::cannot_create,
          "cannot write the results to '{}'; name another file as first argument", path);
}

}  // namespace mercer::bench
