// Named results of a run in the order in which they came, as JSON for programs.
#pragma once

#include <mercer/base/index.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mercer {

/// An ordered map of names to values; a value may be a record, so that "fields.u.rrmse" leads through two of them, or a
/// list of records.
class Record {
 public:
  using Value = std::variant<bool, Index, double, std::string, std::vector<double>, Record, std::vector<Record>>;
  using Entries = std::vector<std::pair<std::string, Value>>;

  /// Puts a value at a path of names with points between them, in place of what was there, and makes the records on the
  /// way. Throws Fault::internal for an empty name and for a path through something that is no record.
  template <class T>
  void set(std::string_view path, T&& value) {
    using Bare = std::remove_cvref_t<T>;
    if constexpr (std::same_as<Bare, bool>)
      put(path, Value(std::in_place_type<bool>, value));
    else if constexpr (std::integral<Bare>)
      put(path, Value(narrow<Index>(value)));
    else if constexpr (std::floating_point<Bare>)
      put(path, Value(static_cast<double>(value)));
    else if constexpr (std::convertible_to<T, std::string_view>)
      put(path, Value(std::string(std::string_view(value))));
    else
      put(path, Value(std::forward<T>(value)));
  }

  const Entries& entries() const noexcept { return entries_; }
  const Value* find(std::string_view path) const noexcept;  ///< none where there is no such value

  /// JSON text in lines. Numbers read back as the same bits; what is not finite becomes null, as do bytes that are no
  /// UTF-8 U+FFFD.
  std::string json() const;

 private:
  void put(std::string_view path, Value value);
  Entries entries_;
};

}  // namespace mercer
