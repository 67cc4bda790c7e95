// Which of very many weights the data can tell from nothing: the others are left at zero.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/grid_model.hpp>

#include <span>
#include <vector>

namespace mercer::smgp {

/// What one weight of prior deviation one would be seen by.
struct Visibility {
  Eigen::VectorXd source;  ///< by the operator on all points, relative to nothing [weights]
  Eigen::VectorXd faces;   ///< by the conditions, in units of the unknown [weights]
};
Visibility visibility(const GridModel& model, const Statement& statement);

/// Scales that make a weight matter.
struct Threshold {
  double noise = 0;        ///< of the source
  double unknown = 0;      ///< the largest amplitude that it can be thought to have
  double noise_share = 0;  ///< of the noise that a weight may hide behind
  double face_share = 0;   ///< of the unknown by which the conditions may be missed
};

/// Numbers, rising, of weights whose prior deviation makes them visible: in the source beyond a share of its noise, or
/// on the faces, whose data are exact, beyond a share of the unknown; and of all weights of lower degrees in the same
/// combination of bands. So what is left out is of high degree throughout: leaving out weak weights of low degree would
/// also leave out what the operator does not see and only the faces tell.
std::vector<Index> visible_weights(const WeightSpace& space, const Eigen::VectorXd& log_variances,
                                   const Visibility& seen, const Threshold& threshold);

/// As many of the conditions as tell the weights apart by more than `accuracy`, given their prior deviations. What the
/// others say is met as well, or no weight that counts can meet it: to force them would be to fit rounding.
ExactData independent_conditions(ExactData all, const Eigen::VectorXd& deviations, double accuracy);

/// The chosen weights, in features no more than they need: bands are cut to the highest degree that occurs.
WeightSpace cut_to(const WeightSpace& space, const Places& places);

}  // namespace mercer::smgp
