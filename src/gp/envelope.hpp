// The even, decaying functions of distance from which covariances are made, with g(0) = 1.
#pragma once

#include <mercer/gp/jet.hpp>

#include <span>

namespace mercer {

/// gaussian: exp(-u^2). matern_*: the Matern function of r = sqrt(2 nu) |u| with nu = 1/2, 3/2, 5/2: exp(-r) times 1, 1
/// + r, 1 + r + r^2/3; Rasmussen and Williams (2006), eq. 4.17. Here u = scale * t.
enum class Envelope { gaussian, matern_half, matern_three_halves, matern_five_halves };

/// The highest order, at most four, of a derivative that exists at zero.
int smoothness(Envelope envelope) noexcept;

/// jet[n][i] = d^n g(scale t_i) / dt^n for n < orders <= 6; of derivatives that jump at zero, the mean of both sides.
void envelope_jet(Envelope envelope, double scale, std::span<const double> t, int orders, Jet& jet);

/// out[n][i] = the derivative of jet[n][i] by log(scale), for n < orders; `jet` has one order more.
/// From d^n g(s t) / dt^n = s^n g^(n)(s t) follows n jet[n] + t jet[n + 1].
void envelope_scale_jet(const Jet& jet, std::span<const double> t, int orders, Jet& out);

/// Spectral density S with g(scale t) = integral of S(f) cos(2 pi f t) over all real f: a normal density, or Student's
/// t with 2 nu degrees of freedom; Rasmussen and Williams (2006), eq. 4.16.
double envelope_density(Envelope envelope, double scale, double frequency);

/// `count` frequencies and positive weights with sum 1 for scale 1; frequencies are proportional to the scale.
/// gaussian: Gauss-Hermite. matern_*: Gauss-Legendre in phi with 2 pi f = sqrt(2 nu) tan(phi), which makes the density
/// a power of cos(phi).
Features envelope_features(Envelope envelope, Index count);

}  // namespace mercer
