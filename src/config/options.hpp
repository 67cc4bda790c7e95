// What a described options struct is good for: reading it from a case, recording it, and telling users about it.
#pragma once

#include <mercer/config/binder.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace mercer {

/// A struct with its type forgotten: calls its `describe`.
using Described = std::function<void(Binder&)>;

void read_described(const Node& at, std::string_view path, const Described& described, Complaints& complaints);
Node record_described(const Described& described);
std::string described_table(const Described& described);
std::string described_text(const Described& described);

/// Fills `options` from the map at `at`, which `path` names; an absent one or null is an empty map. Adds a complaint
/// for each unknown key (with the nearest valid name), mistyped or out-of-range value and missing required option,
/// nested ones included.
template <class O>
void read_options(const Node& at, std::string_view path, O& options, Complaints& complaints) {
  read_described(
      at, path, [&](Binder& binder) { describe(binder, options); }, complaints);
}

/// Every value, defaults included; `read_options` takes it back.
template <class O>
Node record_options(const O& options) {
  O copy = options;
  return record_described([&](Binder& binder) { describe(binder, copy); });
}

/// Markdown table with the columns option, default, type and meaning; options of nested sections as `a.b`.
template <class O>
std::string options_table(const O& defaults = {}) {
  O copy = defaults;
  return described_table([&](Binder& binder) { describe(binder, copy); });
}

/// The same for terminals.
template <class O>
std::string options_text(const O& defaults = {}) {
  O copy = defaults;
  return described_text([&](Binder& binder) { describe(binder, copy); });
}

}  // namespace mercer
