// Records by path, and as JSON.
#include <mercer/report/record.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mercer {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Record& record);

Json to_json(const Record::Value& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using Held = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::same_as<Held, Record>) {
          return to_json(held);
        } else if constexpr (std::same_as<Held, std::vector<Record>>) {
          Json list = Json::array();
          for (const Record& entry : held) list.push_back(to_json(entry));
          return list;
        } else {
          return held;
        }
      },
      value);
}

Json to_json(const Record& record) {
  Json out = Json::object();
  for (const auto& [name, value] : record.entries()) out[name] = to_json(value);
  return out;
}

/// First name of a path, and the rest.
std::pair<std::string_view, std::string_view> first_name(std::string_view path) {
  const std::size_t point = path.find('.');
  return {path.substr(0, point), point == std::string_view::npos ? std::string_view() : path.substr(point + 1)};
}

}  // namespace

void Record::put(std::string_view path, Value value) {
  const auto [name, rest] = first_name(path);
  require(!name.empty() && !path.ends_with('.'), Fault::internal, "expected the name of a result, got '{}'", path);
  auto at = std::ranges::find(entries_, name, &std::pair<std::string, Value>::first);
  if (at == entries_.end()) at = entries_.emplace(at, std::string(name), Record());
  if (rest.empty()) {
    at->second = std::move(value);
    return;
  }
  auto* inner = std::get_if<Record>(&at->second);
  require(inner != nullptr, Fault::internal, "the result '{}' holds a value and cannot hold '{}'", name, rest);
  inner->put(rest, std::move(value));
}

const Record::Value* Record::find(std::string_view path) const noexcept {
  const auto [name, rest] = first_name(path);
  const auto at = std::ranges::find(entries_, name, &std::pair<std::string, Value>::first);
  if (at == entries_.end() || path.ends_with('.')) return nullptr;
  if (rest.empty()) return &at->second;
  const auto* inner = std::get_if<Record>(&at->second);
  return inner == nullptr ? nullptr : inner->find(rest);
}

std::string Record::json() const { return to_json(*this).dump(2, ' ', false, Json::error_handler_t::replace); }

}  // namespace mercer
