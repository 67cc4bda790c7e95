// Gaussian process regression on a regular grid of which some points were not observed: mean, deviation, evidence.
#pragma once

#include <mercer/gp/grid_basis.hpp>
#include <mercer/linalg/krylov.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mercer {

/// The prior on all points is N(0, K) with K = U diag(values) U^T; observed points carry independent noise. The
/// covariance of all noisy values, A = K + noise^2 I, has a closed inverse, and only what the missing points change is
/// iterated for: with m the missing and o the observed points,
///   A_oo^-1 = Q_oo - Q_om Q_mm^-1 Q_mo,   det A_oo = det A det Q_mm,   Q = A^-1,
/// and G = noise^2 Q has its eigenvalues in (0, 1]. Where missing points lie among observed ones those of G_mm are near
/// 1, however small the noise, and conjugate gradients take a few steps; inside gaps wider than the correlation they
/// are not, and it takes hundreds. Without missing points everything is exact. All members are @collective and throw
/// Fault::numerics where an iteration does not converge.
class GridRegression {
 public:
  /// `data` are this rank's values, NaN where there is none. `noise` is a standard deviation. `basis` must outlive it.
  GridRegression(const GridBasis& basis, double noise, std::span<const double> data, const KrylovOptions& krylov);

  Index observed() const noexcept { return observed_; }  ///< points of all ranks
  Index missing() const noexcept { return all_missing_; }
  Index iterations() const noexcept { return iterations_; }  ///< of the solve for the data

  /// A_oo^-1 y, zero at missing points.
  std::span<const double> weights() const noexcept { return weights_; }
  void mean(std::span<double> out) const;  ///< of the field without noise, at all points of this rank

  struct Evidence {
    double log_evidence = 0;
    double quadratic = 0, log_determinant = 0;  ///< y^T A_oo^-1 y, log det A_oo
    double control = 0;                         ///< what the known trace changed in log_evidence
    double error = 0;                           ///< standard error of the estimate, from the spread of the probes
  };
  /// log p(y). log det G_mm by stochastic Lanczos quadrature, Ubaru, Chen and Saad (2017), with probes of signs that
  /// depend on (seed, probe, point) alone. The trace of G_mm, which is known, takes out what is linear in G of their
  /// spread. `see` gets of each probe z the arrays G M^T G_mm^-1 z and G M^T z of all
  /// points, M^T z being z on the missing ones: their products with dA / noise^2 estimate the derivative of log det
  /// G_mm, which is -tr(G_mm^-1 (G dA G)_mm) / noise^2.
  using Probe = std::function<void(std::span<const double> left, std::span<const double> right)>;
  Evidence evidence(Index probes, std::uint64_t seed, const Probe& see = {}) const;

  /// Standard deviation of the field at each point. Given all noisy values, also of the missing points, the variance is
  /// known in closed form; by the law of total variance what is missing adds that of the mean, and only this part is
  /// sampled, one solve a draw. Its relative error is sqrt(2 / draws). Draws depend on (seed, draw, point) alone.
  void deviation(Index draws, std::uint64_t seed, std::span<double> out) const;

 private:
  /// G on the missing points.
  class Missing final : public LinearOperator<double> {
   public:
    explicit Missing(const GridRegression& whole) : whole_(&whole) {}
    Index rows() const override { return static_cast<Index>(whole_->missing_.size()); }
    Index columns() const override { return rows(); }

   private:
    void do_apply(std::span<const double> x, std::span<double> y) const override;
    void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override { do_apply(y, x); }
    const GridRegression* whole_;
  };
  double trace_of_g() const;                                             ///< of G_mm
  std::vector<double> spread(std::span<const double> at_missing) const;  ///< zero at observed points
  std::vector<double> gathered(std::span<const double> all) const;       ///< at missing points
  void apply_g(std::span<double> x) const;
  void impute(std::span<const double> data);

  const GridBasis* basis_;
  double noise_;
  KrylovOptions krylov_;
  std::vector<std::size_t> missing_;  ///< positions in this rank's part
  Index observed_ = 0, all_missing_ = 0, iterations_ = 0;
  std::vector<double> shrinkage_;  ///< value / (value + noise^2) of each coefficient; G = I - U diag(shrinkage) U^T
  std::vector<double> completed_;  ///< the data, and what is expected of them at missing points
  std::vector<double> weights_;
};

}  // namespace mercer
