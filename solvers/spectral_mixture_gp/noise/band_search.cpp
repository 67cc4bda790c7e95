#include <mercer/solvers/spectral_mixture_gp/noise/band_search.hpp>

#include <algorithm>
#include <numbers>

namespace mercer::smgp {

double least_power(const Periodogram& of, double noise, double share) {
  return std::max(share * of.largest(), noise * noise * of.detectable());
}

double highest_frequency(const WeightSpace& space, const Shape& samples) {
  double highest = 0;
  for (std::size_t axis = 0; axis < space.axes().size(); ++axis)
    for (const Band& band : space.bands()[axis]) {
      const double nyquist =
          std::numbers::pi * static_cast<double>(samples[static_cast<int>(axis)] - 1) / (2 * space.axes()[axis].half());
      highest = std::max(highest, band.frequency / nyquist);
    }
  return highest;
}

SourceChecks source_checks(const WeightSpace& space, const Statement& statement, const PointValues& checks) {
  if (checks.values.empty()) return {};
  return {operator_rows(space, statement, checks.points),
          Eigen::Map<const Eigen::VectorXd>(checks.values.data(), static_cast<Index>(checks.values.size()))};
}

}  // namespace mercer::smgp
