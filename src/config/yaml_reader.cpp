// YAML text to a tree with the place of every node, from the events of yaml-cpp; what a case does not need of YAML is
// refused.
#include <mercer/base/error.hpp>
#include <mercer/config/node.hpp>

#include <sstream>
#include <unordered_map>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace mercer {

/// Builds the tree bottom up; problems are collected and the tree goes on as if they were not there.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, Complaints& complaints) : file_(std::move(file)), complaints_(complaints) {}

  std::string place(const YAML::Mark& mark) const {
    return fmt::format("{}:{}:{}", file_, mark.line + 1, mark.column + 1);
  }
  Node root() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) complain(mark, "expected one document, got another one here");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    finish(placed(Node::null(), mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(mark, "aliases are not taken; write the value out");
    finish(placed(Node::null(), mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_extras(mark, tag, anchor);
    finish(placed(tag == "!" ? Node::quoted(text) : Node::scalar(text), mark));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::list({}), mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::map({}), mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  /// A list or map whose end is still to come.
  struct Open {
    Node node;
    bool has_key = false;
    std::string key, key_where;
    std::unordered_map<std::string, std::string> keys;  ///< and the places of all keys so far
  };

  void complain(const YAML::Mark& mark, std::string_view text) { complaints_.add(place(mark), "", text); }

  void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) complain(mark, "anchors are not taken; write the value out where it is used");
    // yaml-cpp gives "?" to what is plain and "!" to what is quoted.
    if (!tag.empty() && tag != "?" && tag != "!") complain(mark, fmt::format("tags are not taken, got '{}'", tag));
  }

  Node placed(Node node, const YAML::Mark& mark) const {
    node.where_ = place(mark);
    return node;
  }

  void open(Node node, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    require(open_.size() < max_case_depth, Fault::config,
            "{}: expected at most {} lists and maps inside one another, got more", place(mark), max_case_depth);
    refuse_extras(mark, tag, anchor);
    open_.emplace_back().node = placed(std::move(node), mark);
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    finish(std::move(node));
  }

  void finish(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind_ == Node::Kind::list) {
      parent.node.items_.push_back(std::move(node));
    } else if (!std::exchange(parent.has_key, !parent.has_key)) {
      take_key(parent, node);
    } else {
      node.key_where_ = parent.key_where;
      const auto [known, is_new] = parent.keys.emplace(parent.key, parent.key_where);
      if (is_new)
        parent.node.entries_.emplace_back(parent.key, std::move(node));
      else
        complaints_.add(parent.key_where, "",
                        fmt::format("the key '{}' is there already, at {}", parent.key, known->second));
    }
  }

  void take_key(Open& parent, const Node& key) {
    parent.key = key.text();
    parent.key_where = key.where();
    if (key.kind() != Node::Kind::scalar || key.is_null())
      complaints_.add(key, "", fmt::format("expected text as a key, got {}", described(key)));
    if (key.text() == "<<") complaints_.add(key, "", "merge keys are not taken; write the entries out");
  }

  std::string file_;
  Complaints& complaints_;
  std::vector<Open> open_;
  Node root_;
  int documents_ = 0;
};

namespace {

/// Length of the well-formed UTF-8 character at the start of `text`, 0 where there is none (Unicode 15, table 3-7).
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0, surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90, beyond = first == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// yaml-cpp ends silently at some control characters and replaces what is no UTF-8.
void check_characters(std::string_view text, const std::string& file) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < text.size(); ++column) {
    const unsigned char first = static_cast<unsigned char>(text[i]);
    const std::size_t length = character(text.substr(i));
    const bool control = (first < 0x20 && first != '\t' && first != '\n' && first != '\r') || first == 0x7F;
    require(length > 0 && !control, Fault::config, "{}:{}:{}: expected text in UTF-8, got the byte 0x{:02x}", file,
            line, column, first);
    if (first == '\n') ++line, column = 0;
    i += length;
  }
}

}  // namespace

Node parse_value(const std::string& text, const std::string& file) {
  require(text.size() <= max_case_bytes, Fault::config, "{}: expected at most {} bytes, got {}", file, max_case_bytes,
          text.size());
  check_characters(text, file);
  Complaints complaints;
  TreeBuilder builder(file, complaints);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    complaints.add(builder.place(error.mark), "", error.msg);
  }
  complaints.raise();
  Node root = std::move(builder).root();
  return root.is_absent() ? Node::null() : root;
}

Node parse_yaml(const std::string& text, const std::string& file) {
  Node root = parse_value(text, file);
  if (!root.is_null()) return root;
  Node empty = Node::map({});
  empty.place(file + ":1:1");
  return empty;
}

}  // namespace mercer
