// Marked places of a closed boundary, and the angle that every node of it has on the unit circle.
#pragma once

#include <mercer/meshes/geometry/facets.hpp>

#include <span>
#include <vector>

namespace mercer {

/// A loop that starts at its first mark. All functions are local; points are in the plane.
struct MarkedLoop {
  Loop nodes;
  std::vector<Index> marks;       ///< positions in `nodes`, ascending, the first is 0
  std::vector<double> arclength;  ///< [nodes + 1], from the first node along the loop; the last is the whole length
};

enum class Start {
  lower_left,  ///< the least x + y
  leftmost,    ///< the least x, and the least y among those
};

/// A loop with one mark.
MarkedLoop without_marks(const Mesh& mesh, const Loop& loop, Start start = Start::lower_left);

/// Positions in the loop where it turns left by more than `degrees`; there may be none.
std::vector<Index> corner_positions(const Mesh& mesh, const Loop& loop, double degrees = 35);

/// Marks at these positions, starting with the lower-left one. Re-entrant tips do not
/// count: whether a coarse mesh has one is chance. Throws Fault::data where there is none.
MarkedLoop with_corners(const Mesh& mesh, const Loop& loop, double degrees = 35);

/// Marks at the nodes nearest to the four corners of the bounding box. Throws Fault::data where two of them coincide.
MarkedLoop with_box_corners(const Mesh& mesh, const Loop& loop);

/// Marks at the trailing edge of a profile, the node farthest in the direction of `x`, and at its leading edge, the
/// node farthest from there.
MarkedLoop with_profile_edges(const Mesh& mesh, const Loop& loop);

/// Arclength at the marks as parts of the whole: [marks + 1], from 0 to 1.
std::vector<double> fractions(const MarkedLoop& loop);

/// Mean over the samples of a training set. Throws Fault::data where two samples have other numbers of marks.
std::vector<double> mean_fractions(std::span<const std::vector<double>> samples);

/// Angle of each node in turns, in [0, 1): marks at `fractions` and arclength between them. Throws Fault::data where
/// their number is not that of the marks, with both.
std::vector<double> turns(const MarkedLoop& loop, std::span<const double> fractions);

/// Points [turns, 2] of the unit circle, from the negative diagonal counter-clockwise.
Tensor<double> on_circle(std::span<const double> turns);

/// Points [turns, 2] of the polygon `loop` of `mesh`, whose nodes have the ascending turns `known`.
Tensor<double> on_loop(const Mesh& mesh, const MarkedLoop& loop, std::span<const double> known,
                       std::span<const double> turns);

}  // namespace mercer
