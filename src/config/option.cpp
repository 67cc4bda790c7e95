// Reading and showing the scalar types of options.
#include <mercer/base/text.hpp>
#include <mercer/config/option.hpp>
#include <mercer/config/scalar.hpp>

#include <charconv>
#include <cmath>

namespace mercer {
namespace {

bool is_limit(double bound) { return std::fabs(bound) < std::numeric_limits<double>::max(); }

/// Why `at` is no `kind` of number.
std::string not_a(std::string_view kind, const Node& at) {
  return fmt::format("expected {}, got {}{}", kind, described(at), at.is_quoted() ? "; leave out the quotes" : "");
}

std::string parse(const Node& at, double& value) {
  const bool is_plain = at.kind() == Node::Kind::scalar && !at.is_quoted();
  switch (is_plain ? read_number(at.text(), value) : NumberText::none) {
    case NumberText::valid:
      return "";
    case NumberText::beyond:
      return not_a("a finite number in the range of a double", at);
    case NumberText::none:
      break;
  }
  return not_a("a number", at);
}

/// Digits are read as such, so that all 64 bits count; anything else, such as 1e3, must be a whole number.
template <class Integer>
std::string parse(const Node& at, Integer& value) {
  double number = 0;
  if (!parse(at, number).empty() || number != std::trunc(number)) return not_a("an integer", at);
  const std::string_view text = std::string_view(at.text()).substr(at.text().starts_with('+') ? 1 : 0);
  Index whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  constexpr double end_of_index = 9223372036854775808.0;  // 2^63
  const bool is_written_out = end == text.data() + text.size();
  const bool fits = is_written_out ? error == std::errc() : -end_of_index <= number && number < end_of_index;
  if (fits && !is_written_out) whole = static_cast<Index>(number);
  if (!fits || !std::in_range<Integer>(whole)) {
    using Range = std::numeric_limits<Integer>;
    return fmt::format("expected an integer from {} to {}, got '{}'", Range::min(), Range::max(), at.text());
  }
  value = static_cast<Integer>(whole);
  return "";
}

}  // namespace

std::string limits_text(const Limits& limits) {
  const auto [least, most] = limits;
  const bool is_positive = least == positive.least;
  if (!is_limit(most)) return is_positive ? "positive" : is_limit(least) ? fmt::format("at least {}", least) : "";
  if (is_positive) return fmt::format("positive, at most {}", most);
  return is_limit(least) ? fmt::format("from {} to {}", least, most) : fmt::format("at most {}", most);
}

std::string Option<bool>::read(const Node& at, bool& value) {
  if (at.kind() != Node::Kind::scalar || at.is_quoted() || meaning(at.text()) != Meaning::truth)
    return not_a("true or false", at);
  value = at.text() == "true";
  return "";
}

template <class Number>
requires std::same_as<Number, double> || std::same_as<Number, Index> || std::same_as<Number, int>
void Option<Number>::read(const Node& at, std::string_view path, Number& value, const Limits& limits,
                          Complaints& complaints) {
  if (const std::string complaint = parse(at, value); !complaint.empty()) return complaints.add(at, path, complaint);
  const auto number = static_cast<double>(value);
  if (number >= limits.least && number <= limits.most) return;
  complaints.add(at, path,
                 fmt::format("expected {}, {}, got '{}'", std::same_as<Number, double> ? "a number" : "an integer",
                             limits_text(limits), at.text()));
}

template <class Number>
requires std::same_as<Number, double> || std::same_as<Number, Index> || std::same_as<Number, int> Node
Option<Number>::show(Number value) {
  if constexpr (!std::same_as<Number, double>)
    return Node::scalar(std::to_string(value));
  else {
    require(std::isfinite(value), Fault::internal,
            "an option cannot hold {}: use std::optional where there may be no number", value);
    return Node::scalar(number_text(value));
  }
}

template struct Option<double>;
template struct Option<Index>;
template struct Option<int>;

std::string Option<std::string>::read(const Node& at, std::string& value) {
  if (at.kind() != Node::Kind::scalar) return "expected text, got " + described(at);
  if (at.is_null()) return "expected text, got nothing; write '' for an empty text";
  value = at.text();
  return "";
}

std::string Option<std::filesystem::path>::read(const Node& at, std::filesystem::path& value) {
  if (at.kind() != Node::Kind::scalar || at.is_null() || at.text().empty())
    return "expected a path, got " + described(at);
  value = at.text();
  return "";
}

std::string Option<Node>::read(const Node& at, Node& value) {
  value = at;
  return "";
}

}  // namespace mercer
