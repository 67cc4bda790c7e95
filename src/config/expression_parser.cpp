// The grammar of formulas: a parser by recursive descent whose depth is bounded and whose complaints show the place in
// the text.
#include <mercer/base/text.hpp>
#include <mercer/config/expression_parser.hpp>

#include <algorithm>
#include <charconv>
#include <numbers>

namespace mercer {

namespace {

constexpr std::size_t max_length = 65536, max_nesting = 200, max_shown = 40;

constexpr std::array<std::pair<std::string_view, double>, 2> constants{
    {{"pi", std::numbers::pi}, {"e", std::numbers::e}}};

// Of ASCII only, whatever the locale.
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_printable(char c) noexcept { return c >= ' ' && c <= '~'; }

const Function* function_named(std::string_view name) noexcept {
  const auto found =
      std::find_if(functions.begin(), functions.end(), [&](const Function& f) { return f.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

const double* constant_named(std::string_view name) noexcept {
  const auto found = std::find_if(constants.begin(), constants.end(), [&](const auto& c) { return c.first == name; });
  return found == constants.end() ? nullptr : &found->second;
}

std::string shortened(std::string_view word) {
  return word.size() <= max_shown ? std::string(word) : std::string(word.substr(0, max_shown)) + "...";
}

/// The text around `place` on one line and a caret below it.
std::string excerpt(std::string_view text, std::size_t place) {
  const std::size_t begin = place > max_shown ? place - max_shown : 0;
  std::string line(text.substr(begin, 2 * max_shown));
  for (char& c : line)
    if (!is_printable(c)) c = is_space(c) ? ' ' : '?';
  const std::string_view before = begin > 0 ? "..." : "", after = begin + line.size() < text.size() ? "..." : "";
  return fmt::format("\n  {}{}{}\n  {}^", before, line, after, std::string(before.size() + place - begin, ' '));
}

class Parser {
 public:
  Parser(FormulaBuilder& builder, std::string_view text, const Explain& explain)
      : builder_(builder), text_(text), explain_(explain) {}

  NodeId whole(Grammar grammar) {
    require(text_.size() <= max_length, Fault::config, "a formula has at most {} characters, not {}", max_length,
            text_.size());
    NodeId root = sum();
    if (grammar == Grammar::equation) {
      if (!take('=')) complain(at_, "expected '=' and the other side of the equation, not " + found());
      const std::size_t equals = at_ - 1;
      root = make(Op::subtract, root, sum(), equals);
    }
    if (peek() != '\0' || at_ < text_.size())
      complain(at_, "expected an operator (+ - * / ^) or the end, not " + found());
    return root;
  }

 private:
  [[noreturn]] void complain(std::size_t place, const std::string& text) const {
    fail(Fault::config, "column {} of the formula: {}{}", place + 1, text, excerpt(text_, place));
  }

  /// The next character that is no space; NUL at the end.
  char peek() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) noexcept {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string found() const {
    if (at_ >= text_.size()) return "the end";
    const char c = text_[at_];
    if (!is_printable(c))
      return fmt::format("the byte 0x{:02x}, which is no ASCII character of a formula", static_cast<unsigned char>(c));
    return is_letter(c) || is_digit(c) ? fmt::format("'{}'", shortened(word_at(at_))) : fmt::format("'{}'", c);
  }
  std::string_view word_at(std::size_t begin) const noexcept {
    std::size_t end = begin;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    return text_.substr(begin, end - begin);
  }

  NodeId make(Op op, NodeId a, NodeId b, std::size_t place) {
    if (op == Op::divide && builder_.is_constant(b, 0)) complain(place, "expected a divisor other than zero");
    if (builder_.is_constant(a) && (operands(op) == 1 || builder_.is_constant(b))) {
      const double value = apply(op, builder_[a].value, builder_[b].value);
      if (!std::isfinite(value))
        complain(place, fmt::format("expected a finite number, but this constant part is {}", value));
    }
    return builder_.make(op, a, b);
  }

  NodeId sum() {
    NodeId left = product();
    for (char c; (c = peek()) == '+' || c == '-';) {
      const std::size_t place = at_++;
      left = make(c == '+' ? Op::add : Op::subtract, left, product(), place);
    }
    return left;
  }

  NodeId product() {
    NodeId left = factor();
    for (char c; (c = peek()) == '*' || c == '/';) {
      const std::size_t place = at_++;
      left = make(c == '*' ? Op::multiply : Op::divide, left, factor(), place);
    }
    return left;
  }

  /// A power with its signs. Every nested part passes here, which bounds the depth.
  NodeId factor() {
    const char c = peek();
    if (++depth_ > max_nesting) complain(at_, fmt::format("expected at most {} levels of nesting", max_nesting));
    NodeId result;
    if (c == '+' || c == '-') {
      const std::size_t place = at_++;
      const NodeId operand = factor();
      result = c == '+' ? operand : make(Op::negate, operand, 0, place);
    } else {
      result = atom();
      if (take('^')) {
        const std::size_t place = at_ - 1;
        result = make(Op::power, result, factor(), place);
      }
    }
    --depth_;
    return result;
  }

  NodeId atom() {
    const char c = peek();
    const std::size_t begin = at_;
    if (is_digit(c) || c == '.') return number();
    if (is_letter(c)) return name();
    if (!take('(')) complain(begin, "expected a number, a name or '(', not " + found());
    const NodeId inside = sum();
    if (!take(')')) complain(at_, fmt::format("expected ')' for the '(' in column {}, not {}", begin + 1, found()));
    return inside;
  }

  NodeId number() {
    double value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value, std::chars_format::general);
    if (error == std::errc::invalid_argument) complain(at_, "expected a number, not " + found());
    if (error != std::errc()) complain(at_, "expected a number within the range of double precision");
    at_ += static_cast<std::size_t>(end - begin);
    return builder_.constant(value);
  }

  NodeId name() {
    const std::string_view word = word_at(at_);
    const std::size_t place = at_;
    at_ += word.size();
    if (const Function* function = function_named(word)) return call(*function, place);
    const std::vector<std::string>& symbols = builder_.symbols();
    const auto symbol = std::find(symbols.begin(), symbols.end(), word);
    if (symbol != symbols.end()) return builder_.symbol(static_cast<NodeId>(symbol - symbols.begin()));
    if (const double* value = constant_named(word)) return builder_.constant(*value);
    complain(place, unknown(word));
  }

  NodeId call(const Function& function, std::size_t place) {
    if (!take('(')) complain(at_, fmt::format("expected '(' after the function '{}', not {}", function.name, found()));
    const NodeId first = sum();
    NodeId second = 0;
    if (function.operands == 2) {
      if (!take(','))
        complain(at_, fmt::format("expected ',' and a second argument of '{}', not {}", function.name, found()));
      second = sum();
    }
    if (!take(')')) {
      const char* count = function.operands == 2 ? "two arguments" : "one argument";
      complain(at_, fmt::format("expected ')' after the {} of '{}', not {}", count, function.name, found()));
    }
    return make(function.op, first, second, place);
  }

  std::string unknown(std::string_view word) const {
    if (explain_)
      if (std::string words = explain_(word); !words.empty()) return words;
    if (word.size() > max_shown) return fmt::format("unknown name '{}'", shortened(word));
    std::vector<std::string> names = builder_.symbols();
    for (const auto& [name, value] : constants) names.emplace_back(name);
    for (const Function& function : functions) names.emplace_back(function.name);
    return fmt::format("unknown name '{}'{}", word, suggestion(word, names));
  }

  FormulaBuilder& builder_;
  std::string_view text_;
  const Explain& explain_;
  std::size_t at_ = 0, depth_ = 0;
};

}  // namespace

NodeId parse_terms(FormulaBuilder& builder, std::string_view text, Grammar grammar, const Explain& explain) {
  return Parser(builder, text, explain).whole(grammar);
}

void check_symbols(std::span<const std::string> symbols) {
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const std::string& name = symbols[i];
    const bool is_name = !name.empty() && is_letter(name[0]) &&
                         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
    require(is_name, Fault::config, "a symbol of formulas is letters, digits and '_', not '{}'; rename it",
            shortened(name));
    require(!function_named(name) && !constant_named(name), Fault::config,
            "the name '{}' is taken by a function or constant of formulas; rename the symbol", name);
    require(std::find(symbols.begin(), symbols.begin() + static_cast<std::ptrdiff_t>(i), name) ==
                symbols.begin() + static_cast<std::ptrdiff_t>(i),
            Fault::config, "the symbol '{}' is given twice; rename one", name);
  }
}

}  // namespace mercer
