// The unknown, its derivatives and how sure they are, anywhere in the box.
#pragma once

#include <mercer/base/random.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/evidence.hpp>

namespace mercer::smgp {

/// Mean and standard deviation, one number a point.
struct Prediction {
  Eigen::VectorXd mean, deviation;
};

/// The same on a tensor grid, [points along each axis].
struct GridPrediction {
  Array mean, deviation;
};

/// Gaussian process of the unknown after the data. Local; a plain value.
class Posterior {
 public:
  Posterior(WeightSpace space, Weights weights) : space_(std::move(space)), weights_(std::move(weights)) {}

  const WeightSpace& space() const noexcept { return space_; }
  const Weights& weights() const noexcept { return weights_; }

  Prediction predict(const Points& points, const Orders& orders = {}) const;  ///< of a derivative of the unknown
  /// Products along one axis at a time: m (m + p r) flops a point of the first axis for m weights, p points and r
  /// features of the others.
  GridPrediction predict_on(const Coordinates& grid, const Orders& orders = {}) const;
  Prediction predict_rows(const MatrixView& rows) const;  ///< of linear functionals of the weights

  /// Weights of one function drawn from the posterior; draws of different numbers are independent.
  Eigen::VectorXd draw(std::uint64_t seed, std::uint64_t number) const;
  /// The drawn function at points, or a derivative of it.
  Eigen::VectorXd sample(const Points& points, std::uint64_t seed, std::uint64_t number,
                         const Orders& orders = {}) const {
    return space_.values(points, orders) * draw(seed, number);
  }

 private:
  WeightSpace space_;
  Weights weights_;
};

}  // namespace mercer::smgp
