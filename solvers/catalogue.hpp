// Named factories of one kind of thing, each with what is known of the thing without making one.
#pragma once

#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

template <class Thing>
struct Entry {
  std::string name, summary, plugin;
  std::string options;  ///< Markdown table
  /// A thing with the options at a node, which `path` names; what is wrong with them goes to the complaints.
  std::function<std::shared_ptr<Thing>(const Node&, std::string_view path, Complaints&)> make;
  std::function<Node(const Node&)> complete;  ///< the options at a node with every default written out
};

/// An entry whose things are made from `Options` by `make(options)`.
template <class Options, class E, class Make>
E entry_of(E entry, Make make) {
  entry.options = options_table<Options>();
  entry.make = [make](const Node& at, std::string_view path, Complaints& complaints) {
    Options options;
    read_options(at, path, options, complaints);
    return make(options);
  };
  entry.complete = [](const Node& at) {
    Options options;
    Complaints complaints;
    read_options(at, "options", options, complaints);
    return record_options(options);
  };
  return entry;
}

/// `E` is an Entry. `kind` is the word for its things, such as "solver".
template <class E>
class Catalogue {
 public:
  explicit Catalogue(std::string kind) : kind_(std::move(kind)) {}
  const std::map<std::string, E>& entries() const noexcept { return entries_; }
  bool has(const std::string& name) const { return entries_.contains(name); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& [name, entry] : entries_) found.push_back(name);
    return found;
  }
  /// Throws Fault::unavailable, with the nearest name, where there is none.
  const E& at(const std::string& name) const {
    require(has(name), Fault::unavailable, "there is no {} '{}'{}", kind_, name, suggestion(name, names()));
    return entries_.at(name);
  }
  /// Throws Fault::refused for a name that is taken.
  void insert(E entry) {
    const auto [place, is_new] = entries_.try_emplace(entry.name, entry);
    require(is_new, Fault::refused, "plugin '{}' brings a {} '{}', but plugin '{}' has brought one of that name",
            entry.plugin, kind_, entry.name, place->second.plugin);
  }

 private:
  std::string kind_;
  std::map<std::string, E> entries_;
};

}  // namespace mercer
