// The prior of the weights: a Gaussian process whose spectrum is a mixture, one component for each combination of
// bands.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/prior_variances.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/weight_space.hpp>

#include <memory>
#include <span>
#include <vector>

namespace mercer::smgp {

/// Independent weights of variances s_j^2 that depend on hyper-parameters `theta`: entry 0 is the logarithm of the
/// noise variance of the source and not looked at here; then come log weights of components, those of `inner` peaks
/// first, then of each combination of bands, the last axis running fastest; then for each band of each axis the
/// logarithm of its spectral width times half the length.
class Prior {
 public:
  /// `inner` are frequencies of spectral peaks within the reach of the plain polynomials (one axis only): components
  /// that need no features of their own, of width one resolved frequency. The spectrum of every component is a Gaussian
  /// or, with a finite number of degrees of freedom, a Student's t. Throws Fault::config unless that is positive.
  explicit Prior(const WeightSpace& space, std::span<const double> inner = {}, double freedom = gaussian_freedom);

  Index parameters() const noexcept { return parameters_; }  ///< with that of the noise
  Index inner() const noexcept { return inner_; }
  Index weights() const noexcept { return weights_; }  ///< all of them, the inner ones included
  Index first_width() const noexcept { return 1 + weights_; }
  Index weight_of_base() const noexcept { return 1 + inner_; }  ///< place of the weight of the plain polynomials
  /// Place of the width of a band.
  Index width(int axis, int band) const noexcept;

  /// log s_j^2 and, where asked for, their derivatives [weights, parameters()]. Variances below e^-160 of the largest
  /// are raised to that.
  Eigen::VectorXd log_variances(std::span<const double> theta, Matrix* slopes = nullptr) const;

 private:
  struct Group {
    std::vector<Index> features;
    std::array<int, 3> band{};
  };
  void spread(const Group& group, std::span<const double> theta, Eigen::VectorXd& values, Matrix* slopes) const;

  int dimensions_;
  std::vector<WeightSpace::Origin> origins_;
  std::vector<Group> groups_;
  std::vector<std::vector<int>> degrees_;      ///< of each band of each axis
  std::vector<Eigen::VectorXd> inner_values_;  ///< log variances of the inner components by degree
  std::shared_ptr<const VarianceTable> table_;
  Index inner_ = 0, weights_ = 0, parameters_ = 0;
};

}  // namespace mercer::smgp
