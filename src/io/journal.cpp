#include <mercer/base/text.hpp>
#include <mercer/io/journal.hpp>
#include <mercer/io/publish.hpp>
#include <mercer/parallel/exchange.hpp>

#include <array>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>

namespace mercer {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t magic = 0x6d65726365723031;  // "mercer01"
constexpr std::size_t most_open = 64;

/// What stands before the bytes of an item.
struct Head {
  std::uint64_t magic;
  Index item, bytes;
  std::uint64_t checksum;
};

/// Of words of eight bytes, so that it costs less than the writing.
std::uint64_t checksum(Index item, std::span<const std::byte> bytes) {
  std::uint64_t sum = 0xcbf29ce484222325 ^ static_cast<std::uint64_t>(item);
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(sizeof(word), bytes.size() - at));
    sum = (sum ^ word) * 0x9e3779b97f4a7c15;
    sum ^= sum >> 29;
  }
  return sum;
}

bool read_at(const Descriptor& file, Index offset, std::span<std::byte> into) {
  for (std::size_t done = 0; done < into.size();) {
    const ssize_t count = ::pread(file.get(), into.data() + done, into.size() - done,
                                  static_cast<off_t>(offset) + static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

/// Run and rank of a file of items, or nothing for other files.
std::optional<std::pair<Index, Index>> numbers_of(const std::string& part) {
  long long run = 0, rank = 0;
  if (std::sscanf(part.c_str(), "part_%lld_%lld", &run, &rank) != 2) return std::nullopt;
  return std::pair{static_cast<Index>(run), static_cast<Index>(rank)};
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

bool journal_exists(const Comm& comm, const fs::path& folder) {
  Index found = 0;
  together(comm, [&] { found = comm.is_root() && fs::exists(folder) ? 1 : 0; });
  return broadcast(comm, found) != 0;
}

Journal::Journal(const Comm& comm, const fs::path& folder, const std::string& identity)
    : comm_(&comm), folder_(folder) {
  std::string parts;
  together(comm, [&] {
    if (comm.is_root()) prepare(identity, parts, run_);
  });
  if (broadcast(comm, Index{comm.is_root() && !fs::exists(folder_ / "identity")}) != 0)
    write_file(comm, folder_ / "identity", identity, Existing::refuse);
  parts = broadcast(comm, parts);
  run_ = broadcast(comm, run_);
  std::vector<Entry> mine;
  together(comm, [&] {
    Index number = 0;
    for (const std::string& name : split(parts, '\n')) {
      if (name.empty() || number++ % comm.size() != comm.rank()) continue;
      const std::vector<Entry> found = scan(name);
      mine.insert(mine.end(), found.begin(), found.end());
    }
  });
  insert(gather_everywhere(comm, mine));
}

void Journal::prepare(const std::string& identity, std::string& parts, Index& run) const {
  std::error_code error;
  fs::create_directory(folder_, error);
  require(fs::is_directory(folder_), Fault::cannot_create, "the folder {} cannot be made{}{}", folder_.string(),
          error ? ": " : "", error ? error.message() : "");
  if (fs::exists(folder_ / "identity"))
    require(text_of(folder_ / "identity") == identity, Fault::config,
            "'{}' holds work on another case; go on with the case in '{}', or start anew (--overwrite)",
            folder_.string(), (folder_ / "identity").string());
  for (const auto& file : fs::directory_iterator(folder_)) {
    const std::string name = file.path().filename().string();
    if (const auto numbers = numbers_of(name)) {
      run = std::max(run, numbers->first + 1);
      parts += name + "\n";
    }
  }
}

std::vector<Journal::Entry> Journal::scan(const std::string& name) const {
  const auto [run, rank] = numbers_of(name).value();
  const Descriptor file(::open((folder_ / name).c_str(), O_RDONLY | O_CLOEXEC));
  require(static_cast<bool>(file), Fault::data, "{} cannot be read: {}", (folder_ / name).string(), system_reason());
  const auto size = static_cast<Index>(fs::file_size(folder_ / name));
  std::vector<Entry> found;
  std::vector<std::byte> bytes;
  for (Index at = 0; at + static_cast<Index>(sizeof(Head)) <= size;) {
    Head head{};
    if (!read_at(file, at, std::as_writable_bytes(std::span(&head, 1)))) break;
    at += static_cast<Index>(sizeof(Head));
    if (head.magic != magic || head.bytes < 0 || head.bytes > size - at) break;
    bytes.resize(static_cast<std::size_t>(head.bytes));
    if (!read_at(file, at, bytes) || checksum(head.item, bytes) != head.checksum) break;
    found.push_back({head.item, run, rank, at, head.bytes});
    at += head.bytes;
  }
  return found;
}

fs::path Journal::part(Index run, Index rank) const { return folder_ / fmt::format("part_{:04}_{:04}", run, rank); }

void Journal::insert(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) entries_.try_emplace(entry.item, entry);
}

void Journal::append(Index item, std::span<const std::byte> bytes) {
  const fs::path path = part(run_, comm_->rank());
  if (!own_) {
    own_ = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666));
    require(static_cast<bool>(own_), Fault::io, "cannot create {}: {}", path.string(), system_reason());
  }
  const Head head{magic, item, std::ssize(bytes), checksum(item, bytes)};
  try {
    write_all(own_, path, std::as_bytes(std::span(&head, 1)));
    write_all(own_, path, bytes);
  } catch (const Error&) {
    // Where even this fails, reading ends at the broken item, which is the last one.
    if (::ftruncate(own_.get(), static_cast<off_t>(end_)) != 0) own_.reset();
    throw;
  }
  appended_.push_back({item, run_, comm_->rank(), end_ + static_cast<Index>(sizeof(Head)), head.bytes});
  end_ += static_cast<Index>(sizeof(Head)) + head.bytes;
}

void Journal::share() {
  insert(gather_everywhere(*comm_, appended_));
  appended_.clear();
}

const Journal::Entry& Journal::entry(Index item) const {
  const auto found = entries_.find(item);
  require(found != entries_.end(), Fault::internal, "there is no item {} in {}", item, folder_.string());
  return found->second;
}

void Journal::read(Index item, Index offset, std::span<std::byte> into) const {
  const Entry& entry = this->entry(item);
  const fs::path path = part(entry.run, entry.rank);
  if (open_.size() >= most_open) open_.clear();
  Descriptor& file = open_[{entry.run, entry.rank}];
  if (!file) file = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  require(file && offset + std::ssize(into) <= entry.bytes && read_at(file, entry.offset + offset, into), Fault::data,
          "{} ends within item {}; has it been changed?", path.string(), item);
}

void Journal::remove() {
  own_.reset();
  open_.clear();
  MPI_Barrier(comm_->raw());
  together(*comm_, [&] {
    if (comm_->is_root()) fs::remove_all(folder_);
  });
}

}  // namespace mercer
