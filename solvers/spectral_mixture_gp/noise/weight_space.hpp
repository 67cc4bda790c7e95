// Products of one-dimensional features at scattered points: the columns that Gaussian weights multiply.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>

#include <array>
#include <span>
#include <vector>

namespace mercer::smgp {

/// Points anywhere in the box, one column of coordinates an axis.
using Points = std::vector<std::vector<double>>;

/// The features of one axis are, band by band, Legendre polynomials P_k sqrt(2 k + 1), times the cosine of the band's
/// frequency and then times its sine; those of several axes are their products, the last axis running fastest.
/// All products, or a choice of them. Immutable, a plain value.
class WeightSpace {
 public:
  /// The first band of each axis is that of plain polynomials.
  WeightSpace(std::vector<Interval> axes, std::vector<std::vector<Band>> bands);

  using Place = std::array<Index, 3>;  ///< of a weight: which feature of each axis it multiplies
  /// The weights at `chosen` places alone, in their order.
  WeightSpace(std::vector<Interval> axes, std::vector<std::vector<Band>> bands, std::vector<Place> chosen);

  int dimensions() const noexcept { return static_cast<int>(axes_.size()); }
  const std::vector<Interval>& axes() const noexcept { return axes_; }
  const std::vector<std::vector<Band>>& bands() const noexcept { return bands_; }
  Index size() const noexcept { return is_whole_ ? whole_size() : static_cast<Index>(chosen_.size()); }
  Index features(int axis) const noexcept;
  std::vector<Place> places() const;

  /// Which band of each axis and which degree along each axis a feature has.
  struct Origin {
    std::array<int, 3> band{}, degree{};
  };
  std::vector<Origin> origins() const;

  Matrix values(const Points& points, const Orders& orders = {}) const;  ///< derivatives [points, size()]
  /// Derivatives of the features of one axis [points, features(axis)].
  Matrix axis_values(int axis, std::span<const double> points, int order) const;

 private:
  Index whole_size() const noexcept;
  bool is_whole_ = true;
  std::vector<Place> chosen_;
  std::vector<Interval> axes_;
  std::vector<std::vector<Band>> bands_;
};

/// The points of a tensor grid, the last axis running fastest.
Points scattered(const Coordinates& grid);

/// The linear terms of an equation on all features [points, size]. Throws Fault::unavailable for a nonlinear one.
Matrix operator_rows(const WeightSpace& space, const Statement& statement, const Points& points);

/// Conditions on the weights that hold exactly: rows * weights = data.
struct ExactData {
  Matrix rows;
  Eigen::VectorXd data;
};
/// The conditions that `statement` takes, on a face at as many points along each axis as there are features.
ExactData exact_data(const WeightSpace& space, const Statement& statement);

}  // namespace mercer::smgp
