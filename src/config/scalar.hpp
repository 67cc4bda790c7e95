// How the text of a scalar is understood: YAML 1.2 core without its capital, hexadecimal and infinite forms; the locale
// plays no part.
#pragma once

#include <string_view>

namespace mercer {

enum class Meaning { null, truth, number, text };

/// Of a scalar without quotes.
Meaning meaning(std::string_view plain) noexcept;

enum class NumberText {
  valid,
  none,    ///< not wholly a decimal number
  beyond,  ///< not finite, or outside the range of a double
};

/// Reads the whole of `text`; `value` is set where that is valid.
NumberText read_number(std::string_view text, double& value) noexcept;

}  // namespace mercer
