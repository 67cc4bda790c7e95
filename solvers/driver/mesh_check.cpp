// Verbs mesh check and data check: what is wrong with meshes, sample by sample and among them.
#include <mercer/meshes/check/check_dataset.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/mesh_report.hpp>
#include <mercer/solvers/driver/print.hpp>

#include <algorithm>
#include <set>

namespace mercer::driver {
namespace {

/// All that was found, and how it is told.
struct Verdict {
  std::vector<MeshReport> reports;
  std::vector<std::string> names;  ///< of the samples, beside their ids
  std::vector<Finding> among;      ///< findings about all samples together

  Index faulty() const {
    return std::ranges::count_if(reports, [](const MeshReport& report) { return !report.is_sound(); });
  }
};

Record verdict_record(const std::string& file, const std::string& format, const Verdict& verdict) {
  Record record;
  record.set("file", file);
  record.set("format", format);
  record.set("samples", verdict.reports.size());
  record.set("faulty", verdict.faulty());
  record.set("exit_code", exit_code(verdict.reports));
  std::vector<Record> among, reports;
  for (const Finding& finding : verdict.among) among.push_back(finding_record(finding));
  for (std::size_t i = 0; i < verdict.reports.size(); ++i)
    reports.push_back(report_record(verdict.reports[i], verdict.names[i]));
  record.set("findings", std::move(among));
  record.set("reports", std::move(reports));
  return record;
}

/// Findings, and for a single sample or on request the facts of all.
std::string verdict_text(const Verdict& verdict, bool is_verbose) {
  std::string text;
  const bool tells_facts = is_verbose || verdict.reports.size() == 1;
  for (std::size_t i = 0; i < verdict.reports.size(); ++i) {
    const MeshReport& report = verdict.reports[i];
    const std::string& name = verdict.names[i];
    const std::string sample = name.empty() ? report.id : fmt::format("{} ({})", report.id, name);
    if (tells_facts) text += fmt::format("{}: {}\n", sample, facts_text(report));
    for (const Finding& finding : report.findings) text += finding_text(sample, finding);
  }
  for (const Finding& finding : verdict.among) text += finding_text("all samples", finding);
  return text + fmt::format("{} sample{} checked, {} with faults\n", verdict.reports.size(),
                            verdict.reports.size() == 1 ? "" : "s", verdict.faulty());
}

std::vector<Index> training_places(const MeshDataset& dataset) {
  const auto split = dataset.index().splits.find("train");
  return split == dataset.index().splits.end() ? chosen(dataset, {}) : split->second;
}

/// Novelty of the samples outside the split `train` of their own dataset; `reports` are those of all its samples.
void compare_with_own_training(const MeshIndex& index, std::vector<MeshReport>& reports) {
  const auto split = index.splits.find("train");
  if (split == index.splits.end()) return;
  const std::set<Index> known(split->second.begin(), split->second.end());
  std::vector<MeshReport> training, others;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const bool is_training = known.contains(static_cast<Index>(i));
    (is_training ? training : others).push_back(reports[i]);
    if (!is_training) places.push_back(i);
  }
  find_novel_shapes(training, others);
  for (std::size_t k = 0; k < places.size(); ++k) reports[places[k]] = std::move(others[k]);
}

}  // namespace

int mesh_check(Run& run) {
  const CommandLine& line = run.line;
  const MeshDataset dataset(run.comm, line.file);
  const CheckRules rules{.demand = line.demand};
  std::vector<Index> places;
  together(run.comm, [&] { places = chosen(dataset, line.samples); });
  Verdict verdict;
  verdict.reports = check_samples(run.comm, dataset, places, rules);
  for (const Index place : places)
    verdict.names.push_back(dataset.index().samples[static_cast<std::size_t>(place)].name);
  find_missing(dataset.index(), verdict.reports);
  if (!line.training.empty()) {
    const MeshDataset training(run.comm, line.training);
    compare_with_training(check_samples(run.comm, training, training_places(training), rules), verdict.reports, rules);
  } else {
    verdict.among = compare_samples(verdict.reports, rules);
    if (line.samples.empty()) compare_with_own_training(dataset.index(), verdict.reports);
  }
  print(run.comm, line.as_json ? verdict_record(line.file.string(), dataset.index().format, verdict).json() + "\n"
                               : verdict_text(verdict, line.verbose));
  const int code = exit_code(verdict.reports);
  if (code != 0)
    run.log.error("{}: {} of {} samples cannot be used", line.file.string(), verdict.faulty(), places.size());
  return code;
}

}  // namespace mercer::driver
