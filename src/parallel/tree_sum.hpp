// Sums of many arrays that are added along one tree, whatever rank has which of them.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <span>
#include <vector>

namespace mercer {

/// Entrywise sum of arrays that are numbered over all ranks, each rank having consecutive ones in rank order.
/// Neighbours are added in pairs, their sums in pairs, and so on, so that the bits depend on the arrays and their
/// numbers alone. Holds two arrays for each doubling of their number at most.
class TreeSum {
 public:
  /// Of arrays of `width` numbers; the first one of this rank has the number `first`.
  TreeSum(Index width, Index first) : width_(width), next_(first) {}
  void add(std::span<const double> term);  ///< the next one of this rank; local
  /// @collective The sum of what all ranks have added, [width], on every rank; zeros where there is nothing. Leaves
  /// this sum empty.
  std::vector<double> total(const Comm& comm);

 private:
  /// The sum of the terms [number, number + 1) * 2^level.
  struct Node {
    Index level, number;
    std::vector<double> sum;
  };
  static void push(std::vector<Node>& nodes, Node node);

  Index width_, next_;
  std::vector<Node> nodes_;  ///< no two neighbours of which make a pair
};

}  // namespace mercer
