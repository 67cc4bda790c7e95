// Reports of many samples, gathered from the ranks that made them.
#include <mercer/meshes/check/check_dataset.hpp>
#include <mercer/meshes/pack.hpp>

#include <algorithm>
#include <new>
#include <numeric>

namespace mercer {
namespace {

void pack(const Topology& told, Packer& packer) {
  for (const Index number :
       {told.nodes, told.edges, told.cells, told.components, told.boundary_facets, told.boundary_loops, told.euler,
        told.genus, told.crowded_facets, told.pinched_nodes, Index{told.is_orientable}})
    packer.add(number);
}

Topology unpacked_topology(Unpacker& from) {
  Topology told;
  for (Index* number : {&told.nodes, &told.edges, &told.cells, &told.components, &told.boundary_facets,
                        &told.boundary_loops, &told.euler, &told.genus, &told.crowded_facets, &told.pinched_nodes})
    *number = from.number();
  told.is_orientable = from.number() == 1;
  return told;
}

void pack(const std::optional<Outline>& outline, Packer& packer) {
  packer.add(Index{outline.has_value()});
  if (!outline) return;
  packer.add(outline->corners);
  packer.add(outline->bulge);
  packer.add(std::ssize(outline->points));
  for (const double coordinate : outline->points) packer.add(coordinate);
}

std::optional<Outline> unpacked_outline(Unpacker& from) {
  if (from.number() == 0) return std::nullopt;
  Outline outline;
  outline.corners = from.number();
  outline.bulge = from.value();
  outline.points.resize(static_cast<std::size_t>(from.number()));
  for (double& coordinate : outline.points) coordinate = from.value();
  return outline;
}

void pack(const MeshReport& report, Packer& packer) {
  packer.add(report.id);
  for (const Index number : {static_cast<Index>(report.kind), report.nodes, report.cells, report.space,
                             Index{exit_code(report.fault)}, Index{report.topology.has_value()}})
    packer.add(number);
  if (report.topology) pack(*report.topology, packer);
  for (const auto* corner : {&report.box.low, &report.box.high})
    for (const double coordinate : *corner) packer.add(coordinate);
  pack(report.outline, packer);
  packer.add(report.fields);
  packer.add(std::ssize(report.odd_fields));
  for (const auto& [name, what] : report.odd_fields) {
    packer.add(name);
    packer.add(what);
  }
  packer.add(std::ssize(report.scalars));
  for (const auto& [name, value] : report.scalars) {
    packer.add(name);
    packer.add(value);
  }
  for (const auto* sets : {&report.parts, &report.tags}) {
    packer.add(std::ssize(*sets));
    for (const auto& [name, size] : *sets) {
      packer.add(name);
      packer.add(size);
    }
  }
  packer.add(std::ssize(report.findings));
  for (const Finding& finding : report.findings) {
    packer.add(static_cast<Index>(finding.severity));
    packer.add(finding.code);
    packer.add(finding.sentence);
  }
}

void unpack_sets(Unpacker& from, std::map<std::string, Index>& sets) {
  for (Index count = from.number(); count > 0; --count) {
    const std::string name = from.text();
    sets[name] = from.number();
  }
}

MeshReport unpacked_report(Unpacker& from) {
  MeshReport report;
  report.id = from.text();
  report.kind = static_cast<CellKind>(from.number());
  for (Index* number : {&report.nodes, &report.cells, &report.space}) *number = from.number();
  report.fault = static_cast<Fault>(from.number());
  if (from.number() == 1) report.topology = unpacked_topology(from);
  for (auto* corner : {&report.box.low, &report.box.high})
    for (double& coordinate : *corner) coordinate = from.value();
  report.outline = unpacked_outline(from);
  report.fields = from.texts();
  for (Index count = from.number(); count > 0; --count) {
    const std::string name = from.text();
    report.odd_fields[name] = from.text();
  }
  for (Index count = from.number(); count > 0; --count) {
    const std::string name = from.text();
    report.scalars[name] = from.value();
  }
  unpack_sets(from, report.parts);
  unpack_sets(from, report.tags);
  for (Index count = from.number(); count > 0; --count) {
    const auto severity = static_cast<Severity>(from.number());
    std::string code = from.text();
    report.findings.push_back({severity, std::move(code), from.text()});
  }
  return report;
}

/// @collective The bytes of all ranks one after another.
std::string gathered(const Comm& comm, const std::string& mine) {
  const int size = narrow<int>(mine.size());
  std::vector<int> sizes(static_cast<std::size_t>(comm.size())), starts(sizes.size());
  check_mpi(MPI_Allgather(&size, 1, MPI_INT, sizes.data(), 1, MPI_INT, comm.raw()));
  std::exclusive_scan(sizes.begin(), sizes.end(), starts.begin(), 0);
  std::string all(static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), Index{0})), '\0');
  check_mpi(MPI_Allgatherv(mine.data(), size, MPI_CHAR, all.data(), sizes.data(), starts.data(), MPI_CHAR, comm.raw()));
  return all;
}

MeshReport report_on(const MeshDataset& dataset, Index place, const CheckRules& rules) {
  MeshReport report;
  report.id = dataset.index().samples[static_cast<std::size_t>(place)].id;
  try {
    MeshSample sample = dataset.read(place);
    report = check_and_repair(sample, rules).report;
  } catch (const Error& error) {
    report.fault = error.fault();
    report.findings.push_back({Severity::fault, "unreadable", error.what()});
  } catch (const std::bad_alloc&) {
    report.fault = Fault::memory;
    report.findings.push_back({Severity::fault, "unreadable", "there is not enough memory for it"});
  }
  return report;
}

}  // namespace

std::vector<MeshReport> check_samples(const Comm& comm, const MeshDataset& dataset, const std::vector<Index>& places,
                                      const CheckRules& rules) {
  std::vector<Index> loads;
  for (const Index place : places) loads.push_back(dataset.index().samples[static_cast<std::size_t>(place)].nodes);
  const std::vector<int> rank_of = balanced(loads, comm.size());
  Packer packer;
  together(comm, [&] {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (rank_of[i] != comm.rank()) continue;
      packer.add(static_cast<Index>(i));
      pack(report_on(dataset, places[i], rules), packer);
    }
  });
  const std::string all = gathered(comm, packer.bytes());
  std::vector<MeshReport> reports(places.size());
  for (Unpacker from(all); !from.is_empty();) {
    const auto number = static_cast<std::size_t>(from.number());
    reports[number] = unpacked_report(from);
  }
  return reports;
}

int exit_code(const std::vector<MeshReport>& reports) noexcept {
  int worst = 0;
  for (const MeshReport& report : reports)
    if (!report.is_sound()) worst = std::max(worst, exit_code(report.fault));
  return worst;
}

}  // namespace mercer
