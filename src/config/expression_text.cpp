// From terms back to text.
#include <mercer/config/expression_tree.hpp>

#include <algorithm>

namespace mercer {

namespace {

/// How tightly the outermost operation of a term holds its operands together; a negative number is a sign before a
/// number.
int binding(const Term& term) noexcept {
  switch (term.op) {
    case Op::add:
    case Op::subtract:
      return 1;
    case Op::multiply:
    case Op::divide:
      return 2;
    case Op::negate:
      return 3;
    case Op::power:
      return 4;
    case Op::constant:
      return term.value < 0 ? 3 : 5;
    default:
      return 5;
  }
}

/// Writes with a stack of its own: a chain of ten thousand terms is as deep as long.
class Writer {
 public:
  explicit Writer(const Expression::Tree& tree) : tree_(tree) {}

  std::string write() {
    push(static_cast<NodeId>(tree_.terms.size() - 1), 0);
    while (!open_.empty()) {
      const Piece piece = open_.back();
      open_.pop_back();
      if (piece.is_term)
        open(tree_.terms[piece.term]);
      else
        text_ += piece.text;
    }
    return text_;
  }

 private:
  struct Piece {
    bool is_term;
    NodeId term;
    std::string_view text;
  };
  // The stack gives back the last piece first, so pieces are pushed from the end of the text.
  void push(std::string_view text) { open_.push_back({false, 0, text}); }
  void push(NodeId term, int least_binding) {
    const bool in_parentheses = binding(tree_.terms[term]) < least_binding;
    if (in_parentheses) push(")");
    open_.push_back({true, term, {}});
    if (in_parentheses) push("(");
  }
  void push_binary(const Term& term, std::string_view sign, int left, int right) {
    push(term.b, right);
    push(sign);
    push(term.a, left);
  }
  void push_call(const Term& term) {
    const auto function =
        std::find_if(functions.begin(), functions.end(), [&](const Function& f) { return f.op == term.op; });
    push(")");
    if (function->operands == 2) {
      push(term.b, 0);
      push(", ");
    }
    push(term.a, 0);
    push("(");
    push(function->name);
  }

  void open(const Term& term) {
    switch (term.op) {
      case Op::constant:
        text_ += fmt::format("{}", term.value);
        break;  // shortest text that reads back
      case Op::symbol:
        text_ += tree_.symbols[term.a];
        break;
      case Op::add:
        push_binary(term, " + ", 1, 2);
        break;
      case Op::subtract:
        push_binary(term, " - ", 1, 2);
        break;
      case Op::multiply:
        push_binary(term, "*", 2, 3);
        break;
      case Op::divide:
        push_binary(term, "/", 2, 3);
        break;
      case Op::power:
        push_binary(term, "^", 5, 3);
        break;
      case Op::negate:
        push(term.a, 3);
        push("-");
        break;
      default:
        push_call(term);
    }
  }

  const Expression::Tree& tree_;
  std::vector<Piece> open_;
  std::string text_;
};

}  // namespace

std::string to_text(const Expression::Tree& tree) { return Writer(tree).write(); }

}  // namespace mercer
