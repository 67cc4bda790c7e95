// The common mesh: where all samples meet, and the ways there and back.
#pragma once

#include <mercer/io/file.hpp>
#include <mercer/meshes/geometry/locator.hpp>
#include <mercer/meshes/geometry/morph.hpp>
#include <mercer/solvers/mmgp/specimen.hpp>

#include <memory>
#include <string>
#include <vector>

namespace mercer::mmgp {

/// Triangles on the common shape, or for closed curves turns around them. All members but `save` and the constructor
/// from a file are local.
class CommonMesh {
 public:
  /// From the mesh of one sample, brought onto the common shape that has landmarks at `fractions`, and refined. Throws
  /// Fault::data where it cannot be brought there.
  CommonMesh(const Specimen& reference, std::vector<double> fractions, const Options& options);
  CommonMesh(const InputFile& file, const std::string& group, const Options& options);  ///< @collective
  void save(OutputFile& file, const std::string& group) const;                          ///< @collective

  Index nodes() const noexcept { return points_.shape()[0]; }
  const std::vector<double>& fractions() const noexcept { return shape_.fractions; }
  bool is_curve() const noexcept { return points_.shape()[1] == 1; }
  /// The integral of each node's hat function, [nodes].
  std::vector<double> weights() const;
  /// Throws Fault::data for a sample of another kind or number of landmarks, or whose map folds cells.
  Ways ways(const Specimen& specimen) const;

 private:
  void refine();
  void prepare();
  Ways ways_around(const Specimen& specimen) const;

  Method method_;
  CommonShape shape_;
  Tensor<double> points_;                           ///< [node, 2], or [node, 1] turns
  Cells cells_;                                     ///< triangles, or none for curves
  std::vector<std::pair<Index, double>> boundary_;  ///< nodes around the boundary and their turns, before it is ready
  std::shared_ptr<const Locator> locator_;
};

}  // namespace mercer::mmgp
