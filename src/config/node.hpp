// A case as a tree of what was written and where: YAML read once, overrides from the command line on top.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mercer {

inline constexpr std::size_t max_case_bytes = 1'000'000;
inline constexpr std::size_t max_case_depth = 100;

/// A scalar, list or map with its place in the text. A value: copies are independent.
class Node {
 public:
  enum class Kind { absent, scalar, list, map };

  Node() = default;                      ///< absent
  static Node scalar(std::string text);  ///< as if written without quotes
  static Node quoted(std::string text);  ///< text, even where it looks like a number
  static Node null() { return scalar({}); }
  static Node list(std::vector<Node> items);
  /// Absent values are left out. Throws Fault::internal for a key that comes twice.
  static Node map(std::vector<std::pair<std::string, Node>> entries);

  Kind kind() const noexcept { return kind_; }
  bool is_absent() const noexcept { return kind_ == Kind::absent; }
  bool is_null() const noexcept { return kind_ == Kind::scalar && !quoted_ && text_ == "null"; }
  /// Whether quotes make text of what would otherwise be a number, a truth value or null.
  bool is_quoted() const noexcept { return quoted_; }
  const std::string& text() const noexcept { return text_; }  ///< of a scalar; "null" for every way to write that
  const std::vector<Node>& items() const noexcept { return items_; }
  const std::vector<std::pair<std::string, Node>>& entries() const noexcept {
    return entries_;
  }                                                             ///< in the order written
  const Node& operator[](std::string_view key) const noexcept;  ///< an absent node where there is no such entry
  const std::string& where() const noexcept { return where_; }  ///< "case.yaml:3:5" or "--set options.tolerance"
  const std::string& key_where() const noexcept { return key_where_; }
  bool operator==(const Node& other) const;  ///< same values in the same order, wherever written

  /// Puts `value` at "a.b.c", making maps on the way; "a.0" is the first element of a list. Throws Fault::config where
  /// the path leads through a scalar or beyond the end of a list.
  void set(std::string_view path, Node value);
  /// Says that the whole tree was written at `where`.
  void place(const std::string& where);

 private:
  friend class TreeBuilder;
  Node& child(std::string_view name, std::string_view path, const std::string& where);
  Kind kind_ = Kind::absent;
  bool quoted_ = false;
  std::string text_, where_, key_where_;
  std::vector<Node> items_;
  std::vector<std::pair<std::string, Node>> entries_;
};

/// What was found wrong while reading; all of it is told at once.
class Complaints {
 public:
  /// "case.yaml:3:5: options.tolerance: text"; place and path are left out where they are empty.
  void add(std::string_view where, std::string_view path, std::string_view text);
  void add(const Node& at, std::string_view path, std::string_view text) { add(at.where(), path, text); }
  bool empty() const noexcept { return lines_.empty(); }
  const std::vector<std::string>& lines() const noexcept { return lines_; }
  void raise() const;  ///< throws Fault::config with every line (of thousands, the first ones) where there is any

 private:
  std::vector<std::string> lines_;
};

/// "options" and "tolerance" make "options.tolerance".
std::string joined_path(std::string_view path, std::string_view name);

/// What stands there, for a complaint: "'abc'", "a list", "nothing".
std::string described(const Node& node);

/// The tree of `text`, which `file` names in complaints; an empty text is an empty map. Booleans are `true` and `false`
/// alone, numbers are decimal. Throws Fault::config with line and column for text that is no YAML or no UTF-8, for
/// duplicate keys, anchors, aliases, merge keys, tags, a second document, and for more than `max_case_bytes` or
/// `max_case_depth`.
Node parse_yaml(const std::string& text, const std::string& file);
/// The same for a value inside a case, which is null where the text is empty.
Node parse_value(const std::string& text, const std::string& file);

/// "path=value" of --set, the value being YAML. Throws Fault::usage for other text, Fault::config for a path or a value
/// that does not fit.
void apply_override(Node& root, std::string_view assignment);

/// YAML text that reads back as an equal tree; equal trees give equal texts.
std::string to_yaml(const Node& node);
std::string to_yaml_line(const Node& node);  ///< the same on one line, without a line end

}  // namespace mercer
