// Regression by Gaussian processes against scikit-learn with the same BLAS, and two ranks against one. Run on two
// ranks; takes two minutes, most of them for scikit-learn.
#include "bench/bench.hpp"
#include "bench/script.hpp"
#include <mercer/gp/regression.hpp>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

namespace {

using namespace mercer;
using bench::Comparison;
using bench::Script;

struct Data {
  Matrix x, y;
};

Data data_of(Script& peer, Index points, Index inputs) {
  const std::string path = std::filesystem::temp_directory_path() / "mercer_gp_bench.bin";
  peer.ask(fmt::format("data {} {} {}", points, inputs, path));
  Data data{Matrix(points, inputs), Matrix(points, 1)};
  std::ifstream file(path, std::ios::binary);
  const auto read = [&](Matrix& into) {
    file.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(sizeof(double)) * into.size());
  };
  read(data.x);
  read(data.y);
  require(static_cast<bool>(file), Fault::io, "the peer wrote no data of {} points to {}", points, path);
  std::filesystem::remove(path);
  return data;
}

std::vector<double> theta_of(Index inputs) {
  std::vector<double> theta(static_cast<std::size_t>(inputs) + 2, std::log(3.0));
  theta.front() = 0;
  theta.back() = std::log(1e-2);
  return theta;
}

double seconds_of(const std::function<void()>& work) {
  const double begin = bench::processor_seconds();
  work();
  return bench::processor_seconds() - begin;
}

struct Peer {
  std::string name;
  Script script;
  double least;  ///< ratio that is asked of evaluations of the evidence
};

Comparison evidence(Peer& peer, Index points, Index inputs, int pairs) {
  const Data data = data_of(peer.script, points, inputs);
  ArdEvidence evidence(Radial::matern_five_halves, data.x, data.y);
  const std::vector<double> theta = theta_of(inputs);
  std::vector<double> gradient(theta.size());
  double ours = 0, theirs = 0;
  Comparison row = bench::compare_timed(
      fmt::format("evidence and gradient, {} points, {} inputs", points, inputs), peer.name,
      [&] { return seconds_of([&] { ours = -evidence(theta, gradient); }); },
      [&] {
        const Script::Answer answer = peer.script.ask(fmt::format("evidence {} {}", points, inputs));
        theirs = answer.check;
        return answer.seconds;
      },
      pairs);
  row.least = peer.least;
  row.figures = {{"evidence", ours}, {"difference", std::abs(ours - theirs), 1e-6}};
  if (points == 2000 && inputs == 20) row.figures.push_back({"from_expected", std::abs(ours + 1544.041), 1e-3});
  return row;
}

/// A whole search; `optimum` is the log evidence that both are known to reach.
Comparison fit(Script& peer, Index points, Index starts, double optimum, double least, int pairs) {
  constexpr Index inputs = 12;
  const Data data = data_of(peer, points, inputs);
  const Comm alone = Comm::self();
  const std::vector<Index> outputs{1};
  RegressionOptions options;
  options.starts = starts;
  std::optional<SearchResult> found;
  double theirs = 0;
  Comparison row = bench::compare_timed(
      fmt::format("fit, {} points, {} inputs, {} starts", points, inputs, starts), "scikit-learn",
      [&] { return seconds_of([&] { found = search_hyper_parameters(alone, data.x, data.y, outputs, options); }); },
      [&] {
        const Script::Answer answer = peer.ask(fmt::format("fit {} {} {}", points, inputs, starts));
        theirs = answer.check;
        return answer.seconds;
      },
      pairs);
  row.least = least;
  double evaluations = 0;
  for (const SearchRecord& record : found->records) evaluations += static_cast<double>(record.evaluations);
  const double ours = found->columns[0].log_evidence;
  row.figures = {{"evidence", ours},
                 {"difference", std::abs(ours - theirs), 1e-3},
                 {"from_expected", std::abs(ours - optimum), 1e-3},
                 {"evaluations", evaluations}};
  return row;
}

Comparison predict(Script& peer, Index points) {
  constexpr Index inputs = 12, at = 1000;
  const Data data = data_of(peer, points, inputs);
  const ArdPosterior posterior(Radial::matern_five_halves, data.x, data.y, theta_of(inputs));
  const Matrix where = data_of(peer, at, inputs).x;
  Comparison row = bench::compare_timed(
      fmt::format("predict {} points with deviation from {}", at, points), "scikit-learn",
      [&] { return seconds_of([&] { posterior.predict(where); }); },
      [&] { return peer.ask(fmt::format("predict {} {} {}", points, inputs, at)).seconds; }, 15);
  row.least = 1;
  return row;
}

std::vector<Comparison> against_scikit_learn() {
  Peer plain{"scikit-learn", Script("gp_peer.py", bench::Memory::given_back), 8};
  Peer tuned{"scikit-learn, memory kept", Script("gp_peer.py"), 4};
  require(plain.script.is_there(), Fault::unavailable,
          "the python of this system has no scikit-learn; install it (Debian: python3-sklearn)");
  std::vector<Comparison> rows;
  for (const Index inputs : {10, 20}) {
    rows.push_back(evidence(plain, 200, inputs, 21));
    rows.push_back(evidence(plain, 500, inputs, 9));
    rows.push_back(evidence(plain, 1000, inputs, 5));
    rows.push_back(evidence(plain, 2000, inputs, 3));
    rows.push_back(evidence(tuned, 500, inputs, 9));
    rows.push_back(evidence(tuned, 2000, inputs, 3));
  }
  rows.push_back(fit(plain.script, 200, 10, 338.270, 9, 3));
  rows.push_back(fit(plain.script, 500, 2, 1183.410, 8, 3));
  rows.push_back(predict(plain.script, 200));
  rows.push_back(predict(plain.script, 500));
  return rows;
}

/// @collective Sixteen modes of a field, ten starts each.
Comparison two_ranks(const Comm& comm) {
  const Matrix x = Matrix::Random(150, 8);
  Matrix y(150, 16);
  for (Index mode = 0; mode < y.cols(); ++mode)
    y.col(mode) = (static_cast<double>(mode + 1) * 0.4 * x.col(mode % 8).array()).sin() + 0.2 * x.col(1).array();
  const std::vector<Index> outputs{16};
  Comparison row = bench::compare_ranks(
      comm, "fit of 16 modes, 150 points, 10 starts, two ranks",
      [&](const Comm& working) { search_hyper_parameters(working, x, y, outputs, {}); }, 3);
  row.least = 1.7;
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  std::vector<Comparison> rows;
  bench::on_root_alone(comm, [&] { rows = against_scikit_learn(); });
  rows.push_back(two_ranks(comm));
  return bench::conclude(comm, rows, path);
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
