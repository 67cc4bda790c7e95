// Lines to standard error, and warnings of many ranks folded into few.
#include <mercer/report/log.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <vector>

namespace mercer {
namespace {

constexpr std::size_t longest_warning = 1000;  // so that the texts of two million ranks fit into one message

/// @collective The texts of all ranks, in their order, on rank 0.
std::vector<std::string> gathered(const Comm& comm, std::string_view text) {
  const int length = narrow<int>(text.size());
  std::vector<int> lengths(comm.is_root() ? static_cast<std::size_t>(comm.size()) : 0), starts(lengths.size());
  check_mpi(MPI_Gather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, 0, comm.raw()));
  std::exclusive_scan(lengths.begin(), lengths.end(), starts.begin(), 0);
  std::string all(comm.is_root() ? static_cast<std::size_t>(starts.back() + lengths.back()) : 0, ' ');
  check_mpi(
      MPI_Gatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(), starts.data(), MPI_CHAR, 0, comm.raw()));
  std::vector<std::string> texts;
  for (std::size_t rank = 0; rank < lengths.size(); ++rank)
    texts.push_back(all.substr(static_cast<std::size_t>(starts[rank]), static_cast<std::size_t>(lengths[rank])));
  return texts;
}

struct Folded {
  std::string text;
  std::size_t first_rank, count;
};

std::vector<Folded> folded(const std::vector<std::string>& texts) {
  std::vector<Folded> out;
  for (std::size_t rank = 0; rank < texts.size(); ++rank) {
    if (texts[rank].empty()) continue;
    const auto known = std::ranges::find(out, texts[rank], &Folded::text);
    if (known == out.end())
      out.push_back({texts[rank], rank, 1});
    else
      ++known->count;
  }
  return out;
}

constexpr std::string_view erase_line = "\r\x1b[K";

}  // namespace

Log::Log(const Comm& comm, Level level, Sink sink) : is_root_(comm.is_root()), level_(level), sink_(std::move(sink)) {}

std::string Log::prefix(Level level) {
  if (level == Level::error) return "mercer: error: ";
  return level == Level::warning ? "mercer: warning: " : "";
}

void Log::warn_each(const Comm& comm, std::string_view text) {
  for (const auto& [told, first_rank, count] : folded(gathered(comm, text.substr(0, longest_warning)))) {
    if (comm.size() == 1)
      warning("{}", told);
    else if (count == 1)
      warning("{} (on rank {})", told, first_rank);
    else
      warning("{} (on {} ranks)", told, count);
  }
}

void Log::write(std::string_view line) {
  if (is_root_) sink_(fmt::format("{}{}\n{}", last_.empty() ? "" : erase_line, line, last_));
}

void Log::show_last(std::string line) {
  if (!is_root_ || line == last_) return;
  last_ = std::move(line);
  sink_(fmt::format("{}{}", erase_line, last_));
}

void Log::to_standard_error(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stderr);
  std::fflush(stderr);
}

}  // namespace mercer
