#include <mercer/solvers/driver/mesh_report.hpp>

#include <numeric>

namespace mercer::driver {
namespace {

Record topology_record(const Topology& told, CellKind kind) {
  Record record;
  record.set("kind", kind_text(told, kind));
  record.set("components", told.components);
  record.set("boundary_loops", told.boundary_loops);
  record.set("euler", told.euler);
  if (told.genus >= 0) record.set("genus", told.genus);
  record.set("edges", told.edges);
  record.set("boundary_facets", told.boundary_facets);
  record.set("is_manifold", told.is_manifold());
  record.set("is_orientable", told.is_orientable);
  return record;
}

std::vector<double> coordinates(const std::array<double, 3>& corner, Index space) {
  return {corner.begin(), corner.begin() + space};
}

}  // namespace

std::vector<Index> chosen(const MeshDataset& dataset, const std::vector<std::string>& ids) {
  std::vector<Index> places;
  for (const std::string& id : ids) places.push_back(dataset.place(id));
  if (!ids.empty()) return places;
  places.resize(static_cast<std::size_t>(dataset.count()));
  std::iota(places.begin(), places.end(), Index{0});
  return places;
}

Record finding_record(const Finding& finding) {
  Record record;
  record.set("severity", name(finding.severity));
  record.set("code", finding.code);
  record.set("sentence", finding.sentence);
  return record;
}

Record report_record(const MeshReport& report, const std::string& name) {
  Record record;
  record.set("sample", report.id);
  if (!name.empty()) record.set("name", name);
  record.set("is_sound", report.is_sound());
  record.set("nodes", report.nodes);
  record.set("cells", report.cells);
  record.set("cell_kind", mercer::name(report.kind));
  if (report.topology) {
    record.set("topology", topology_record(*report.topology, report.kind));
    record.set("box.low", coordinates(report.box.low, report.space));
    record.set("box.high", coordinates(report.box.high, report.space));
  }
  if (report.outline) record.set("corners", report.outline->corners);
  if (report.novelty) record.set("novelty", *report.novelty);
  std::vector<Record> findings;
  for (const Finding& finding : report.findings) findings.push_back(finding_record(finding));
  record.set("findings", std::move(findings));
  return record;
}

std::string facts_text(const MeshReport& report) {
  std::string text = fmt::format("{} nodes, {} {}", report.nodes, report.cells, plural(report.kind));
  if (report.topology)
    text += fmt::format(", a {}: components={} loops={} chi={}", kind_text(*report.topology, report.kind),
                        report.topology->components, report.topology->boundary_loops, report.topology->euler);
  return text;
}

std::string finding_text(const std::string& sample, const Finding& finding) {
  return fmt::format("{}: {}: {}\n", sample, name(finding.severity), finding.sentence);
}

}  // namespace mercer::driver
