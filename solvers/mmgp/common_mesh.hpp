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

/// Triangles on the common shape, or for closed curves turns around them. Members are local unless they say otherwise.
class CommonMesh {
 public:
  /// From the mesh of one sample, brought onto the common shape that has landmarks at `fractions`, and refined. Throws
  /// Fault::data where it cannot be brought there.
  CommonMesh(const Specimen& reference, std::vector<double> fractions, const Options& options);
  /// @collective The same from a sample that every rank holds, mapped by all ranks together.
  CommonMesh(const Comm& comm, const Specimen& reference, std::vector<double> fractions, const Options& options);
  CommonMesh(const InputFile& file, const std::string& group, const Options& options);  ///< @collective
  void save(OutputFile& file, const std::string& group) const;                          ///< @collective

  Index nodes() const noexcept { return points_.shape()[0]; }
  const std::vector<double>& fractions() const noexcept { return shape_.fractions; }
  bool is_curve() const noexcept { return points_.shape()[1] == 1; }
  /// The integral of each node's hat function, [nodes].
  std::vector<double> weights() const;
  /// Throws Fault::data for a sample of another kind or number of landmarks, or whose map folds cells.
  Ways ways(const Specimen& specimen) const;
  /// @collective The same for a surface that only rank `owner` of `group` holds, by all of its ranks together; the
  /// others pass nothing and get nothing. All of them throw where one does.
  Ways ways(const Comm& group, int owner, const Specimen* specimen) const;

 private:
  CommonShape shape_from(const Specimen& reference, std::vector<double> fractions, const Options& options) const;
  void set_points(const Specimen& reference, Morph moved, const Options& options);
  void require_kind(const Specimen& specimen) const;
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
