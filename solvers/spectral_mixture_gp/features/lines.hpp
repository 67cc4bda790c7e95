// Lines through the box along each axis, off the nodes: where sources and residuals are looked at.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/bands.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/space.hpp>

#include <vector>

namespace mercer::smgp {

/// A bundle of parallel lines with equally spaced points; each rank holds some of them. As a tensor grid it is fine
/// along `axis` and coarse along the others.
struct Lines {
  int axis = 0;
  Coordinates own;     ///< of this rank's lines
  Array source;        ///< values of the source on them
  double spacing = 0;  ///< of the points on a line
  Index first = 0,
        all = 1;  ///< place of this rank's lines among those of all ranks; a bundle of one line is on every rank
  Index points() const noexcept { return static_cast<Index>(own[static_cast<std::size_t>(axis)].size()); }
};

/// The middles of `count` equal parts of an interval. High derivatives of polynomials are ill-conditioned at its ends.
std::vector<double> centres(const Interval& interval, Index count);

/// The values of a tensor grid as lines along `axis`: [lines, points], row-major, the lines in the order of the other
/// axes.
std::vector<double> along(const Array& values, int axis);

/// @collective A bundle along every axis, `points` a line, at irregular places of the other axes; or through samples,
/// where the statement has them.
std::vector<Lines> make_lines(const Comm& comm, const Statement& statement, Index points);

/// @collective The spectrum along the lines of `values` on their points, summed over all lines in an order that does
/// not depend on the number of ranks.
Spectrum spectrum_along(const Comm& comm, const Lines& lines, const Array& values);

}  // namespace mercer::smgp
