// Small services on text: the nearest valid name for a mistyped one, sizes for people, joining, Markdown-safe cells.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// Number of single-letter edits, swaps of neighbours included, between `a` and `b` (Damerau-Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The entry of `names` nearest to `word`, or an empty text where none is near enough to be meant.
std::string nearest(std::string_view word, std::span<const std::string> names);

/// "; did you mean 'NAME'?", or the list of what there is, or nothing.
std::string suggestion(std::string_view word, std::span<const std::string> names);

std::string join(std::span<const std::string> parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text) noexcept;

/// "1.5 GB": powers of 1000, three digits.
std::string bytes_text(double bytes);

/// The shortest decimal text that reads back as the same double, always with a `.` or an exponent or a sign of
/// infinity.
std::string number_text(double value);

}  // namespace mercer
