// Named arrays, written to a group of a file and read back bit for bit on any number of ranks.
#pragma once

#include <mercer/io/file.hpp>

#include <span>
#include <string>
#include <variant>

namespace mercer {

/// One array of a state: its values are on every rank alike, or spread over the ranks.
struct StateArray {
  /// An array that every rank holds.
  template <class T>
  static StateArray everywhere(std::string name, View<T> values) {
    return {std::move(name), Part<T>{values.shape(), Slab::whole(values.shape()), values}, true};
  }
  /// An array of which this rank holds a part.
  template <class T>
  static StateArray spread(std::string name, const Part<T>& part) {
    return {std::move(name), part, false};
  }

  std::string name;
  std::variant<Part<float>, Part<double>, Part<Index>> part;
  bool on_every_rank = false;
};

/// @collective Writes the arrays as datasets of `group`.
void save_state(OutputFile& file, const std::string& group, std::span<const StateArray> arrays);

/// @collective Reads the arrays of `group` into the views. Throws Fault::data before any view is changed where a name
/// is missing, not asked for, or of another shape or type, and then tells all that is wrong.
void load_state(const InputFile& file, const std::string& group, std::span<const StateArray> arrays);

}  // namespace mercer
