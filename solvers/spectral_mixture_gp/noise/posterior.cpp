// Rows of features times mean and covariance factor.
#include <mercer/solvers/spectral_mixture_gp/noise/posterior.hpp>

namespace mercer::smgp {

Prediction Posterior::predict(const Points& points, const Orders& orders) const {
  return predict_rows(space_.values(points, orders));
}

Prediction Posterior::predict_rows(const MatrixView& rows) const {
  return {rows * weights_.mean, product(rows, weights_.factor).rowwise().norm()};
}

Eigen::VectorXd Posterior::draw(std::uint64_t seed, std::uint64_t number) const {
  const Random random(seed, number);
  Eigen::VectorXd normal(weights_.factor.cols());
  for (Index i = 0; i < normal.size(); ++i) normal[i] = random.normal(static_cast<std::uint64_t>(i));
  return weights_.mean + weights_.factor * normal;
}

}  // namespace mercer::smgp
