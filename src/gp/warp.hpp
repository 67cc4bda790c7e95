// Monotone maps that bring outputs with heavy tails closer to a normal distribution, and back.
#pragma once

#include <mercer/base/index.hpp>

#include <span>

namespace mercer {

enum class WarpKind {
  none,
  log,      ///< log y, for positive outputs
  box_cox,  ///< (u^power - 1) / power, u = y / scale, for positive outputs; log where the power is zero. Box and Cox
            ///< (1964)
  asinh,    ///< asinh((y - shift) / scale), for heavy tails on both sides
};
const char* name(WarpKind kind) noexcept;

/// z = (w(y) - mean) / deviation with the w of its kind. Where the deviation is zero (a constant output), z is zero.
struct Warp {
  WarpKind kind = WarpKind::none;
  double shift = 0, scale = 1, power = 1;
  double mean = 0, deviation = 1;

  double forward(double y) const;    ///< NaN stays NaN
  double backward(double z) const;   ///< beyond the range of the map, the nearest value of it
  double log_slope(double y) const;  ///< log dz/dy, which turns the evidence of z into that of y
  bool is_constant() const noexcept { return deviation == 0; }
};

/// Whether all of `y` that is there can be warped so.
bool is_possible(WarpKind kind, std::span<const double> y);

/// Standardises what is there of `y` (NaN where missing), with the scale or power under which it is most likely normal:
/// the power lies in [0, 2], the shift is the median. Local. Throws Fault::data for outputs that are not positive where
/// they must be, and where nothing is there.
Warp fit_warp(WarpKind kind, std::span<const double> y);

struct Moments {
  double mean, deviation;
};
/// Mean and standard deviation of y where z is normal with these moments, by Gauss-Hermite quadrature where the map is
/// not linear.
Moments moments_of(const Warp& warp, const Moments& z);

}  // namespace mercer
