// The binders behind reading, recording and tabulating options.
#include <mercer/base/table.hpp>
#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>

#include <algorithm>

namespace mercer {
namespace {

class Reader final : public Binder {
 public:
  Reader(const Node& at, std::string_view path, Complaints& complaints) : complaints_(complaints) {
    enter(&at, at.where(), path);
  }

  /// Complains of what nobody asked for in the innermost section, and leaves it.
  void close() override {
    const Level& level = levels_.back();
    if (level.at != nullptr) {
      for (const auto& [key, value] : level.at->entries())
        if (std::ranges::find(level.names, key) == level.names.end())
          complaints_.add(value.key_where(), joined_path(level.path, key),
                          fmt::format("there is no option '{}'{}", key, suggestion(key, level.names)));
    }
    levels_.pop_back();
  }

 private:
  struct Level {
    const Node* at;  ///< none where something else stands for the map: that is said once, and nothing more
    std::string where, path;
    std::vector<std::string> names;
  };

  void slot(const Slot& slot) override {
    const Level& level = remember(slot.name);
    if (level.at == nullptr) return;
    const Node& value = (*level.at)[slot.name];
    const std::string path = joined_path(level.path, slot.name);
    if (!value.is_absent())
      slot.read(value, path, complaints_);
    else if (slot.required)
      complaints_.add(level.where, path, fmt::format("is missing; expected {} ({})", slot.type, slot.meaning));
  }

  void open(std::string_view name, std::string_view) override {
    const Level& level = remember(name);
    const Node* inner = level.at == nullptr ? nullptr : &(*level.at)[name];
    const bool has_place = inner != nullptr && !inner->is_absent();
    enter(inner, has_place ? inner->where() : std::string(level.where), joined_path(level.path, name));
  }

  const Level& remember(std::string_view name) {
    Level& level = levels_.back();
    require(std::ranges::find(level.names, name) == level.names.end(), Fault::internal,
            "the option '{}' is described twice", joined_path(level.path, name));
    level.names.emplace_back(name);
    return level;
  }

  void enter(const Node* at, std::string where, std::string_view path) {
    if (at != nullptr && at->kind() != Node::Kind::map && !at->is_absent() && !at->is_null()) {
      complaints_.add(*at, path, fmt::format("expected a map of options, got {}", described(*at)));
      at = nullptr;
    }
    levels_.push_back({at, std::move(where), std::string(path), {}});
  }

  Complaints& complaints_;
  std::vector<Level> levels_;
};

class Recorder final : public Binder {
 public:
  Node root() { return Node::map(std::move(levels_.front().entries)); }

 private:
  struct Level {
    std::string name;
    std::vector<std::pair<std::string, Node>> entries;
  };
  void slot(const Slot& slot) override { levels_.back().entries.emplace_back(slot.name, slot.show()); }
  void open(std::string_view name, std::string_view) override { levels_.push_back({std::string(name), {}}); }
  void close() override {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    levels_.back().entries.emplace_back(level.name, Node::map(std::move(level.entries)));
  }

  std::vector<Level> levels_{1};
};

enum class Style { markdown, terminal };

class Tabulator final : public Binder {
 public:
  explicit Tabulator(Style style) : style_(style) {}
  const Table& table() const { return table_; }

 private:
  std::string code(std::string_view text) const {
    return style_ == Style::markdown && !text.empty() ? fmt::format("`{}`", text) : std::string(text);
  }
  void row(std::string_view name, const std::string& value, const std::string& type, std::string_view meaning) {
    table_.add({code(joined_path(path_, name)), value, type, std::string(meaning)});
  }
  void slot(const Slot& slot) override {
    row(slot.name, slot.required ? "required" : code(to_yaml_line(slot.show())), slot.type, slot.meaning);
  }
  void open(std::string_view name, std::string_view meaning) override {
    row(name, "", "section", meaning);
    path_ = joined_path(path_, name);
  }
  void close() override {
    const std::size_t point = path_.rfind('.');
    path_.resize(point == std::string::npos ? 0 : point);
  }

  Style style_;
  std::string path_;
  Table table_{{"option", "default", "type", "meaning"}};
};

Table tabulated(const Described& described, Style style) {
  Tabulator tabulator(style);
  described(tabulator);
  return tabulator.table();
}

}  // namespace

int read_choice(const Node& at, std::string_view path, const std::vector<std::string>& words, Complaints& complaints) {
  const auto found = at.kind() == Node::Kind::scalar ? std::ranges::find(words, at.text()) : words.end();
  if (found != words.end()) return static_cast<int>(found - words.begin());
  const std::string near = at.kind() == Node::Kind::scalar ? nearest(at.text(), words) : std::string();
  complaints.add(at, path,
                 fmt::format("expected {}, got {}{}", join(words, " or "), described(at),
                             near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  return -1;
}

void read_described(const Node& at, std::string_view path, const Described& described, Complaints& complaints) {
  Reader reader(at, path, complaints);
  described(reader);
  reader.close();
}

Node record_described(const Described& described) {
  Recorder recorder;
  described(recorder);
  return recorder.root();
}

std::string described_table(const Described& described) { return tabulated(described, Style::markdown).markdown(); }
std::string described_text(const Described& described) { return tabulated(described, Style::terminal).text(); }

}  // namespace mercer
