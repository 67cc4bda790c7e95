// The block `generate:` of a case: how many samples, what differs between them, and what is kept of each.
#pragma once

#include <mercer/config/options.hpp>
#include <mercer/config/parameter_design.hpp>
#include <mercer/gp/random_field.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mercer {

template <>
struct Option<RandomFieldOptions> {
  static std::string type() { return "random field"; }
  static void read(const Node& at, std::string_view path, RandomFieldOptions& value, Complaints& complaints) {
    read_options(at, path, value, complaints);
  }
  static Node show(const RandomFieldOptions& value) { return record_options(value); }
};

/// Names and sizes of parts of a dataset, in the order of the case.
struct Splits {
  std::vector<std::pair<std::string, Index>> parts;
};

template <>
struct Option<Splits> {
  static std::string type() { return "map of integer, at least 1"; }
  static void read(const Node& at, std::string_view path, Splits& value, Complaints& complaints);
  static Node show(const Splits& value);
};

/// What ranks share: whole samples, or the space of one sample after another.
enum class Sharing { samples, space };

struct Generation {
  Index samples = 0;
  ParameterDesignOptions design;
  std::map<std::string, RandomFieldOptions> fields;
  std::vector<std::string> outputs;
  std::map<std::string, std::string> scalars;
  std::optional<std::filesystem::path> geometry;  ///< template of the meshes, as the case names it
  Splits splits;
  Sharing parallel = Sharing::samples;
};
void describe(Binder& bind, Generation& generation);

/// Complains of values that do not go together; `at` is the block.
void check_generation(const Generation& generation, const Node& at, Complaints& complaints);

/// Names of the parts with the places in `kept`, numbers of samples in rising order, of what falls to each.
std::vector<std::pair<std::string, std::vector<Index>>> places_of(const Splits& splits, const std::vector<Index>& kept);

/// `problem` with numbers in place of the parameters that its formulas name; names of files and arrays stay.
Node with_parameters(const Node& problem, const std::map<std::string, double>& parameters);

}  // namespace mercer
