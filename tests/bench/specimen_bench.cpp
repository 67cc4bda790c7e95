// A specimen of 1600 nodes: its way onto the common shape against numpy and scipy, and a prediction for it.
#include "bench/bench.hpp"
#include "bench/script.hpp"
#include "support/made_meshes.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/geometry/locator.hpp>
#include <mercer/meshes/geometry/morph.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/solvers/mmgp/predict.hpp>
#include <mercer/solvers/mmgp/train.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace {

using namespace mercer;

constexpr Index across = 39, taught = 200, asked = 32;

MeshSample sample_of(Mesh mesh) {
  MeshSample sample;
  sample.id = "specimen";
  sample.mesh = std::move(mesh);
  return sample;
}

Mesh specimen() { return test::notched_plate(across, 0.2, 0.3, 0.2); }
Mesh common_specimen() { return test::notched_plate(across, 0.1, 0.25, 0.25); }

/// The meshes as the script reads them.
void write_meshes(const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary);
  for (const Mesh& mesh : {specimen(), common_specimen()}) {
    const std::array<Index, 2> counts{mesh.nodes(), mesh.cells.count()};
    file.write(reinterpret_cast<const char*>(counts.data()), sizeof counts);
    file.write(reinterpret_cast<const char*>(mesh.points.data()), 8 * mesh.points.count());
    file.write(reinterpret_cast<const char*>(mesh.cells.nodes.data()), 8 * mesh.cells.nodes.count());
  }
}

/// x - 2 y at the nodes, brought over by an operator: the sum of its squares there.
double squares(const SparseMatrix& way, const Mesh& mesh) {
  std::vector<double> field, there(static_cast<std::size_t>(way.rows()));
  for (Index i = 0; i < mesh.nodes(); ++i) field.push_back(mesh.points(i, 0) - 2 * mesh.points(i, 1));
  way.apply(field, there);
  double total = 0;
  for (const double value : there) total += value * value;
  return total;
}

/// Check, map and both operators.
class Morphing {
 public:
  Morphing() : common_(common_specimen()), sample_(sample_of(specimen())) {
    const MarkedLoop loop = with_corners(common_, disk_boundary(common_));
    disk_ = circle(fractions(loop));
    reference_ = morph(common_, loop, disk_, Weights::mean_value);
    in_common_.emplace(reference_.points.view(), common_.cells);
  }

  /// Seconds of the processor.
  double seconds() {
    const double start = bench::processor_seconds();
    require_sound(check_and_repair(sample_, {.demand = Demand::disk}).report, "the benchmark");
    const Mesh& mesh = sample_.mesh;
    const std::vector<Facet> edges = facets(mesh.cells, mesh.nodes());
    const MarkedLoop loop = with_corners(mesh, disk_boundary(mesh, edges));
    const Morph moved = unfolded_morph(mesh, loop, disk_, Weights::mean_value);
    const Locator in_mesh(moved.points.view(), mesh.cells, boundary_facets(edges));
    to_ = in_mesh.interpolation(reference_.points.view());
    from_ = in_common_->interpolation(moved.points.view());
    return bench::processor_seconds() - start;
  }

  double check() const { return squares(to_, sample_.mesh) + squares(from_, common_); }

 private:
  Mesh common_;
  MeshSample sample_;
  CommonShape disk_;
  Morph reference_;
  std::optional<Locator> in_common_;
  SparseMatrix to_, from_;
};

/// Against a script that does the same steps; `gap` is how far its results may be from ours, relative.
bench::Comparison morphing(bench::Script& python, const std::string& peer, double least, double gap) {
  Morphing ours;
  double theirs = 0;
  bench::Comparison row = bench::compare_timed(
      "check, map and two operators of a specimen of 1600 nodes", peer, [&] { return ours.seconds(); },
      [&] {
        const bench::Script::Answer answer = python.ask("work");
        theirs = answer.check;
        return answer.seconds;
      },
      21);
  row.least = least;
  row.figures.push_back({"milliseconds", 1e3 * row.ours_seconds, 4});
  row.figures.push_back({"difference of results", std::abs(ours.check() / theirs - 1), gap});
  return row;
}

/// @collective Plates with five fields and three scalars.
void write_plates(const Comm& comm, const std::filesystem::path& path) {
  MeshDatasetWriter writer(comm, path, Existing::replace,
                           {{"load", "stiffness"}, {"a", "b", "c"}, {"f0", "f1", "f2", "f3", "f4"}});
  const Random random(5);
  std::map<std::string, std::vector<Index>> splits;
  for (Index number = 0; number < taught + asked; ++number) {
    const auto draw = [&](Index k) { return random.uniform(static_cast<std::uint64_t>(4 * number + k)); };
    const double left = 0.2 + 0.2 * draw(0), right = 0.2 + 0.2 * draw(1), load = draw(2), stiffness = draw(3);
    MeshSample sample = sample_of(test::notched_plate(across, 0.2, left, right));
    for (int f = 0; f < 5; ++f) {
      MeshField field{fmt::format("f{}", f), Tensor<double>({sample.mesh.nodes(), 1}, Rows::dense)};
      for (Index i = 0; i < sample.mesh.nodes(); ++i)
        field.values(i, 0) = std::sin((f + 1) * (sample.mesh.points(i, 0) + load) + left) +
                             stiffness * std::cos(3 * sample.mesh.points(i, 1) * (f + right));
      sample.point_fields.push_back(std::move(field));
    }
    sample.scalars = {{"load", load}, {"stiffness", stiffness}, {"a", load * left}, {"b", right}, {"c", load + right}};
    writer.write(0, &sample);
    splits[number < taught ? "train" : "test"].push_back(number);
  }
  writer.commit(splits);
}

/// A model of 200 samples, 32 modes a field with a process each; how good its hyper-parameters are does not matter.
bench::Comparison prediction(const Comm& comm, const std::filesystem::path& path, bench::Script& python) {
  write_plates(comm, path);
  Log log(comm, Level::warning);
  Phases phases;
  const Context context{comm, log, phases, 0, ProgressStyle::none};
  mmgp::Settings settings;
  settings.data.train = "train";
  for (RegressionOptions* options : {&settings.options.fields, &settings.options.scalars}) {
    options->starts = 1;
    options->iterations = 3;
  }
  const SampleSource source{path};
  const MeshDataset dataset(comm, path);
  const auto learnt =
      mmgp::learn(context, settings, source, dataset, mmgp::read_lesson(context, settings, source, dataset));
  std::vector<mmgp::Specimen> specimens;
  for (const Index place : mmgp::places_of(dataset, "test")) {
    specimens.push_back(mmgp::read_specimen(dataset, place, settings.options));
    specimens.back().ways = learnt->common.ways(specimens.back());
  }
  const mmgp::Predictor predictor(*learnt, settings.options, 0);
  bench::Comparison row = bench::compare_timed(
      "prediction of five fields and three scalars with deviations for a mapped specimen", "the way of one by scipy",
      [&] {
        const double start = bench::processor_seconds();
        predictor.predict(specimens);
        return (bench::processor_seconds() - start) / asked;
      },
      [&] { return python.ask("work").seconds; }, 11);
  row.least = 8;
  row.figures.push_back({"milliseconds", 1e3 * row.ours_seconds});
  row.figures.push_back({"modes of a field", static_cast<double>(learnt->fields[0].count)});
  return row;
}

int run(const Comm& comm, const std::string& path) {
  const test::SharedScratch scratch(comm);
  write_meshes(scratch / "meshes.bin");
  const std::string meshes = (scratch / "meshes.bin").string();
  bench::Script tuned("mesh_peer.py", bench::Memory::kept, meshes),
      usual("mesh_usual_peer.py", bench::Memory::kept, meshes);
  require(tuned.is_there() && usual.is_there(), Fault::unavailable,
          "numpy and scipy are not there, and this benchmark compares with them");
  return bench::conclude(
      comm,
      {morphing(tuned, "numpy and scipy, tuned for this", 2.5, 1e-9),
       morphing(usual, "a usual pipeline of numpy and scipy", 7, 1e-6), prediction(comm, scratch / "plates.h5", tuned)},
      path);
}

}  // namespace

int main(int, char** argv) { return bench::run_benchmark(argv[1], ::run); }
