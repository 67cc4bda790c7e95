// A fit of given bands to samples on a grid: of all products of features only those count that the data can tell from
// nothing, and on these the algebra is dense.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/evidence_fit.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_spectra.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/weight_choice.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace mercer::smgp {

/// Weights that count, and how well what the conditions say of them has to be met.
struct Choice {
  std::vector<Index> numbers;  ///< rising, in the whole space
  Eigen::VectorXd deviations;  ///< a priori, of each of them
  double accuracy = 0;         ///< of the conditions, in units of the unknown
};

/// Evidence of chosen weights. Neither copied nor moved: the evidence refers to the model.
struct ChosenEvidence {
  ChosenEvidence(const GridModel& grid, const Statement& statement, const NoisyData& data, const Choice& choice);
  ChosenEvidence(const ChosenEvidence&) = delete;

  Places places;      ///< in the whole space
  WeightSpace space;  ///< of the chosen weights alone
  DataModel model;
  Evidence evidence;
};

/// Which weights count depends on hyper-parameters, and these are fitted with the weights that count: so the fit begins
/// with the weights that count at its start, and is repeated from where it ended until it needs no others.
class GridFit {
 public:
  /// @collective The same on all ranks. `noise` is a guess of that of the source. Throws Fault::unavailable where more
  /// than `most_weights` count.
  GridFit(const Comm& comm, const Statement& statement, const NoisyData& data, std::vector<std::vector<Band>> bands,
          const ToneLists& tones, double noise);
  GridFit(const GridFit&) = delete;

  static constexpr Index most_weights = 2500;

  const WeightSpace& whole() const noexcept { return whole_; }
  const FitScales& scales() const noexcept { return scales_; }
  const Fit& fit() const noexcept { return fit_; }  ///< evaluations: of all its rounds
  double noise() const noexcept { return std::exp(fit_.theta[0] / 2); }
  /// Low frequencies as large as the size of the unknown, or the noise, allow.
  const std::vector<double>& cautious_theta() const noexcept { return cautious_theta_; }
  /// The weights that count for the fitted or the cautious hyper-parameters.
  const ChosenEvidence& chosen() const noexcept { return *chosen_; }
  Array residual(const Eigen::VectorXd& mean) const { return grid_.residual(chosen_->places, mean); }
  double root_mean_square() const;  ///< of the source

 private:
  void fit_rounds(const Comm& comm, const Statement& statement, const NoisyData& data);
  Choice final_choice() const;
  std::vector<Index> visible(std::span<const double> theta, double share) const;
  Choice choice(std::vector<Index> numbers, std::span<const double> theta) const;
  std::vector<double> narrowed(std::vector<double> theta) const;
  std::vector<Index> affordable(std::span<const double> theta, double share) const;
  std::vector<double> cautious(const Statement& statement) const;

  WeightSpace whole_;
  GridModel grid_;
  Visibility seen_;
  Prior prior_;  ///< of all weights
  double guess_;
  FitScales scales_;
  Fit fit_;
  std::vector<double> cautious_theta_;
  std::unique_ptr<const ChosenEvidence> chosen_;
};

}  // namespace mercer::smgp
