// What can be told about an answer from noisy data without knowing the truth: statistics with thresholds, and a
// verdict.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/periodogram.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/posterior.hpp>

#include <string>
#include <vector>

namespace mercer::smgp {

/// What a statistic beyond its threshold means.
enum class Doubt {
  under_sampled,    ///< the source has frequencies that its samples do not see
  undetermined,     ///< prior and conditions, not the data, fix the answer
  low_frequencies,  ///< the low frequencies of the answer rest on the prior
  noise,            ///< the noise is not white or not Gaussian
  rough,            ///< the source is rougher than the features
  readings,         ///< readings of the unknown contradict the source, or their noise is larger than said
  inaccurate,       ///< the interval is wider than asked for
};
const char* describe(Doubt doubt) noexcept;

struct Statistic {
  std::string name;
  double value = 0, threshold = 0;
  Doubt doubt = Doubt::noise;
  bool fires() const noexcept { return !(value <= threshold); }
};

struct NoiseCertificate {
  double noise = 0;          ///< standard deviation of the source's noise, as estimated
  double reading_noise = 0;  ///< that of the readings, as given or estimated
  double residual = 0;       ///< root mean square at the samples, relative to the source
  double deviation = 0;      ///< standard deviation of the unknown relative to its size
  std::vector<Statistic> statistics;
  bool certified = false;
  std::string reason;  ///< in words, the gravest first; empty where certified

  const Statistic& at(std::string_view name) const;  ///< throws Fault::internal
  bool doubts(Doubt doubt) const noexcept;
};

/// All that the verdict rests on.
struct Examined {
  const Evidence& evidence;
  std::span<const double> theta, cautious_theta;  ///< of the two posteriors
  const Posterior& posterior;                     ///< as reported
  double residual = 0;                            ///< root mean square of source less fit, relative to the source
  const Whiteness& whiteness;
  Matrix check_rows;  ///< the operator at check points [checks, weights]; may be empty
  Eigen::VectorXd check_values;
  double rms = 0;          ///< of the source
  double highest = 0;      ///< frequency of the features by that which the samples resolve, largest over the axes
  double resolved = 0;     ///< relative residual from which it is rounding
  bool is_settled = true;  ///< the search for features ended because nothing was left
};

/// Local. `tolerance` is that of `deviation`.
NoiseCertificate certify(const Examined& examined, double tolerance);

}  // namespace mercer::smgp
