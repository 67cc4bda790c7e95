// Points that fill the unit cube: experiments to run, each of which can be had by itself on any rank.
#pragma once

#include <mercer/base/index.hpp>

#include <cstdint>
#include <span>

namespace mercer {

enum class DesignKind {
  random,           ///< independent points
  latin_hypercube,  ///< each of `count` equal layers across any axis holds one point, McKay et al. (1979)
  sobol,            ///< a sequence of low discrepancy, scrambled; best where counts are powers of two
};

enum class Scrambling { owen, none };

/// Point i depends on (seed, i) and, for a Latin hypercube, on the number of points: not on the rank that asks. Local.
class Design {
 public:
  /// Sobol' points have at most 21 dimensions. `scrambling` is for them alone: without it they are the sequence itself,
  /// moved by half of the last of its 32 digits, whatever the seed. Throws Fault::config for counts or dimensions that
  /// the kind does not have.
  Design(DesignKind kind, Index count, int dimensions, std::uint64_t seed, Scrambling scrambling = Scrambling::owen);

  Index count() const noexcept { return count_; }
  int dimensions() const noexcept { return dimensions_; }
  /// Writes the coordinates of point i, all in (0, 1); throws Fault::internal where there is no such point.
  void point(Index i, std::span<double> coordinates) const;

 private:
  double coordinate(Index i, int dimension) const noexcept;

  DesignKind kind_;
  Index count_;
  int dimensions_;
  std::uint64_t seed_;
  Scrambling scrambling_;
};

/// Where a random permutation of [0, count), count at most 2^32, takes `index`. Depends on its arguments alone.
Index permuted(Index index, Index count, std::uint64_t seed, std::uint64_t stream) noexcept;

}  // namespace mercer
