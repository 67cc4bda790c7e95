#include <mercer/base/text.hpp>
#include <mercer/meshes/check/check_dataset.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

constexpr double other_scale = 10;  // times larger or smaller than usual, or so many usual sizes away
constexpr double far_out = 3;       // standard deviations of a scalar
constexpr std::size_t fewest = 3;   // samples that say what is usual

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// The box that samples usually have.
struct Usual {
  double diagonal = 0;
  std::array<double, 3> centre{};
};

std::optional<Usual> usual_box(const std::vector<MeshReport>& reports) {
  std::vector<double> diagonals;
  std::array<std::vector<double>, 3> centres;
  for (const MeshReport& report : reports) {
    if (!report.is_sound()) continue;
    diagonals.push_back(report.box.diagonal());
    for (std::size_t axis = 0; axis < 3; ++axis) centres[axis].push_back(report.box.centre()[axis]);
  }
  if (diagonals.size() < fewest) return std::nullopt;
  return Usual{median(diagonals), {median(centres[0]), median(centres[1]), median(centres[2])}};
}

void find_other_units(const Usual& usual, MeshReport& report) {
  if (!report.topology || usual.diagonal <= 0) return;
  const double ratio = report.box.diagonal() / usual.diagonal;
  const auto centre = report.box.centre();
  const double distance =
      std::hypot(centre[0] - usual.centre[0], centre[1] - usual.centre[1], centre[2] - usual.centre[2]);
  if (ratio <= other_scale && ratio >= 1 / other_scale && distance <= other_scale * usual.diagonal) return;
  report.findings.push_back(
      {Severity::warning, "other_units",
       fmt::format("other_units: its box is {:.3g} times the usual size and lies {:.3g} usual sizes away; out of range "
                   "unless it is scaled",
                   ratio, distance / usual.diagonal)});
}

/// What must be the same in all samples of a dataset.
std::string topology_text(const MeshReport& report) {
  return fmt::format("{} (loops={} chi={}) of {}", kind_text(*report.topology, report.kind),
                     report.topology->boundary_loops, report.topology->euler, plural(report.kind));
}

/// The topology most sound samples have; of equally many the first in the alphabet.
std::string usual_topology(const std::vector<MeshReport>& reports) {
  std::map<std::string, Index> counts;
  for (const MeshReport& report : reports)
    if (report.is_sound() && report.topology) ++counts[topology_text(report)];
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? std::string() : most->first;
}

void find_other_topology(const std::string& usual, const CheckRules& rules, MeshReport& report) {
  if (usual.empty() || !report.is_sound() || !report.topology) return;
  const std::string own = topology_text(report);
  if (own == usual) return;
  report.findings.push_back({rules.demand == Demand::any ? Severity::note : Severity::fault, "different_topology",
                             fmt::format("different_topology: it is a {}, and others are a {}", own, usual)});
}

struct Spread {
  double mean = 0, deviation = 0;
  Index count = 0;
};

std::map<std::string, Spread> spreads(const std::vector<MeshReport>& reports) {
  std::map<std::string, Spread> found;
  const auto for_each = [&](auto&& use) {
    for (const MeshReport& report : reports)
      for (const auto& [name, value] : report.scalars)
        if (std::isfinite(value)) use(found[name], value);
  };
  for_each([](Spread& spread, double value) {
    ++spread.count;
    spread.mean += (value - spread.mean) / static_cast<double>(spread.count);
  });
  for_each([](Spread& spread, double value) { spread.deviation += std::pow(value - spread.mean, 2); });
  for (auto& [name, spread] : found) spread.deviation = std::sqrt(spread.deviation / static_cast<double>(spread.count));
  return found;
}

bool is_constant(const Spread& spread) { return spread.deviation <= 1e-12 * std::abs(spread.mean); }

}  // namespace

void find_missing(const MeshIndex& index, std::vector<MeshReport>& reports) {
  for (MeshReport& report : reports) {
    const auto is_unreadable = [](const Finding& finding) { return finding.code == "unreadable"; };
    if (std::ranges::any_of(report.findings, is_unreadable)) continue;
    std::vector<std::string> fields, scalars;
    for (const std::string& field : index.out_fields)
      if (std::ranges::find(report.fields, field) == report.fields.end()) fields.push_back(field);
    for (const auto* names : {&index.in_scalars, &index.out_scalars})
      for (const std::string& scalar : *names)
        if (!report.scalars.contains(scalar)) scalars.push_back(scalar);
    for (const std::string& field : index.out_fields)
      if (const auto odd = report.odd_fields.find(field); odd != report.odd_fields.end())
        report.findings.push_back({Severity::warning, "odd_field",
                                   fmt::format("odd_field: the dataset is to learn '{}', which {}; models over meshes "
                                               "learn one number a node, and refuse the sample",
                                               field, odd->second)});
    for (const auto& [code, names] : {std::pair("missing_field", fields), {"missing_scalar", scalars}})
      if (!names.empty())
        report.findings.push_back(
            {Severity::warning, code,
             fmt::format("{}: the dataset is to learn {}, which the sample has not", code, join(names, ", "))});
  }
}

std::vector<Finding> compare_samples(std::vector<MeshReport>& reports, const CheckRules& rules) {
  std::vector<Finding> findings;
  if (reports.size() < 2) return findings;
  const std::optional<Usual> usual = usual_box(reports);
  const std::string topology = usual_topology(reports);
  for (MeshReport& report : reports) {
    find_other_topology(topology, rules, report);
    if (usual) find_other_units(*usual, report);
  }
  find_other_corners(reports, reports);
  for (const auto& [name, spread] : spreads(reports))
    if (spread.count > 1 && is_constant(spread))
      findings.push_back({Severity::warning, "constant_scalar",
                          fmt::format("constant_scalar {}: it is {:g} in all {} samples that have it, and says nothing",
                                      name, spread.mean, spread.count)});
  return findings;
}

void compare_with_training(const std::vector<MeshReport>& training, std::vector<MeshReport>& reports,
                           const CheckRules& rules) {
  const std::optional<Usual> usual = usual_box(training);
  const std::string topology = usual_topology(training);
  const std::map<std::string, Spread> scalars = spreads(training);
  for (MeshReport& report : reports) {
    find_other_topology(topology, rules, report);
    if (usual) find_other_units(*usual, report);
    for (const auto& [name, value] : report.scalars) {
      const auto known = scalars.find(name);
      if (known == scalars.end() || is_constant(known->second)) continue;
      const double away = (value - known->second.mean) / known->second.deviation;
      if (!(std::abs(away) > far_out)) continue;
      report.findings.push_back({Severity::warning, "far_from_training",
                                 fmt::format("far_from_training {}: {:g} is {:.1f} standard deviations from the mean "
                                             "{:g} of the training set",
                                             name, value, std::abs(away), known->second.mean)});
    }
  }
  find_other_corners(training, reports);
  find_novel_shapes(training, reports);
}

}  // namespace mercer
