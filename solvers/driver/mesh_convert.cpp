// Verbs mesh convert and data convert: meshes in another format.
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/write/gmsh.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/meshes/write/mesh_dataset_xdmf.hpp>
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
  if (ending == ".xdmf") return "xdmf";
  return ending == ".hdf" || ending == ".vtkhdf" ? "vtkhdf" : "dataset";
}

MeshSample read_for_output(const MeshDataset& dataset, Index place, const CommandLine& line) {
  MeshSample sample = dataset.read(place);
  if (line.repair)
    require_sound(check_and_repair(sample, {.demand = line.demand, .flat = Flat::kept}).report, line.file.string());
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

void write_dataset(Run& run, const MeshDataset& dataset, const std::vector<Index>& places,
                   const std::filesystem::path& path) {
  const MeshIndex& index = dataset.index();
  MeshDatasetWriter writer(run.comm, path, existing(run.line), {index.in_scalars, index.out_scalars, index.out_fields});
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
  run.log.info("{}: {} of {} samples written", path.string(), kept.size(), places.size());
}

std::filesystem::path with_ending(std::filesystem::path path, const char* ending) {
  return path.replace_extension(ending);
}

/// XDMF over a dataset that is there.
void show(Run& run, const MeshDataset& dataset, std::vector<Index> places, const std::filesystem::path& path) {
  std::ranges::sort(places);
  const ShownSamples shown = write_xdmf(run.comm, path, dataset, places,
                                        run.line.skip_bad ? Unusable::leave_out : Unusable::refuse, existing(run.line));
  for (const std::string& sentence : shown.left_out) run.log.warning("{}", sentence);
  run.log.info("{}: {} of {} samples shown; ParaView wants its absolute path", path.string(), shown.count,
               places.size());
}

void show_all(Run& run, const std::filesystem::path& dataset, const std::filesystem::path& path) {
  const MeshDataset written(run.comm, dataset);
  show(run, written, chosen(written, {}), path);
}

/// XDMF over the dataset itself, or over a copy beside the output where that is of another format or to be repaired.
void write_shown(Run& run, const MeshDataset& dataset, const std::vector<Index>& places) {
  const CommandLine& line = run.line;
  if (has_xdmf_layout(dataset.index()) && !line.repair) return show(run, dataset, places, line.output);
  const std::filesystem::path beside = with_ending(line.output, ".h5");
  together(run.comm, [&] {
    std::error_code ignored;
    require(!std::filesystem::equivalent(beside, line.file, ignored), Fault::usage,
            "the repaired samples would replace {}; give the output another name", line.file.string());
  });
  write_dataset(run, dataset, places, beside);
  show_all(run, beside, line.output);
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
  write_xdmf(run.comm, with_ending(line.output, ".xdmf"), line.output.filename().string(), sample, existing(line));
}

}  // namespace

int mesh_convert(Run& run) {
  const CommandLine& line = run.line;
  OutputFile::check(run.comm, line.output, existing(line));
  if (line.xdmf) OutputFile::check(run.comm, with_ending(line.output, ".xdmf"), existing(line));
  const MeshDataset dataset(run.comm, line.file);
  const std::string format = format_of(line);
  std::vector<Index> places;
  together(run.comm, [&] {
    places = chosen(dataset, line.samples);
    require(format == "dataset" || format == "xdmf" || places.size() == 1, Fault::usage,
            "{} holds {} samples, and a file of {} holds one; name it with --sample", line.file.string(), places.size(),
            format);
  });
  if (format == "xdmf") {
    write_shown(run, dataset, places);
  } else if (format == "dataset") {
    write_dataset(run, dataset, places, line.output);
    if (line.xdmf) show_all(run, line.output, with_ending(line.output, ".xdmf"));
  } else {
    write_one(run, dataset, places.front(), format);
  }
  return 0;
}

}  // namespace mercer::driver
