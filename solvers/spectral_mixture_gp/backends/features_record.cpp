// Names of what the backend found, for --json and the output file.
#include <mercer/solvers/spectral_mixture_gp/backends/features_record.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

/// By how much the relative error of the unknown may exceed that of the source.
double ratio(double unknown, double source) { return source > 0 ? unknown / source : 0; }

void record_certificate(bool certified, const std::string& reason, Record& record) {
  record.set("certified", certified ? "yes" : "no");
  if (!certified) record.set("reason", reason);
}

/// How many bands each axis has.
void record_bands(const Problem& problem, std::vector<Index> bands, Record& record) {
  std::ranges::reverse(bands);
  for (std::size_t axis = 0; axis < bands.size(); ++axis)
    record.set("bands." + problem.domain.axes[axis].name, bands[axis]);
}

/// "off-grid source" as a name in records.
std::string underscored(std::string name) {
  std::ranges::replace_if(
      name, [](char c) { return c == ' ' || c == '-'; }, '_');
  return name;
}

}  // namespace

void record(const Problem& problem, const FeatureResult& result, Record& record) {
  const Certificate& certificate = result.certificate;
  record_certificate(certificate.certified, certificate.reason, record);
  if (!certificate.assumption.empty()) record.set("assumption", certificate.assumption);
  record.set("residual", certificate.residual);
  record.set("error_bound", certificate.error_bound);
  record.set("condition", ratio(certificate.error_bound, certificate.residual));
  record.set("unknowns", result.solution.coefficients().count());
  record.set("loops", result.loops);
  record_bands(problem, result.bands, record);
  record.set("newton_iterations", result.newton);
  record.set("krylov_iterations", result.krylov);
  record.set("collectives", result.collectives);
}

void record(const Problem& problem, const Assimilation& found, Record& record) {
  const NoiseCertificate& certificate = found.certificate;
  record_certificate(certificate.certified, certificate.reason, record);
  record.set("residual", certificate.residual);
  record.set("deviation", certificate.deviation);
  record.set("condition", ratio(certificate.deviation, certificate.residual));
  record.set("noise", certificate.noise);
  if (certificate.reading_noise > 0) record.set("reading_noise", certificate.reading_noise);
  record.set("log_evidence", found.log_evidence);
  record.set("unknowns", found.posterior->space().size());
  record.set("loops", found.loops);
  record.set("evaluations", found.evaluations);
  std::vector<Index> bands;
  for (const std::vector<Band>& list : found.posterior->space().bands()) bands.push_back(std::ssize(list));
  record_bands(problem, bands, record);
  record.set("newton_iterations", 0);
  record.set("krylov_iterations", 0);
  for (const Statistic& statistic : certificate.statistics)
    record.set("statistics." + underscored(statistic.name), statistic.value);
}

}  // namespace mercer::smgp
