// Verbs mesh info and data info: what is in a file of meshes.
#include <mercer/base/text.hpp>
#include <mercer/meshes/check/check_dataset.hpp>
#include <mercer/meshes/read/source.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/mesh_report.hpp>
#include <mercer/solvers/driver/print.hpp>

#include <algorithm>

namespace mercer::driver {
namespace {

std::string names_text(const std::map<std::string, Index>& sizes, const char* unit) {
  std::vector<std::string> words;
  for (const auto& [name, size] : sizes) words.push_back(fmt::format("{} ({} {})", name, size, unit));
  return join(words, ", ");
}

void set_if_any(Record& record, const std::string& name, const std::string& text) {
  if (!text.empty()) record.set(name, text);
}

/// Of a sample that was asked for, or is the only one.
Record sample_record(const MeshReport& report) {
  Record record = report_record(report, "");
  set_if_any(record, "fields", join(report.fields, ", "));
  for (const auto& [name, value] : report.scalars) record.set("scalars." + plain_name(name), value);
  set_if_any(record, "parts", names_text(report.parts, "cells"));
  set_if_any(record, "tags", names_text(report.tags, "nodes"));
  return record;
}

Record index_record(const std::string& file, const MeshIndex& index) {
  Record record;
  record.set("file", file);
  record.set("format", index.format);
  record.set("samples", index.samples.size());
  if (!index.samples.empty()) {
    const auto [least, most] = std::ranges::minmax(index.samples, {}, &MeshEntry::nodes);
    record.set("nodes.least", least.nodes);
    record.set("nodes.most", most.nodes);
    record.set("first", index.samples.front().id);
    record.set("last", index.samples.back().id);
  }
  for (const auto& [name, places] : index.splits) record.set("splits." + plain_name(name), places.size());
  set_if_any(record, "fields", join(index.fields, ", "));
  set_if_any(record, "scalars", join(index.scalars, ", "));
  set_if_any(record, "in_scalars", join(index.in_scalars, ", "));
  set_if_any(record, "out_scalars", join(index.out_scalars, ", "));
  set_if_any(record, "out_fields", join(index.out_fields, ", "));
  return record;
}

/// @collective Whether there are meshes at a path; what is not there or broken is left to whoever opens it.
bool holds_meshes(const Comm& comm, const std::filesystem::path& path) {
  Index found = 0;
  together(comm, [&] {
    if (!comm.is_root()) return;
    try {
      mesh_format(path);
      found = 1;
    } catch (const Error&) {
      found = 0;
    }
  });
  return broadcast(comm, found) == 1;
}

}  // namespace

int mesh_info(Run& run) {
  const CommandLine& line = run.line;
  const MeshDataset dataset(run.comm, line.file);
  Record record = index_record(line.file.string(), dataset.index());
  std::vector<Index> places;
  if (dataset.count() == 1 || !line.samples.empty())
    together(run.comm, [&] { places = chosen(dataset, line.samples); });
  std::vector<Record> samples;
  for (const MeshReport& report : check_samples(run.comm, dataset, places, {.demand = Demand::any}))
    samples.push_back(sample_record(report));
  if (!samples.empty()) record.set("contents", std::move(samples));
  print(run.comm, line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

int data_info(Run& run) { return holds_meshes(run.comm, run.line.file) ? mesh_info(run) : info(run); }

}  // namespace mercer::driver
