// A file in memory, read word by word or number by number; every complaint names the file and the line.
#pragma once

#include <mercer/base/index.hpp>

#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

namespace mercer {

class Scanner {
 public:
  /// Reads the whole file. Local. Throws Fault::no_input where there is none, Fault::data where it is empty.
  explicit Scanner(const std::filesystem::path& path);

  const std::string& path() const noexcept { return path_; }
  bool at_end();  ///< but for white space
  std::string_view word();
  std::string_view line();  ///< what is left of this one, without its end
  std::string_view quoted();
  Index integer();
  double number();

  /// A number as it lies in memory.
  template <class T>
  T binary() {
    require_bytes(sizeof(T));
    T value;
    std::memcpy(&value, text_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  /// A count of things that take at least so many bytes each; refused where the rest of the file cannot hold them.
  Index plausible(Index count, Index bytes_each);

  /// Throws Fault::data with the file and the place.
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  void skip_space() noexcept;
  void require_bytes(std::size_t count);

  std::string path_, text_;
  std::size_t at_ = 0;
};

}  // namespace mercer
