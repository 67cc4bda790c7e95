// Gaussian random fields on regular grids, and what is made of them: media, sources, initial values.
#pragma once

#include <mercer/fft/laplacian_modes.hpp>
#include <mercer/gp/field_covariance.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mercer {

class Binder;

enum class FieldEnds {
  free,       ///< the covariance as it is, cut out of all of space
  periodic,   ///< of the operator with this spectrum on the periodic box
  neumann,    ///< of the one without slope at the ends, e.g. (shift^2 - Laplacian)^-power
  dirichlet,  ///< of the one with zeros at the ends
};
enum class FieldAverage { random, fixed };
enum class FieldTransform {
  none,
  exponential,  ///< exp(field): log-normal
  threshold,    ///< `high` where the field is at least `level`, else `low`
};

struct RandomFieldOptions {
  FieldCovarianceOptions covariance = {};
  FieldEnds ends = FieldEnds::free;
  double mean = 0;
  FieldAverage average = FieldAverage::random;
  FieldTransform transform = FieldTransform::none;
  double level = 0, low = 3, high = 12;
};
void describe(Binder& binder, FieldCovarianceOptions& options);
void describe(Binder& binder, RandomFieldOptions& options);

/// A box and the points of its grid, slowest axis first.
struct FieldGrid {
  Shape points;
  std::vector<double> lengths;
  AxisPoints places = AxisPoints::nodes;
};

/// Draws whole fields. Sample i depends on (seed, i) and the grid alone, not on the rank that draws it; but for free
/// ends, draws on finer grids are the same fields with more modes. Local, and not to be used by two threads at once.
class RandomField {
 public:
  /// Throws Fault::config for options that do not fit the grid, such as a covariance that is too long for free ends.
  RandomField(const RandomFieldOptions& options, const FieldGrid& grid, std::uint64_t seed);
  RandomField(RandomField&&) noexcept;
  RandomField& operator=(RandomField&&) noexcept;
  ~RandomField();

  const Shape& points() const noexcept { return points_; }
  /// field [points], row-major; throws Fault::numerics where an exponential overflows.
  void draw(Index sample, std::span<double> field) const;
  /// The variance of the Gaussian field at a point, averaged over the box: with ends that are not free, of the modes
  /// that the grid tells apart.
  double variance() const;

  /// A source of fields with mean zero.
  class Source;

 private:
  RandomFieldOptions options_;
  Shape points_;
  std::uint64_t seed_;
  std::unique_ptr<const Source> source_;
};

}  // namespace mercer
