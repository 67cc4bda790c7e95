// Samples on a grid that ranks share, and an operator of constant coefficients on products of features: everything
// along one axis at a time, so that no array of points times weights is ever formed.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/evidence.hpp>

#include <vector>

namespace mercer::smgp {

using Places = std::vector<WeightSpace::Place>;

/// The source projected once on an orthonormal basis of the features of each axis and of their derivatives, r_d
/// functions along axis d; what is left of it only adds to the noise. After that nothing depends on the number of
/// points.
class GridModel {
 public:
  /// @collective Three reductions of r_1 r_2 r_3 numbers and less. `space` has all products; the statement has samples
  /// on at least two axes and constant coefficients, otherwise Fault::unavailable. Keeps references to its arguments.
  GridModel(const Comm& comm, const Statement& statement, const WeightSpace& space);

  const WeightSpace& space() const noexcept { return space_; }
  Index points() const noexcept { return statement_.samples->shape.count(); }
  double square() const noexcept { return square_; }  ///< of all samples together

  /// Norm over all points of the operator on each product of features, one number a weight of `space()`. Local.
  Eigen::VectorXd sizes() const;
  /// Rows, source and what is unreached, for the weights at some `places` of `space()`: a triangle. Local, O(r m^2)
  /// for m weights and the product r of the numbers of functions that their features span along each axis.
  DataModel reduced(const Places& places) const;
  /// Source less fit at this rank's points [own rows, ..] for weights of this mean. Local.
  Array residual(const Places& places, const Eigen::VectorXd& mean) const;

 private:
  struct Axis {
    Matrix basis;                  ///< orthonormal columns at all points
    std::array<Matrix, 3> images;  ///< derivatives of the features in that basis [r_d, features], where terms need them
  };
  struct Reach {
    std::vector<Axis> axes;  ///< images alone
    Array projected;
    double rest_square = 0;  ///< of what the projection leaves
  };
  Reach reach(const Places& places) const;
  Shape rank_shape() const;
  std::vector<MatrixView> own_bases() const;
  Matrix rows(const Reach& reach, const Places& places, Index first, Index count) const;
  Array residual_of(const Array& fitted) const;  ///< in the bases of the axes

  const Comm& comm_;
  const Statement& statement_;
  const WeightSpace& space_;
  std::vector<Axis> axes_;
  Array projected_;
  double square_ = 0, unreached_square_ = 0;
};

}  // namespace mercer::smgp
