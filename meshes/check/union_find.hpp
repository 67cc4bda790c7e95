// Sets that are joined two by two.
#pragma once

#include <numeric>
#include <utility>
#include <vector>

namespace mercer {

class UnionFind {
 public:
  explicit UnionFind(std::size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }

  /// The lowest member of the set.
  std::size_t root(std::size_t member) noexcept {
    while (parents_[member] != member) member = parents_[member] = parents_[parents_[member]];
    return member;
  }
  /// Whether they were apart, so that there is one set less now.
  bool join(std::size_t a, std::size_t b) noexcept {
    a = root(a);
    b = root(b);
    if (a == b) return false;
    if (a < b) std::swap(a, b);
    parents_[a] = b;
    return true;
  }

 private:
  std::vector<std::size_t> parents_;
};

}  // namespace mercer
