// A tree to YAML text in one canonical form: maps as blocks, lists of scalars on one line, quotes only where a reader
// could err.
#include <mercer/config/node.hpp>
#include <mercer/config/scalar.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mercer {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether every reader, those of YAML 1.1 included, takes `text` without quotes as this text.
bool is_plain_text(std::string_view text) {
  constexpr std::string_view starts = "_/(", inner = "_/()+-*^. ";
  constexpr std::array<std::string_view, 9> words{"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  if (text.empty() || text.back() == ' ') return false;
  if (!is_letter(text[0]) && starts.find(text[0]) == std::string_view::npos) return false;
  const auto is_word = [&](std::string_view word) { return std::ranges::equal(text, word, {}, lower); };
  return std::ranges::none_of(words, is_word) && std::ranges::all_of(text, [&](char c) {
           return is_letter(c) || is_digit(c) || inner.find(c) != std::string_view::npos;
         });
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out.append({'\\', c});
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (code < 0x20 || code == 0x7F)
      out += fmt::format("\\x{:02x}", code);
    else
      out += c;
  }
  return out + '"';
}

std::string text_of(std::string_view text) { return is_plain_text(text) ? std::string(text) : in_quotes(text); }

std::string scalar_text(const Node& node) {
  if (node.is_quoted()) return in_quotes(node.text());
  return meaning(node.text()) == Meaning::text ? text_of(node.text()) : node.text();
}

/// Scalars, empty maps, and lists of nothing but scalars stand on one line.
bool is_short(const Node& node) {
  if (node.kind() == Node::Kind::map) return node.entries().empty();
  return std::ranges::all_of(node.items(), [](const Node& item) { return item.kind() == Node::Kind::scalar; });
}

/// The lines of a node that is not short, each indented by `indent`.
void write_block(const Node& node, std::size_t indent, std::string& out) {
  for (const auto& [key, value] : node.entries()) {
    out.append(indent, ' ').append(text_of(key)).append(":");
    if (is_short(value)) {
      out.append(" ").append(to_yaml_line(value)).append("\n");
    } else {
      out.append("\n");
      write_block(value, indent + 2, out);
    }
  }
  for (const Node& item : node.items()) {
    const std::size_t start = out.size();
    if (is_short(item))
      out.append(indent + 2, ' ').append(to_yaml_line(item)).append("\n");
    else
      write_block(item, indent + 2, out);
    out[start + indent] = '-';
  }
}

}  // namespace

std::string to_yaml_line(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::absent:
      return "";
    case Node::Kind::scalar:
      return scalar_text(node);
    case Node::Kind::list: {
      std::vector<std::string> items;
      for (const Node& item : node.items()) items.push_back(to_yaml_line(item));
      return fmt::format("[{}]", fmt::join(items, ", "));
    }
    case Node::Kind::map: {
      std::vector<std::string> entries;
      for (const auto& [key, value] : node.entries()) entries.push_back(text_of(key) + ": " + to_yaml_line(value));
      return fmt::format("{{{}}}", fmt::join(entries, ", "));
    }
  }
  return "";
}

std::string to_yaml(const Node& node) {
  if (is_short(node)) return to_yaml_line(node) + "\n";
  std::string out;
  write_block(node, 0, out);
  return out;
}

}  // namespace mercer
