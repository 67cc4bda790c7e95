// Regression on 1000 x 1000 points, 20 % of them missing, with a spectral mixture along each axis: by two ranks
// together against one of two single ranks that work at the same time. Both keep two cores and the memory busy, so the
// ratio is what the distribution gains. Run on two ranks.
#include "bench/bench.hpp"
#include <mercer/base/random.hpp>
#include <mercer/gp/grid_fit.hpp>
#include <mercer/gp/kernels.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace mercer;

constexpr double noise = 0.1, missing = 0.2;

/// Two components an axis, of lengths of 10 and 20 points; variance one.
struct Process {
  ProductCovariance covariance{{gaussian_mixture(2), gaussian_mixture(2)}};
  GridSpacing grid{{1000, 1000}, {1, 1}};
  std::vector<double> theta;
  Process() {
    for (int axis = 0; axis < 2; ++axis)
      for (const double raw : {std::log(0.6), std::log(0.4), std::log(0.005), std::log(0.00125), 0.0, 0.025})
        theta.push_back(raw);
  }
  GridBasis basis(const Comm& comm) const {
    return GridBasis(comm, covariance_columns(covariance, theta, grid), negligible_share * noise * noise);
  }
};

/// A draw of the process, and its readings, at this rank's points.
struct Data {
  std::vector<double> truth, readings;
  explicit Data(const GridBasis& basis) : truth(static_cast<std::size_t>(basis.own_count())) {
    const Random modes(1), readings_noise(2), lost(3);
    std::vector<double> coefficients;
    for (std::size_t k = 0; k < basis.values().size(); ++k)
      coefficients.push_back(std::sqrt(basis.values()[k]) * modes.normal(k));
    basis.synthesise(coefficients, truth);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const auto point = static_cast<std::uint64_t>(basis.first_point()) + i;
      readings.push_back(lost.uniform(point) < missing ? std::numeric_limits<double>::quiet_NaN()
                                                       : truth[i] + noise * readings_noise.normal(point));
    }
  }
};

struct Outcome {
  double error = 0;  ///< relative, against the truth
  Index iterations = 0;
};

/// @collective Eigenvectors and one solve.
Outcome solve(const Comm& solving, const Process& process, const Data& data) {
  const GridBasis basis = process.basis(solving);
  const GridRegression regression(basis, noise, data.readings, {1e-8, 1000});
  std::vector<double> mean(data.truth.size());
  regression.mean(mean);
  Outcome outcome{0, regression.iterations()};
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] -= data.truth[i];
  outcome.error = reproducible_norm(solving, mean) / reproducible_norm(solving, data.truth);
  return outcome;
}

int measure(const Comm& comm, const std::string& path) {
  require_agreed(comm.size() == 2, Fault::usage, "two ranks were expected, not {}", comm.size());
  const Comm alone = Comm::self();
  const Process process;
  const Data shared(process.basis(comm)), whole(process.basis(alone));
  Outcome two, one;
  bench::Comparison row = bench::compare_ranks(comm, "1000 x 1000 points, 20 % missing", [&](const Comm& solving) {
    (solving.size() == 2 ? two : one) = solve(solving, process, solving.size() == 2 ? shared : whole);
  });
  row.least = 1.5;
  if (comm.is_root()) {
    bench::report({row}, path);
    fmt::print("iterations {} and {}, relative error against the truth {:.5f} and {:.5f}\n", two.iterations,
               one.iterations, two.error, one.error);
  }
  require_agreed(
      one.error < 0.1 && std::abs(two.error - one.error) < 1e-8, Fault::numerics,
      "the relative errors of two ranks and of one are {:.5f} and {:.5f}; equal ones below 0.1 were expected",
      two.error, one.error);
  bench::require_bars(comm, {row});
  return 0;
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
