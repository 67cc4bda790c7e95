// Thresholds, and the reasons in the order in which one hides the next.
#include <mercer/base/text.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/certificate.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

constexpr double largest_error = 1e-3;  // relative, of the solution

double volume(const Statement& statement) {
  double product = 1;
  for (const AxisStatement& axis : statement.axes) product *= 2 * axis.interval.half();
  return product;
}

std::string reason_of(const Statement& statement, double tolerance, const Findings& findings,
                      const Certificate& certificate) {
  const double residual = findings.residual.relative;
  if (!findings.level.converged) return "Newton's method did not converge";
  if (!findings.undersampling.empty()) return findings.undersampling;
  const char* const few = statement.samples ? "too few samples for its frequencies, or " : "";
  if (!(residual <= tolerance) && findings.is_noise)
    return fmt::format(
        "the residual, {:.1e} of the largest term, has equal power at all frequencies, so that more features would "
        "only follow it: the source has {}noise, kinks or jumps",
        residual, few);
  if (!(residual <= tolerance))
    return fmt::format(
        "the residual {:.1e} exceeds the tolerance {:.1e} after all refinements: the source has {}kinks, jumps, noise, "
        "or more frequencies than options.loops allows to follow",
        residual, tolerance, few);
  if (!(certificate.residual <= tolerance))
    return fmt::format(
        "too few samples: a fit without some of the samples misses these by {:.1e} of the largest term, more than the "
        "tolerance {:.1e}, although all can be fitted together",
        certificate.residual, tolerance);
  if (!(certificate.error_bound <= largest_error))
    return fmt::format(
        "the system is ill-conditioned, so that the residual allows a relative error of {:.1e}: there are {}conditions "
        "that hardly determine the solution (near a resonance, or waves with data at both ends of time)",
        certificate.error_bound, few);
  return "";
}

}  // namespace

Certificate certify(const Statement& statement, double tolerance, const Findings& findings) {
  Certificate certificate;
  const Residual& worst = findings.left_out && findings.left_out->relative > findings.residual.relative
                              ? *findings.left_out
                              : findings.residual;
  certificate.residual = worst.relative;
  certificate.root_mean_square = worst.root_mean_square;
  // the basis is orthonormal, so that the norm of coefficients is that of the function
  const double size = norm(*findings.level.coefficients);
  certificate.error_bound =
      findings.level.inverse_norm * worst.root_mean_square * std::sqrt(volume(statement)) / (size > 0 ? size : 1);
  certificate.reason = reason_of(statement, tolerance, findings, certificate);
  certificate.certified = certificate.reason.empty();
  certificate.assumption = sampling_assumption(statement);
  return certificate;
}

std::string sampling_assumption(const Statement& statement) {
  if (!statement.samples) return "";
  std::vector<std::string> limits;
  for (std::size_t axis = 0; axis < statement.axes.size(); ++axis) {
    const Eigen::VectorXd at = sample_points(statement.samples->along(static_cast<int>(axis)), Fitted::all).points;
    const double spacing = (at[1] - at[0]) * statement.axes[axis].interval.half();
    limits.push_back(fmt::format("{:.4g} along {}", std::numbers::pi / spacing, statement.axes[axis].name));
  }
  return "the source has no frequencies above half the sampling rate [rad / unit]: " + join(limits, ", ");
}

std::string undersampling(const Statement& statement, const Observation& observation,
                          const std::vector<double>& fastest, double threshold) {
  if (!statement.samples) return "";
  for (std::size_t axis = 0; axis < statement.axes.size(); ++axis) {
    const Spectrum& spectrum = observation.spectra()[axis];
    const double spacing = observation.lines()[axis].spacing, half = statement.axes[axis].interval.half();
    double highest = fastest[axis];
    for (const FrequencyRange& range : peaks(spectrum, half, threshold))
      highest = std::max(highest, (range.low + range.high) / 2);
    if (may_be_folded(spectrum, threshold)) highest = std::max(highest, spectrum.frequency(spectrum.power.size() - 1));
    const double per_wave = 2 * std::numbers::pi / (highest * spacing);
    if (per_wave >= samples_per_wave) continue;
    return fmt::format(
        "under-sampling: along axis {} the source or the boundary data seem to hold waves with {:.1f} samples each; "
        "where waves have fewer than {}, they may be images of faster ones: give at least {:.0f} samples",
        statement.axes[axis].name, per_wave, samples_per_wave,
        std::ceil(samples_per_wave / per_wave * static_cast<double>(statement.samples->shape[static_cast<int>(axis)])));
  }
  return "";
}

}  // namespace mercer::smgp
