// Thresholds were set on 12 noises times 5 problems, where none of them raised a false alarm.
#include <mercer/solvers/spectral_mixture_gp/features/certificate.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/noise_certificate.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr double rounding = 1e-10;     // of the source: no noise is told from less
constexpr double smooth_noise = 1e-4;  // relative noise below which structure in the residual is taken for roughness

double rms(const Eigen::VectorXd& values) {
  return std::sqrt(values.squaredNorm() / std::max<double>(1, static_cast<double>(values.size())));
}

/// Points inside the box at which deviations are compared: 201, 21^2 or 9^3.
Points inner_points(const WeightSpace& space) {
  constexpr std::array<int, 3> counts{201, 21, 9};
  const int count = counts[static_cast<std::size_t>(space.dimensions() - 1)];
  Coordinates grid;
  for (const Interval& axis : space.axes()) {
    grid.emplace_back();
    for (int i = 0; i < count; ++i) grid.back().push_back(axis.global((2 * i + 1.0) / count - 1));
  }
  return scattered(grid);
}

double off_grid(const Examined& x, double noise) {
  const Posterior as_fitted(x.posterior.space(), x.evidence.posterior(x.theta));
  const Prediction predicted = as_fitted.predict_rows(x.check_rows);
  const double least = std::max(noise, rounding * x.rms);
  return rms(((x.check_values - predicted.mean).array() / (predicted.deviation.array().square() + least * least).sqrt())
                 .matrix());
}

/// Root mean square deviation at points.
double spread(const Evidence& evidence, std::span<const double> theta, const Matrix& rows, double noise_factor) {
  return std::max(rms(product(rows, evidence.posterior(theta, noise_factor).factor).rowwise().norm()), 1e-300);
}

/// How far the answer rests on the prior: what a tenth of the noise leaves of the deviation, one where the data do not
/// count, a tenth where only they do; and how much a wider prior adds. At noise that is well above rounding.
void add_prior(const Examined& x, const Matrix& rows, NoiseCertificate& certificate) {
  const double factor = std::max(1.0, 10 * rounding * x.rms / certificate.noise);
  const double plain = spread(x.evidence, x.theta, rows, factor),
               wide = spread(x.evidence, x.cautious_theta, rows, factor);
  const double share = std::max(spread(x.evidence, x.theta, rows, factor / 10) / plain,
                                spread(x.evidence, x.cautious_theta, rows, factor / 10) / wide);
  certificate.statistics.push_back({"share of the prior", share, 0.5, Doubt::undetermined});
  certificate.statistics.push_back({"conservative interval", wide / plain, 1.5, Doubt::low_frequencies});
}

/// Readings against the fit, by the size that the fit leaves to them: of so many degrees of freedom as it does not use.
/// The threshold is passed once in a thousand, by Wilson and Hilferty (1931).
void add_readings(const Examined& x, double noise, NoiseCertificate& certificate) {
  const Readings& readings = x.evidence.model().readings;
  const auto count = static_cast<double>(readings.values.size());
  if (count == 0) return;
  const Prediction fit = x.posterior.predict_rows(readings.rows);
  const double freedom = std::max(count - (fit.deviation / noise).squaredNorm(), 1e-2 * count),
               part = 2 / (9 * freedom);
  const double misfit = (readings.values - fit.mean).norm() / noise / std::sqrt(freedom);
  certificate.statistics.push_back(
      {"misfit of readings", misfit, std::pow(1 - part + 3.09 * std::sqrt(part), 1.5), Doubt::readings});
}

void add_structure(const Examined& x, NoiseCertificate& certificate) {
  if (certificate.residual <= x.resolved) return;  // what is left is rounding
  const bool is_rough = certificate.noise < smooth_noise * x.rms;
  const Doubt doubt = is_rough ? Doubt::rough : Doubt::noise;
  const Whiteness& w = x.whiteness;
  certificate.statistics.push_back({"residual peak", w.peak, 0, doubt});
  certificate.statistics.push_back({"residual correlation", std::abs(w.correlation), 4, doubt});
  certificate.statistics.push_back({"residual kurtosis", std::abs(w.kurtosis), 6, doubt});
  certificate.statistics.push_back({"residual variances", w.variances, 35.26, doubt});  // p = 1e-5
}

void conclude(NoiseCertificate& certificate) {
  for (int d = 0; d <= static_cast<int>(Doubt::inaccurate); ++d) {
    std::string names;
    for (const Statistic& s : certificate.statistics)
      if (s.fires() && static_cast<int>(s.doubt) == d)
        names += fmt::format("{}{} {:.2g} exceeds {:.2g}", names.empty() ? "" : ", ", s.name, s.value, s.threshold);
    if (names.empty()) continue;
    certificate.reason +=
        fmt::format("{}{} ({})", certificate.reason.empty() ? "" : "; ", describe(static_cast<Doubt>(d)), names);
  }
  certificate.certified = certificate.reason.empty();
}

}  // namespace

const char* describe(Doubt doubt) noexcept {
  switch (doubt) {
    case Doubt::under_sampled:
      return "under-sampling, there may be faster waves than the samples show: give more samples";
    case Doubt::undetermined:
      return "not determined by the data";
    case Doubt::low_frequencies:
      return "low frequencies rest on the prior";
    case Doubt::noise:
      return "noise not white or not Gaussian";
    case Doubt::rough:
      return "unresolved, the source has kinks, jumps, or more frequencies than options.loops allows to follow";
    case Doubt::readings:
      return "readings of the unknown do not agree with their noise";
    case Doubt::inaccurate:
      break;
  }
  return "less accurate than asked for";
}

const Statistic& NoiseCertificate::at(std::string_view name) const {
  const auto found =
      std::find_if(statistics.begin(), statistics.end(), [&](const Statistic& s) { return s.name == name; });
  require(found != statistics.end(), Fault::internal, "the certificate has no statistic '{}'", name);
  return *found;
}

bool NoiseCertificate::doubts(Doubt doubt) const noexcept {
  return std::any_of(statistics.begin(), statistics.end(),
                     [&](const Statistic& s) { return s.doubt == doubt && s.fires(); });
}

NoiseCertificate certify(const Examined& x, double tolerance) {
  NoiseCertificate certificate;
  certificate.noise = std::exp(x.theta[0] / 2);
  certificate.reading_noise = x.evidence.reading_noise(x.theta);
  certificate.residual = x.residual;
  const WeightSpace& space = x.posterior.space();
  const Matrix rows = space.values(inner_points(space));
  const Prediction plain = x.posterior.predict_rows(rows);
  certificate.deviation = rms(plain.deviation) / std::max(rms(plain.mean), 1e-300);
  auto& all = certificate.statistics;
  const bool is_checked = x.check_values.size() > 0;
  if (is_checked) all.push_back({"off-grid source", off_grid(x, certificate.noise), 2, Doubt::under_sampled});
  all.push_back({"highest frequency", x.highest, is_checked ? 0.9 : 2 / samples_per_wave, Doubt::under_sampled});
  add_prior(x, rows, certificate);
  add_readings(x, certificate.reading_noise, certificate);
  all.push_back({"deviation", certificate.deviation, tolerance, Doubt::inaccurate});
  if (!x.is_settled) all.push_back({"features missing", 1, 0, Doubt::rough});
  add_structure(x, certificate);
  conclude(certificate);
  return certificate;
}

}  // namespace mercer::smgp
