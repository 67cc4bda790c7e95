#include <mercer/meshes/read/scanner.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>

namespace mercer {
namespace {

namespace fs = std::filesystem;

bool is_space(char letter) noexcept { return letter == ' ' || ('\t' <= letter && letter <= '\r'); }

/// A word as a message shows it.
std::string shown(std::string_view word) {
  std::string text;
  for (const char letter : word.substr(0, 40)) text += ' ' <= letter && letter <= '~' ? letter : '?';
  return word.empty() ? "the end of the file" : "'" + text + "'";
}

}  // namespace

Scanner::Scanner(const fs::path& path) : path_(path.string()) {
  std::error_code error;
  require(fs::exists(path, error), Fault::no_input, "there is no file {}", path_);
  require(fs::is_regular_file(path, error), Fault::no_input, "{} is no regular file", path_);
  std::ifstream file(path, std::ios::binary);
  require(file.is_open(), Fault::no_input, "cannot read {}: {}", path_, std::strerror(errno));
  const auto bytes = fs::file_size(path, error);
  require(!error && bytes > 0, Fault::data, "{} is empty", path_);
  text_.resize(bytes);
  file.read(text_.data(), static_cast<std::streamsize>(bytes));
  require(file.gcount() == static_cast<std::streamsize>(bytes), Fault::io, "reading {} failed: {}", path_,
          std::strerror(errno));
}

void Scanner::skip_space() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool Scanner::at_end() {
  skip_space();
  return at_ == text_.size();
}

std::string_view Scanner::word() {
  skip_space();
  const std::size_t start = at_;
  while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
  return std::string_view(text_).substr(start, at_ - start);
}

std::string_view Scanner::line() {
  const std::size_t start = at_, end = std::min(text_.find('\n', at_), text_.size());
  at_ = std::min(end + 1, text_.size());
  std::string_view found = std::string_view(text_).substr(start, end - start);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

std::string_view Scanner::quoted() {
  skip_space();
  const std::size_t end = at_ < text_.size() && text_[at_] == '"' ? text_.find('"', at_ + 1) : std::string::npos;
  if (end == std::string::npos) refuse("expected a name in quotes, found " + shown(word()));
  const std::string_view found = std::string_view(text_).substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  return found;
}

Index Scanner::integer() {
  skip_space();
  Index value = 0;
  const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
  const bool is_whole = error == std::errc() && (end == text_.data() + text_.size() || is_space(*end));
  if (!is_whole) refuse("expected a whole number, found " + shown(word()));
  at_ = static_cast<std::size_t>(end - text_.data());
  return value;
}

double Scanner::number() {
  skip_space();
  double value = 0;
  const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
  const bool is_read = error == std::errc() || error == std::errc::result_out_of_range;
  if (!is_read || (end != text_.data() + text_.size() && !is_space(*end)))
    refuse("expected a number, found " + shown(word()));
  if (error == std::errc::result_out_of_range) value = std::strtod(text_.c_str() + at_, nullptr);
  at_ = static_cast<std::size_t>(end - text_.data());
  return value;
}

void Scanner::require_bytes(std::size_t count) {
  if (text_.size() - at_ < count) refuse("the file ends in the middle of its numbers");
}

Index Scanner::plausible(Index count, Index bytes_each) {
  const auto left = static_cast<Index>(text_.size() - at_);
  if (count < 0 || count > left / bytes_each)
    refuse(fmt::format("{} entries are announced, and the rest of the file has {} bytes", count, left));
  return count;
}

void Scanner::refuse(const std::string& why) const {
  const auto line = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n') + 1;
  fail(Fault::data, "{}, line {}: {}", path_, line, why);
}

}  // namespace mercer
