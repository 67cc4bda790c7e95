// What became of maps that were tried one after another, in words.
#pragma once

#include <mercer/meshes/geometry/morph.hpp>

#include <string>
#include <vector>

namespace mercer {

/// `method` and what takes its place where it folds cells or fails, in this order.
std::vector<Method> candidates(const Method& method);

/// The reasons why maps were not taken. Local.
class TriedMaps {
 public:
  void add_folds(const Method& method, Index folded, Index cells);
  void add_failure(const Method& method, const std::string& reason);
  /// Why `method` took the place of others; empty where it was the first.
  std::string replaced_by(const Method& method) const;
  /// That none was left.
  std::string refusal() const;

 private:
  std::string reasons_;
};

}  // namespace mercer
