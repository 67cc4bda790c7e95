// Records as aligned lines.
#include <mercer/solvers/driver/print.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <variant>

namespace mercer::driver {
namespace {

std::string value_text(const Record::Value& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        using T = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<T, Record> || std::is_same_v<T, std::vector<Record>>)
          return {};
        else if constexpr (std::is_same_v<T, std::vector<double>>)
          return fmt::format("{:.6g}", fmt::join(held, ", "));
        else if constexpr (std::is_same_v<T, double>)
          return fmt::format("{:.6g}", held);
        else if constexpr (std::is_same_v<T, bool>)
          return held ? "yes" : "no";
        else
          return fmt::format("{}", held);
      },
      value);
}

void add_lines(const Record& record, const std::string& prefix,
               std::vector<std::pair<std::string, std::string>>& lines) {
  for (const auto& [name, value] : record.entries()) {
    if (const Record* nested = std::get_if<Record>(&value))
      add_lines(*nested, prefix + name + ".", lines);
    else if (const auto* list = std::get_if<std::vector<Record>>(&value))
      for (std::size_t i = 0; i < list->size(); ++i)
        add_lines((*list)[i], fmt::format("{}{}.{}.", prefix, name, i), lines);
    else
      lines.emplace_back(prefix + name, value_text(value));
  }
}

}  // namespace

std::string record_text(const Record& record) {
  std::vector<std::pair<std::string, std::string>> lines;
  add_lines(record, "", lines);
  std::size_t width = 0;
  for (const auto& [name, value] : lines) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : lines) text += fmt::format("{:<{}}  {}\n", name, width, value);
  return text;
}

void print(const Comm& comm, const std::string& text) {
  together(comm, [&] {
    if (!comm.is_root()) return;
    const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    require(is_written || errno == EPIPE, Fault::io, "standard output could not be written: {}", std::strerror(errno));
  });
}

std::string plain_name(std::string name) {
  std::replace(name.begin(), name.end(), '.', ':');
  return name;
}

}  // namespace mercer::driver
