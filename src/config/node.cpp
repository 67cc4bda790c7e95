// Trees of scalars, lists and maps: making, finding, overriding; and the list of what is wrong with them.
#include <mercer/base/error.hpp>
#include <mercer/base/text.hpp>
#include <mercer/config/node.hpp>
#include <mercer/config/scalar.hpp>

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace mercer {

Node Node::scalar(std::string text) {
  Node node;
  node.kind_ = Kind::scalar;
  node.text_ = meaning(text) == Meaning::null ? "null" : std::move(text);
  return node;
}

Node Node::quoted(std::string text) {
  Node node;
  node.kind_ = Kind::scalar;
  node.quoted_ = meaning(text) != Meaning::text;
  node.text_ = std::move(text);
  return node;
}

Node Node::list(std::vector<Node> items) {
  Node node;
  node.kind_ = Kind::list;
  node.items_ = std::move(items);
  return node;
}

Node Node::map(std::vector<std::pair<std::string, Node>> entries) {
  Node node;
  node.kind_ = Kind::map;
  std::erase_if(entries, [](const auto& entry) { return entry.second.is_absent(); });
  node.entries_ = std::move(entries);
  std::unordered_set<std::string_view> keys;
  for (const auto& [key, value] : node.entries_)
    require(keys.insert(key).second, Fault::internal, "the key '{}' comes twice in a map", key);
  return node;
}

const Node& Node::operator[](std::string_view key) const noexcept {
  static const Node absent;
  const auto found = std::ranges::find(entries_, key, &std::pair<std::string, Node>::first);
  return found == entries_.end() ? absent : found->second;
}

bool Node::operator==(const Node& other) const {
  return kind_ == other.kind_ && quoted_ == other.quoted_ && text_ == other.text_ && items_ == other.items_ &&
         entries_ == other.entries_;
}

Node& Node::child(std::string_view name, std::string_view path, const std::string& where) {
  if (kind_ == Kind::list) {
    std::size_t place = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
    require(error == std::errc() && end == name.data() + name.size() && place < items_.size(), Fault::config,
            "cannot set '{}': expected a position below {} in the list at {}, got '{}'", path, items_.size(), where_,
            name);
    return items_[place];
  }
  if (is_absent() || is_null()) {
    kind_ = Kind::map;
    text_.clear();
    where_ = where;
  }
  require(kind_ == Kind::map, Fault::config, "cannot set '{}': '{}' would be part of {} at {}", path, name,
          described(*this), where_);
  const auto found = std::ranges::find(entries_, name, &std::pair<std::string, Node>::first);
  if (found != entries_.end()) return found->second;
  Node& added = entries_.emplace_back(std::string(name), Node()).second;
  added.key_where_ = where;
  return added;
}

void Node::set(std::string_view path, Node value) {
  const std::vector<std::string> names = split(path, '.');
  require(names.size() <= max_case_depth, Fault::config, "cannot set a path of {} names: there may be {}", names.size(),
          max_case_depth);
  require(std::ranges::none_of(names, &std::string::empty), Fault::config,
          "expected names with single points between them, got '{}'", path);
  Node* at = this;
  for (const std::string& name : names) at = &at->child(name, path, value.where_);
  value.key_where_ = at->key_where_;
  *at = std::move(value);
}

void Node::place(const std::string& where) {
  where_ = key_where_ = where;
  for (Node& item : items_) item.place(where);
  for (auto& [key, value] : entries_) value.place(where);
}

void Complaints::add(std::string_view where, std::string_view path, std::string_view text) {
  std::string line;
  for (const std::string_view part : {where, path})
    if (!part.empty()) line.append(part).append(": ");
  lines_.push_back(line.append(text));
}

void Complaints::raise() const {
  constexpr std::size_t most = 100;
  if (empty()) return;
  std::string text = join(std::span(lines_).first(std::min(most, lines_.size())), "\n");
  if (lines_.size() > most) text += fmt::format("\nand {} more", lines_.size() - most);
  fail(Fault::config, "{}", text);
}

std::string joined_path(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::string described(const Node& node) {
  constexpr std::size_t most = 60;
  if (node.is_absent() || node.is_null()) return "nothing";
  if (node.kind() == Node::Kind::list) return "a list";
  if (node.kind() == Node::Kind::map) return "a map";
  const std::string& text = node.text();
  return fmt::format("{}'{}{}'", node.is_quoted() ? "the quoted text " : "", text.substr(0, most),
                     text.size() > most ? "..." : "");
}

void apply_override(Node& root, std::string_view assignment) {
  const std::size_t sign = assignment.find('=');
  require(sign != std::string_view::npos && sign > 0, Fault::usage, "expected --set path=value, got '{}'", assignment);
  const std::string path(trim(assignment.substr(0, sign)));
  const std::string where = "--set " + path, text(assignment.substr(sign + 1));
  Node value = parse_value(text, where);
  value.place(where);
  root.set(path, std::move(value));
}

}  // namespace mercer
