// From text to terms: the grammar of formulas and its complaints.
#pragma once

#include <mercer/config/expression_tree.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace mercer {

enum class Grammar {
  formula,   ///< `sum`
  equation,  ///< `sum = sum`, which gives the difference of the sides
};

/// What to say of a name that is none of the symbols, or nothing for the usual words.
using Explain = std::function<std::string(std::string_view)>;

/// The root of the formula in `text`; names are the symbols of `builder`. Throws Fault::config, the message showing the
/// place.
NodeId parse_terms(FormulaBuilder& builder, std::string_view text, Grammar grammar, const Explain& explain = {});

/// Throws Fault::config unless all are names (letters, digits, `_`) that formulas do not use themselves, each given
/// once.
void check_symbols(std::span<const std::string> symbols);

}  // namespace mercer
