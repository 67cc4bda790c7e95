// How values stand in a case: reading, showing and naming the types of options. Specialise Option for types of your
// own.
#pragma once

#include <mercer/base/index.hpp>
#include <mercer/config/node.hpp>

#include <concepts>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mercer {

/// Closed range of valid numbers.
struct Limits {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};
inline constexpr Limits positive{std::numeric_limits<double>::min(), std::numeric_limits<double>::max()};

/// How values of type T stand in a case. A specialisation gives
/// `static std::string type()`, what a user is told to write;
/// `static Node show(const T&)`, which `read` takes back;
/// `static std::string read(const Node&, T&)`, which gives a complaint or "", or, where several places inside may be
/// wrong, `static void read(const Node&, std::string_view path, T&, Complaints&)`. `read` never sees an absent node;
/// what it leaves in the value beside a complaint does not matter.
template <class T>
struct Option;

/// Types whose numbers Limits apply to; they read by `read(const Node&, std::string_view path, T&, const Limits&,
/// Complaints&)`.
template <class T>
concept Limited = requires(const Node& at, std::string_view path, T& value, const Limits& limits,
                           Complaints& complaints) {
  requires Option<T>::limited;
  Option<T>::read(at, path, value, limits, complaints);
};

/// Reads by whichever form Option<T> has.
template <class T>
void read_option(const Node& at, std::string_view path, T& value, const Limits& limits, Complaints& complaints) {
  if constexpr (requires { Option<T>::read(at, path, value, limits, complaints); }) {
    Option<T>::read(at, path, value, limits, complaints);
  } else if constexpr (requires { Option<T>::read(at, path, value, complaints); }) {
    Option<T>::read(at, path, value, complaints);
  } else if (const std::string complaint = Option<T>::read(at, value); !complaint.empty()) {
    complaints.add(at, path, complaint);
  }
}

/// "positive", "at least 1", "from 0 to 1", or nothing.
std::string limits_text(const Limits& limits);

template <>
struct Option<bool> {
  static std::string type() { return "true or false"; }
  static std::string read(const Node& at, bool& value);
  static Node show(bool value) { return Node::scalar(value ? "true" : "false"); }
};

template <class Number>
requires std::same_as<Number, double> || std::same_as<Number, Index> || std::same_as<Number, int>
struct Option<Number> {
  static constexpr bool limited = true;
  static std::string type() { return std::same_as<Number, double> ? "number" : "integer"; }
  static void read(const Node& at, std::string_view path, Number& value, const Limits& limits, Complaints& complaints);
  static Node show(Number value);  ///< throws Fault::internal for what is not finite, since `read` refuses it
};

template <>
struct Option<std::string> {
  static std::string type() { return "text"; }
  static std::string read(const Node& at, std::string& value);
  static Node show(const std::string& value) { return Node::quoted(value); }
};

template <>
struct Option<std::filesystem::path> {
  static std::string type() { return "path"; }
  static std::string read(const Node& at, std::filesystem::path& value);
  static Node show(const std::filesystem::path& value) { return Node::quoted(value.string()); }
};

/// Whatever stands there.
template <>
struct Option<Node> {
  static std::string type() { return "anything"; }
  static std::string read(const Node& at, Node& value);
  static Node show(const Node& value) { return value.is_absent() ? Node::null() : value; }
};

template <class T>
struct Option<std::vector<T>> {
  static constexpr bool limited = Limited<T>;
  static std::string type() { return "list of " + Option<T>::type(); }
  static void read(const Node& at, std::string_view path, std::vector<T>& value, const Limits& limits,
                   Complaints& complaints) {
    if (at.kind() != Node::Kind::list) return complaints.add(at, path, "expected a list, got " + described(at));
    value.clear();
    for (const Node& item : at.items()) {
      T element{};
      read_option(item, joined_path(path, std::to_string(value.size())), element, limits, complaints);
      value.push_back(std::move(element));
    }
  }
  static Node show(const std::vector<T>& value) {
    std::vector<Node> items;
    for (const auto& element : value) items.push_back(Option<T>::show(element));
    return Node::list(std::move(items));
  }
};

template <class T>
struct Option<std::optional<T>> {
  static constexpr bool limited = Limited<T>;
  static std::string type() { return Option<T>::type() + " or null"; }
  static void read(const Node& at, std::string_view path, std::optional<T>& value, const Limits& limits,
                   Complaints& complaints) {
    if (at.is_null()) return value.reset();
    read_option(at, path, value.emplace(), limits, complaints);
  }
  static Node show(const std::optional<T>& value) { return value ? Option<T>::show(*value) : Node::null(); }
};

template <class T>
struct Option<std::map<std::string, T>> {
  static constexpr bool limited = Limited<T>;
  static std::string type() { return "map of " + Option<T>::type(); }
  static void read(const Node& at, std::string_view path, std::map<std::string, T>& value, const Limits& limits,
                   Complaints& complaints) {
    if (at.kind() != Node::Kind::map) return complaints.add(at, path, "expected a map, got " + described(at));
    value.clear();
    for (const auto& [key, item] : at.entries())
      read_option(item, joined_path(path, key), value[key], limits, complaints);
  }
  static Node show(const std::map<std::string, T>& value) {
    std::vector<std::pair<std::string, Node>> entries;
    for (const auto& [key, element] : value) entries.emplace_back(key, Option<T>::show(element));
    return Node::map(std::move(entries));
  }
};

}  // namespace mercer
