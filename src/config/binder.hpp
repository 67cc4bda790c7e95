// Options are plain structs; one `describe(Binder&, Options&)` a struct serves reading, checking, tables and records.
#pragma once

#include <mercer/base/text.hpp>
#include <mercer/config/option.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mercer {

/// Visits the fields of an options struct. The caller decides whether that reads, records or tabulates them.
class Binder {
 public:
  /// What is known of a field besides its value.
  struct Slot {
    std::string_view name, meaning;
    std::string type;
    bool required = false;
    std::function<void(const Node& at, std::string_view path, Complaints&)> read;
    std::function<Node()> show;
  };
  virtual ~Binder() = default;

  /// `meaning` is one line for users, with unit and source of the default.
  template <class T>
  void field(std::string_view name, T& value, std::string_view meaning) {
    slot(slot_of(name, value, meaning, {}));
  }
  template <Limited T>
  void field(std::string_view name, T& value, std::string_view meaning, Limits limits) {
    slot(slot_of(name, value, meaning, limits));
  }
  /// A field that a case must give.
  template <class T>
  void required(std::string_view name, T& value, std::string_view meaning) {
    slot(mandatory(slot_of(name, value, meaning, {})));
  }
  template <Limited T>
  void required(std::string_view name, T& value, std::string_view meaning, Limits limits) {
    slot(mandatory(slot_of(name, value, meaning, limits)));
  }
  /// One of a few words.
  template <class E>
  void choice(std::string_view name, E& value, std::initializer_list<std::pair<const char*, E>> words,
              std::string_view meaning);
  /// A struct inside a struct.
  template <class Options>
  void section(std::string_view name, Options& options, std::string_view meaning) {
    open(name, meaning);
    describe(*this, options);
    close();
  }

 private:
  virtual void slot(const Slot& slot) = 0;
  virtual void open(std::string_view name, std::string_view meaning) = 0;
  virtual void close() = 0;

  static Slot mandatory(Slot slot) {
    slot.required = true;
    return slot;
  }
  template <class T>
  static Slot slot_of(std::string_view name, T& value, std::string_view meaning, Limits limits) {
    const std::string range = limits_text(limits);
    return {.name = name,
            .meaning = meaning,
            .type = Option<T>::type() + (range.empty() ? "" : ", " + range),
            .read = [&value, limits](const Node& at, std::string_view path,
                                     Complaints& complaints) { read_option(at, path, value, limits, complaints); },
            .show = [&value] { return Option<T>::show(value); }};
  }
};

/// Position among `words` of the one that stands at `at`, or -1 and a complaint with the nearest of them.
int read_choice(const Node& at, std::string_view path, const std::vector<std::string>& words, Complaints& complaints);

template <class E>
void Binder::choice(std::string_view name, E& value, std::initializer_list<std::pair<const char*, E>> words,
                    std::string_view meaning) {
  std::vector<std::string> texts;
  std::vector<E> values;
  for (const auto& [word, meant] : words) texts.emplace_back(word), values.push_back(meant);
  slot({.name = name,
        .meaning = meaning,
        .type = join(texts, " or "),
        .read =
            [&](const Node& at, std::string_view path, Complaints& complaints) {
              const int found = read_choice(at, path, texts, complaints);
              if (found >= 0) value = values[static_cast<std::size_t>(found)];
            },
        .show =
            [&] {
              for (std::size_t i = 0; i < values.size(); ++i)
                if (values[i] == value) return Node::quoted(texts[i]);
              fail(Fault::internal, "the option '{}' holds a value that no word stands for", name);
            }});
}

}  // namespace mercer
