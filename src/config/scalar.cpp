// Scalars by std::from_chars, which knows no locale.
#include <mercer/config/scalar.hpp>

#include <charconv>
#include <cmath>
#include <system_error>

namespace mercer {

NumberText read_number(std::string_view text, double& value) noexcept {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return NumberText::none;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return NumberText::none;
  if (error != std::errc() || !std::isfinite(number)) return NumberText::beyond;
  value = number;
  return NumberText::valid;
}

Meaning meaning(std::string_view plain) noexcept {
  if (plain.empty() || plain == "~" || plain == "null") return Meaning::null;
  if (plain == "true" || plain == "false") return Meaning::truth;
  double value = 0;
  return read_number(plain, value) == NumberText::none ? Meaning::text : Meaning::number;
}

}  // namespace mercer
