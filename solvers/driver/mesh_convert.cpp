// Verbs mesh convert and data convert: meshes in another format.
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/write/gmsh.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/meshes/write/vtkhdf.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/mesh_report.hpp>

#include <algorithm>
#include <optional>

namespace mercer::driver {
namespace {

Existing existing(const CommandLine& line) { return line.overwrite ? Existing::replace : Existing::refuse; }

std::string format_of(const CommandLine& line) {
  if (!line.format.empty()) return line.format;
  const std::string ending = line.output.extension().string();
  if (ending == ".msh") return "gmsh";
  return ending == ".hdf" || ending == ".vtkhdf" ? "vtkhdf" : "dataset";
}

MeshSample read_for_output(const MeshDataset& dataset, Index place, const CommandLine& line) {
  MeshSample sample = dataset.read(place);
  if (line.repair) require_sound(check_and_repair(sample, {.demand = line.demand}).report, line.file.string());
  const std::string& name = dataset.index().samples[static_cast<std::size_t>(place)].name;
  if (!name.empty()) sample.id = name;
  return sample;
}

/// One sample of those that are converted, on the rank that has it.
struct Reading {
  std::optional<MeshSample> sample;
  std::string refusal;
};

/// @collective Each rank reads one sample of a round. Faults end the run unless they are to be skipped.
Reading read_round(Run& run, const MeshDataset& dataset, const std::vector<Index>& places, Index first) {
  Reading reading;
  together(run.comm, [&] {
    const Index mine = first + run.comm.rank();
    if (mine >= std::ssize(places)) return;
    try {
      reading.sample = read_for_output(dataset, places[static_cast<std::size_t>(mine)], run.line);
    } catch (const Error& error) {
      if (!run.line.skip_bad || error.fault() != Fault::data) throw;
      reading.refusal = fmt::format("left out: {}", error.what());
    }
  });
  run.log.warn_each(run.comm, reading.refusal);
  return reading;
}

/// The splits by the numbers that the samples have in the output.
std::map<std::string, std::vector<Index>> kept_splits(const MeshIndex& index, const std::vector<Index>& kept) {
  std::map<std::string, std::vector<Index>> splits;
  for (const auto& [name, places] : index.splits)
    for (const Index place : places) {
      const auto found = std::ranges::find(kept, place);
      if (found != kept.end()) splits[name].push_back(found - kept.begin());
    }
  return splits;
}

void write_dataset(Run& run, const MeshDataset& dataset, const std::vector<Index>& places) {
  const MeshIndex& index = dataset.index();
  MeshDatasetWriter writer(run.comm, run.line.output, existing(run.line),
                           {index.in_scalars, index.out_scalars, index.out_fields});
  std::vector<Index> kept;
  for (Index first = 0; first < std::ssize(places); first += run.comm.size()) {
    const Reading reading = read_round(run, dataset, places, first);
    for (int rank = 0; rank < run.comm.size() && first + rank < std::ssize(places); ++rank) {
      const bool is_mine = rank == run.comm.rank();
      if (largest(run.comm, Index{is_mine && !reading.sample}) == 1) continue;
      writer.write(rank, is_mine ? &*reading.sample : nullptr);
      kept.push_back(places[static_cast<std::size_t>(first + rank)]);
    }
  }
  writer.commit(kept_splits(index, kept));
  run.log.info("{}: {} of {} samples written", run.line.output.string(), kept.size(), places.size());
}

void write_one(Run& run, const MeshDataset& dataset, Index place, const std::string& format) {
  const CommandLine& line = run.line;
  MeshSample sample;
  together(run.comm, [&] { sample = read_for_output(dataset, place, line); });
  if (format == "gmsh") {
    std::string text;
    together(run.comm, [&] { text = gmsh_text(sample); });
    return write_file(run.comm, line.output, text, existing(line));
  }
  OutputFile file(run.comm, line.output, existing(line));
  write_vtkhdf(file, sample);
  file.commit();
  if (!line.xdmf) return;
  std::filesystem::path beside = line.output;
  write_xdmf(run.comm, beside.replace_extension(".xdmf"), line.output.filename().string(), sample, existing(line));
}

}  // namespace

int mesh_convert(Run& run) {
  const CommandLine& line = run.line;
  OutputFile::check(run.comm, line.output, existing(line));
  const MeshDataset dataset(run.comm, line.file);
  const std::string format = format_of(line);
  std::vector<Index> places;
  together(run.comm, [&] {
    places = chosen(dataset, line.samples);
    require(format == "dataset" || places.size() == 1, Fault::usage,
            "{} holds {} samples, and a file of {} holds one; name it with --sample", line.file.string(), places.size(),
            format);
  });
  if (format == "dataset")
    write_dataset(run, dataset, places);
  else
    write_one(run, dataset, places.front(), format);
  return 0;
}

}  // namespace mercer::driver
