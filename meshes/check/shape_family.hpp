// What the shapes of a training set have in common, and how far other shapes are from it.
#pragma once

#include <mercer/linalg/lapack.hpp>
#include <mercer/meshes/check/outline.hpp>

#include <vector>

namespace mercer {

/// How new a shape is: about one for shapes like those of the training, above three for others. The larger of two.
struct ShapeNovelty {
  double range = 0;  ///< the largest coefficient in the modes of the family, in its standard deviations there
  double rest = 0;   ///< what the modes leave of the outline, over what they usually leave and over its own bulge
  double score() const noexcept;
};

/// Modes of outlines of equally many points: as many as hold 99.9 % of their variance, at most one for four shapes.
class ShapeFamily {
 public:
  static constexpr std::size_t fewest = 8;  ///< shapes that say what is usual

  /// Local. Throws Fault::internal for fewer shapes or for outlines of different lengths.
  explicit ShapeFamily(const std::vector<const Outline*>& shapes);

  Index modes() const noexcept { return modes_.cols(); }
  Index points() const noexcept { return mean_.size() / 2; }  ///< of an outline
  ShapeNovelty novelty(const Outline& shape) const;           ///< local; of an outline of as many points

 private:
  Eigen::VectorXd mean_;
  Matrix modes_;               ///< [coordinate, mode], orthonormal
  Eigen::VectorXd deviation_;  ///< [mode]
  double usual_rest_ = 0;
};

}  // namespace mercer
