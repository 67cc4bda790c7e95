// A mesh of a million nodes: distributed beside DMPlex; checked, mapped and interpolated on one rank and on two.
#include "bench/bench.hpp"
#include "bench/memory.hpp"
#include "bench/plex_peer.hpp"
#include "support/made_meshes.hpp"
#include <mercer/meshes/geometry/distributed_locator.hpp>
#include <mercer/meshes/geometry/distributed_map.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace {

using namespace mercer;

/// [-1, 1]^2 with both sides bent inwards, in n x n squares.
Mesh waisted_plate(Index n) {
  return test::mapped_square(n, 0.2, [](double x, double y) {
    const double height = 2 * y - 1, bend = std::exp(-8 * height * height);
    const double left = -1 + 0.3 * bend, right = 1 - 0.2 * bend;
    return std::array{left + x * (right - left), height};
  });
}

/// Points of this rank of a fixed cloud that fills the unit disk, with some beyond the polygon of the mesh.
Tensor<double> targets(const Comm& comm, Index count) {
  const Range mine = block(count, comm.rank(), comm.size());
  Tensor<double> points({mine.count(), 2}, Rows::dense);
  for (Index i = 0; i < mine.count(); ++i) {
    const double radius = std::sqrt((static_cast<double>(mine.begin + i) + 0.5) / static_cast<double>(count));
    const double angle = 2.399963229728653 * static_cast<double>(mine.begin + i);  // the golden angle
    points(i, 0) = radius * std::cos(angle);
    points(i, 1) = radius * std::sin(angle);
  }
  return points;
}

/// Check, map and interpolation of a mesh that has been distributed.
class LargeMesh {
 public:
  LargeMesh(const Comm& comm, const Mesh& whole)
      : mesh_(distribute(comm, part_of(whole, comm))), targets_(targets(comm, whole.nodes())) {}

  /// @collective Values at the targets of this rank.
  std::vector<double> work(const Comm& comm) const {
    mark();
    require_agreed(facets(mesh_.local.cells, static_cast<Index>(mesh_.number.size())).size() >= mesh_.facets.size(),
                   Fault::internal, "facets of the benchmark are missing");
    const Connectivity found = topology(comm, mesh_);
    const BoundaryCurve boundary = boundary_curve(comm, mesh_);
    require_agreed(found.euler == 1 && found.components == 1 && found.branched == 0, Fault::internal,
                   "the mesh of the benchmark is not a disk");
    const MarkedLoop loop = with_corners(boundary.curve, disk_boundary(boundary.curve));
    mark("check");
    const Morph moved = unfolded_morph(comm, mesh_, boundary, loop, circle(fractions(loop)), Weights::mean_value);
    require_agreed(moved.replaced.empty(), Fault::internal, "the map of the benchmark folds cells");
    mark("map");
    const auto to = interpolation(comm, mesh_, moved.points.view(), targets_.view());
    std::vector<double> field, values(static_cast<std::size_t>(to->rows()));
    for (Index i = 0; i < mesh_.owned.count(); ++i)
      field.push_back(mesh_.local.points(i, 0) - 2 * mesh_.local.points(i, 1));
    to->apply(field, values);
    mark("interpolation");
    return values;
  }

  /// @collective One solve of the map's equations with GAMG: the matrix, the hierarchy, one right side.
  void solve_by_gamg(const Comm& comm) const {
    const BoundaryCurve boundary = boundary_curve(comm, mesh_);
    const Index count = boundary.curve.nodes();
    Tensor<double> places({count, 1}, Rows::dense);
    for (Index i = 0; i < count; ++i) places(i, 0) = boundary.curve.points(i, 0);
    barycentric_map(comm, mesh_, Weights::mean_value, boundary.number, places.view(), {.multigrid = Multigrid::gamg});
  }

  /// Seconds of the processor that the parts of the last work took on this rank.
  const std::vector<bench::Figure>& parts() const noexcept { return parts_; }
  double seconds() const noexcept {
    double total = 0;
    for (const bench::Figure& part : parts_) total += part.value;
    return total;
  }

 private:
  void mark(const char* part = nullptr) const {
    const double now = bench::processor_seconds();
    if (!part)
      parts_.clear();
    else
      parts_.push_back({std::string(part) + " [s]", now - last_});
    last_ = now;
  }

  DistributedMesh mesh_;
  Tensor<double> targets_;
  mutable double last_ = 0;
  mutable std::vector<bench::Figure> parts_;
};

/// On one rank: all of it over one solve with GAMG of the same matrix.
bench::Comparison against_one_solve(const LargeMesh& large, const std::string& size, int pairs) {
  const Comm alone = Comm::self();
  bench::Comparison row = bench::compare(
      "check, map and interpolation, " + size, "one solve with GAMG", [&] { large.work(alone); },
      [&] { large.solve_by_gamg(alone); }, pairs);
  row.figures = large.parts();
  row.figures.push_back({"times one solve", 1 / row.ratio, 6});
  return row;
}

/// @collective Two ranks against one: time, and the largest difference of what is interpolated.
bench::Comparison against_one_rank(const Comm& comm, const LargeMesh& shared, const LargeMesh& own,
                                   const std::string& size, int pairs) {
  std::vector<double> together, alone;
  bench::Comparison row = bench::compare_ranks(
      comm, "the same on two ranks, " + size,
      [&](const Comm& solving) {
        (solving.size() == 1 ? alone : together) = (solving.size() == 1 ? own : shared).work(solving);
      },
      pairs);
  double gap = 0;
  const Range mine = block(static_cast<Index>(alone.size()), comm.rank(), comm.size());
  for (Index i = 0; i < mine.count(); ++i)
    gap = std::max(gap,
                   std::abs(together[static_cast<std::size_t>(i)] - alone[static_cast<std::size_t>(mine.begin + i)]));
  const double busiest = largest(comm, shared.seconds()), own_seconds = largest(comm, own.seconds());
  row.figures.push_back({"difference", largest(comm, gap), 1e-8});
  row.figures.push_back({"ratio of processor times", own_seconds / busiest});  // for machines with other work
  row.least = 1.6;
  return row;
}

/// @collective Processor time of the rank that needs most.
double busiest_seconds(const Comm& comm, const std::function<void()>& work) {
  bench::sleep_until_all_arrive(comm);
  const double start = bench::processor_seconds();
  work();
  return largest(comm, bench::processor_seconds() - start);
}

/// @collective From lists of cells to owned nodes, ghosts with their owners, all cells around owned nodes and their
/// edges. Memory is that of the rank that needs most.
bench::Comparison against_plex(const Comm& comm, const Mesh& whole, const std::string& size, int pairs) {
  const MeshPart part = part_of(whole, comm);
  Index ghosts = 0, plex_ghosts = 0;
  const auto ours = [&] {
    const DistributedMesh mesh = distribute(comm, part);
    ghosts = std::ssize(mesh.number) - mesh.owned.count();
    require_agreed(sum(comm, mesh.owned.count()) == whole.nodes(), Fault::internal, "nodes are missing");
  };
  const auto theirs = [&] {
    const bench::PlexPart spread = bench::distribute_by_plex(comm, part);
    plex_ghosts = spread.nodes - spread.owned;
    require_agreed(sum(comm, spread.owned) == whole.nodes(), Fault::internal, "DMPlex lost nodes");
  };
  bench::Comparison row = bench::compare_timed(
      "distribution of cells and nodes, " + size, "DMPlex", [&] { return busiest_seconds(comm, ours); },
      [&] { return busiest_seconds(comm, theirs); }, pairs);
  row.ranks = comm.size();
  row.least = 2;
  const double our_peak = largest(comm, bench::peak_growth(ours)), peak = largest(comm, bench::peak_growth(theirs));
  row.figures = {{"peak [MiB]", our_peak},
                 {"peak of DMPlex [MiB]", peak},
                 {"ratio of peaks", peak / our_peak},
                 {"ghosts", static_cast<double>(sum(comm, ghosts))},
                 {"ghosts of DMPlex", static_cast<double>(sum(comm, plex_ghosts))}};
  return row;
}

int measure(const Comm& comm, const std::string& path, Index across, int pairs) {
  const Mesh whole = waisted_plate(across);
  const std::string size = fmt::format("{} nodes", whole.nodes());
  const Comm alone = Comm::self();
  std::vector<bench::Comparison> rows;
  rows.push_back(against_plex(comm, whole, size, pairs));
  const LargeMesh own(alone, whole);
  if (comm.is_root()) rows.push_back(against_one_solve(own, size, pairs));
  bench::sleep_until_all_arrive(comm);
  const double start = MPI_Wtime();
  const LargeMesh shared(comm, whole);
  const double distribution = largest(comm, MPI_Wtime() - start);
  rows.push_back(against_one_rank(comm, shared, own, size, pairs));
  rows.back().figures.push_back({"distribution [s]", distribution});
  return bench::conclude(comm, rows, path);
}

}  // namespace

/// PATH [SQUARES ALONG A SIDE] [PAIRS]
int main(int argc, char** argv) {
  const Index across = argc > 2 ? std::stol(argv[2]) : 999;
  const int pairs = argc > 3 ? std::stoi(argv[3]) : 3;
  return bench::run_benchmark(
      argv[1], [&](const Comm& comm, const std::string& path) { return measure(comm, path, across, pairs); });
}
