// Widths, alignment and escapes of tables.
#include <mercer/base/error.hpp>
#include <mercer/base/table.hpp>

#include <algorithm>
#include <charconv>

namespace mercer {
namespace {

/// Characters, not bytes, of UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Table::Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

void Table::add(std::vector<std::string> row) {
  require(row.size() == rows_[0].size(), Fault::internal, "a table of {} columns got a row of {} cells",
          rows_[0].size(), row.size());
  for (std::string& cell : row) std::ranges::replace(cell, '\n', ' ');
  rows_.push_back(std::move(row));
}

std::string Table::text() const { return layout(rows_, false); }

std::string Table::markdown() const {
  std::vector<std::vector<std::string>> rows = rows_;
  for (std::vector<std::string>& row : rows)
    for (std::string& cell : row)
      for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2) cell.insert(at, 1, '\\');
  return layout(rows, true);
}

std::string Table::layout(const std::vector<std::vector<std::string>>& rows, bool is_markdown) const {
  const std::size_t columns = rows[0].size();
  std::vector<std::size_t> widths(columns, is_markdown ? 3 : 0);
  std::vector<bool> is_right(columns, rows.size() > 1);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      widths[c] = std::max(widths[c], width(rows[r][c]));
      if (r > 0 && !rows[r][c].empty() && !is_number(rows[r][c])) is_right[c] = false;
    }
  std::string out;
  const auto write_line = [&](const auto& cell) {
    std::string line = is_markdown ? "| " : "";
    for (std::size_t c = 0; c < columns; ++c) line += (c > 0 ? (is_markdown ? " | " : "  ") : "") + cell(c);
    if (is_markdown) line += " |";
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  for (std::size_t r = 0; r < rows.size(); ++r) {
    write_line([&](std::size_t c) {
      const std::string gap(widths[c] - width(rows[r][c]), ' ');
      return is_right[c] ? gap + rows[r][c] : rows[r][c] + gap;
    });
    if (r > 0) continue;
    write_line([&](std::size_t c) {
      std::string rule(widths[c], '-');
      if (is_markdown && is_right[c]) rule.back() = ':';
      return rule;
    });
  }
  return out;
}

}  // namespace mercer
