// The covariances on the line that are built in, and how to combine them.
#pragma once

#include <mercer/gp/covariance.hpp>

#include <vector>

namespace mercer {

/// k(t) = sum_q w_q exp(-lambda_q t^2) cos(2 pi mu_q t), q < components: any stationary covariance in the limit, Wilson
/// and Adams (2013). Parameters `weight` (w, positive), `inverse_square_length` (lambda, positive), `frequency` (mu,
/// real, cycles per unit), [components] each: the parametrisation of Fang et al. (arXiv 2311.04465), GP-HM-GM.
CovariancePointer gaussian_mixture(Index components);

/// k(t) = sum_q w_q (1 + r + r^2/3) exp(-r) cos(2 pi mu_q t), r = sqrt(5) lambda_q |t|: a mixture of Student t spectra
/// with five degrees of freedom, ibid., GP-HM-StM. Parameters as above, but `inverse_length`.
CovariancePointer student_mixture(Index components);

/// k(t) = exp(-t^2 / (2 length^2)). Rasmussen and Williams (2006), eq. 4.9.
CovariancePointer squared_exponential();

/// exp(-r) times 1, 1 + r, 1 + r + r^2/3, with r = sqrt(2 nu) |t| / length and nu = 1/2, 3/2, 5/2. Ibid., eq. 4.17.
CovariancePointer matern_half();
CovariancePointer matern_three_halves();
CovariancePointer matern_five_halves();

/// k(t) = exp(-2 sin^2(pi t / period) / length^2), with parameters `period`, `length` (of no unit). Ibid., eq. 4.31.
/// Its spectrum are the lines j / period; `features(theta, count)` are the first `count` of them.
CovariancePointer periodic();

/// The sum of the terms. The parameters are those of the terms one after another, with names `term1.NAME`,
/// `term2.NAME`, ...
CovariancePointer sum(std::vector<CovariancePointer> terms);

/// variance * covariance, with the parameter `variance` (positive) first.
CovariancePointer scaled(CovariancePointer covariance);

}  // namespace mercer
