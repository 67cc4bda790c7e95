// A case as a tree of what was written and where: YAML read once, overrides from the command line on top.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mercer {

/// A scalar, list or map with its place in the text. A value: copies are independent.
class Node {
 public:
  enum class Kind { absent, scalar, list, map };

  Node() = default;  ///< absent
  static Node scalar(std::string text);
  static Node list(std::vector<Node> items);
  static Node map(std::vector<std::pair<std::string, Node>> entries);

  Kind kind() const noexcept { return kind_; }
  bool is_absent() const noexcept { return kind_ == Kind::absent; }
  const std::string& text() const noexcept { return text_; }  ///< of a scalar
  const std::vector<Node>& items() const noexcept { return items_; }
  const std::vector<std::pair<std::string, Node>>& entries() const noexcept { return entries_; }  ///< in the order written
  const Node& operator[](std::string_view key) const noexcept;  ///< an absent node where there is no such entry
  const std::string& where() const noexcept { return where_; }  ///< "case.yaml:3:5" or "--set options.tolerance"
  const std::string& key_where() const noexcept { return key_where_; }

  /// Puts `value` at "a.b.c", making maps on the way.
  void set(std::string_view path, Node value);

 private:
  friend Node parse_yaml(const std::string& text, const std::string& file);
  Kind kind_ = Kind::absent;
  std::string text_, where_, key_where_;
  std::vector<Node> items_;
  std::vector<std::pair<std::string, Node>> entries_;
};

/// What was found wrong while reading; all of it is told at once.
class Complaints {
 public:
  void add(const Node& at, std::string_view path, std::string_view text);  ///< "case.yaml:3:5: options.tolerance: text"
  bool empty() const noexcept { return lines_.empty(); }
  void raise() const;  ///< throws Fault::config with every line where there is any

 private:
  std::vector<std::string> lines_;
};

/// Throws Fault::config with line and column for text that is no YAML, for duplicate keys, aliases and tags that we do not take.
Node parse_yaml(const std::string& text, const std::string& file);

/// "path=value" of --set, the value being YAML.
void apply_override(Node& root, std::string_view assignment);

/// YAML text that reads back as the same tree.
std::string to_yaml(const Node& node);

}  // namespace mercer
