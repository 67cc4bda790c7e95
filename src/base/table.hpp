// Tables of text, aligned for terminals or in Markdown; both layers that talk to users, config and report, print them.
#pragma once

#include <string>
#include <vector>

namespace mercer {

/// Rows of cells under a header. A column of nothing but numbers and empty cells is aligned right. Line ends in cells
/// become spaces.
class Table {
 public:
  explicit Table(std::vector<std::string> header);
  void add(std::vector<std::string> row);  ///< throws Fault::internal unless there is one cell a column
  std::string text() const;                ///< columns two spaces apart, a rule under the header
  std::string markdown() const;            ///< `|` in cells is escaped

 private:
  std::string layout(const std::vector<std::vector<std::string>>& rows, bool is_markdown) const;
  std::vector<std::vector<std::string>> rows_;  ///< the header first
};

}  // namespace mercer
