#include <mercer/config/binder.hpp>
#include <mercer/gp/field_source.hpp>

#include <cmath>

namespace mercer {
namespace {

/// Families of random numbers, one a sample; other parts of the library use small numbers.
constexpr std::uint64_t first_stream = std::uint64_t{0x6669656c} << 32;

void require_box(const FieldGrid& grid) {
  const int dimensions = grid.points.dimensions();
  require(1 <= dimensions && dimensions <= 3 && std::cmp_equal(grid.lengths.size(), dimensions), Fault::config,
          "a random field has one to three axes with a length each, not {} and {}", dimensions, grid.lengths.size());
  for (int axis = 0; axis < dimensions; ++axis) {
    const double length = grid.lengths[static_cast<std::size_t>(axis)];
    require(grid.points[axis] >= 1 && std::isfinite(length) && length > 0, Fault::config,
            "an axis of a random field has points and a positive length, not {} and {}", grid.points[axis], length);
  }
}

}  // namespace

void describe(Binder& binder, FieldCovarianceOptions& options) {
  binder.choice("family", options.family,
                {{"matern", FieldFamily::matern},
                 {"squared_exponential", FieldFamily::squared_exponential},
                 {"inverse_laplacian", FieldFamily::inverse_laplacian}},
                "kind of covariance; inverse_laplacian is scale (shift^2 - Laplacian)^-power");
  binder.field("variance", options.variance, "at a point, of matern and squared_exponential", positive);
  binder.field("length", options.length, "of correlation, one or one an axis (slowest first), of the same two",
               positive);
  binder.field("smoothness", options.smoothness, "nu of matern: fields have fewer than nu derivatives", positive);
  binder.field("scale", options.scale, "of inverse_laplacian", positive);
  binder.field("shift", options.shift, "of inverse_laplacian, tau [1 / length]; 3 for Darcy flow in Li et al. (2021)",
               positive);
  binder.field("power", options.power, "of inverse_laplacian, alpha; 2 for Darcy flow in Li et al. (2021)", positive);
}

void describe(Binder& binder, RandomFieldOptions& options) {
  binder.section("covariance", options.covariance, "how values at two points belong together");
  binder.choice("ends", options.ends,
                {{"free", FieldEnds::free},
                 {"periodic", FieldEnds::periodic},
                 {"neumann", FieldEnds::neumann},
                 {"dirichlet", FieldEnds::dirichlet}},
                "what holds at the boundary: nothing, so that the covariance is the same everywhere, or a condition");
  binder.field("mean", options.mean, "added to the field before it is transformed");
  binder.choice("average", options.average, {{"random", FieldAverage::random}, {"fixed", FieldAverage::fixed}},
                "over the domain, with periodic and neumann ends: random, or exactly `mean` as in Li et al. (2021)");
  binder.choice("transform", options.transform,
                {{"none", FieldTransform::none},
                 {"exponential", FieldTransform::exponential},
                 {"threshold", FieldTransform::threshold}},
                "what is made of the Gaussian field: itself, its exponential (log-normal), or two values");
  binder.field("level", options.level, "of threshold");
  binder.field("low", options.low, "value below the level; 3 for Darcy flow in Li et al. (2021)");
  binder.field("high", options.high, "value from the level on; 12 for Darcy flow in Li et al. (2021)");
}

RandomField::RandomField(const RandomFieldOptions& options, const FieldGrid& grid, std::uint64_t seed)
    : options_(options), points_(grid.points), seed_(seed) {
  require_box(grid);
  source_ = options.ends == FieldEnds::free ? source_by_embedding(options, grid) : source_of_modes(options, grid);
}

RandomField::RandomField(RandomField&&) noexcept = default;
RandomField& RandomField::operator=(RandomField&&) noexcept = default;
RandomField::~RandomField() = default;

double RandomField::variance() const { return source_->variance(); }

void RandomField::draw(Index sample, std::span<double> field) const {
  require(std::cmp_equal(field.size(), points_.count()), Fault::internal, "a field at {} points got room for {}",
          points_.count(), field.size());
  source_->draw(seed_, first_stream + static_cast<std::uint64_t>(sample), field);
  for (double& value : field) {
    value += options_.mean;
    if (options_.transform == FieldTransform::exponential) value = std::exp(value);
    if (options_.transform == FieldTransform::threshold) value = value >= options_.level ? options_.high : options_.low;
    // The variance is a sum over all modes, and not to be had for every value.
    if (!std::isfinite(value))
      fail(Fault::numerics,
           "sample {} of a random field is not finite; its variance of {} is too large for `exponential`", sample,
           variance());
  }
}

}  // namespace mercer
