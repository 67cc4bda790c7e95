// Numbers and texts as bytes, to be sent from one rank to others.
#pragma once

#include <mercer/base/index.hpp>

#include <bit>
#include <charconv>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mercer {

/// Each entry is its length in bytes, a colon and the bytes.
class Packer {
 public:
  void add(std::string_view text) { bytes_ += fmt::format("{}:{}", text.size(), text); }
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(Index number) { add(std::string_view(fmt::format("{}", number))); }
  void add(double value) { add(std::bit_cast<Index>(value)); }  ///< all bits
  void add(std::span<const Index> numbers) {
    add(static_cast<Index>(numbers.size()));
    for (const Index number : numbers) add(number);
  }
  /// Numbers as they lie in memory.
  template <class T>
  requires std::is_arithmetic_v<T>
  void add_array(std::span<const T> numbers) {
    add(std::string_view(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()));
  }
  void add(const std::vector<std::string>& texts) {
    add(static_cast<Index>(texts.size()));
    for (const std::string& text : texts) add(text);
  }
  const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

/// Takes entries out in the order in which they were added. Throws Fault::internal where there are none left.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : left_(bytes) {}

  bool is_empty() const noexcept { return left_.empty(); }
  std::string text() {
    const std::size_t colon = left_.find(':');
    const std::size_t size =
        colon == std::string_view::npos ? left_.size() : parsed<std::size_t>(left_.substr(0, colon));
    require(colon != std::string_view::npos && size <= left_.size() - colon - 1, Fault::internal,
            "a message ends too early");
    std::string found(left_.substr(colon + 1, size));
    left_.remove_prefix(colon + 1 + size);
    return found;
  }
  Index number() { return parsed<Index>(text()); }
  double value() { return std::bit_cast<double>(number()); }
  std::vector<Index> numbers() {
    std::vector<Index> found(static_cast<std::size_t>(number()));
    for (Index& entry : found) entry = number();
    return found;
  }
  /// What `add_array` has added.
  template <class T>
  requires std::is_arithmetic_v<T> std::vector<T> array() {
    const std::string bytes = text();
    require(bytes.size() % sizeof(T) == 0, Fault::internal, "a message holds no such numbers");
    std::vector<T> found(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(found.data(), bytes.data(), bytes.size());
    return found;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> found(static_cast<std::size_t>(number()));
    for (std::string& entry : found) entry = text();
    return found;
  }

 private:
  template <class T>
  static T parsed(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(error == std::errc() && end == text.data() + text.size(), Fault::internal, "a message holds no number");
    return value;
  }
  std::string_view left_;
};

}  // namespace mercer
