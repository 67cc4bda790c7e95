// Equations with known solutions, noisy samples of their sources, and how an answer compares with the truth.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/translate.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>

#include <functional>
#include <string>

namespace mercer::smgp::test {

struct NoisyProblem {
  std::string equation = "u_xx = f", exact;
  std::vector<Interval> axes{{0, 1}};  ///< named x, or y, x, or z, y, x
};

/// Solution and derivatives of it, and the equation with its source and all faces' values from the solution.
class Truth {
 public:
  explicit Truth(const NoisyProblem& problem);
  const Statement& statement() const noexcept { return statement_; }
  Eigen::VectorXd at(const Points& points, const std::string& derivative = "") const;  ///< e.g. "x" for u_x

 private:
  std::vector<std::string> names_;
  Expression exact_;
  Statement statement_;
};

/// The i-th of a family of independent noises of variance one.
using Noise = std::function<double(std::uint64_t)>;
Noise gaussian(std::uint64_t seed);

/// Source samples with noise of `relative` times their root mean square, the checks included.
NoisyData noisy(const Truth& truth, const Shape& shape, double relative, const Noise& noise);
double root_mean_square(std::span<const double> values);

/// The equation with this rank's part of `source` in place of a formula.
Statement sampled(const Comm& comm, const Truth& truth, const Array& source);

/// Error, coverage of 95 % intervals and rms deviation at 1001 points, or 41^2, or 11^3.
struct Score {
  double error = 0;  ///< relative, root mean square
  double coverage = 0, conservative = 0, slope_coverage = 0;
};
Points test_points(const Statement& statement);
Score score(const Truth& truth, const Assimilation& answer);
double relative_error(const Eigen::VectorXd& ours, const Eigen::VectorXd& exact);

/// Values of the solution at irregular points, with noise of `relative` times its root mean square, added to `data`.
void add_readings(const Truth& truth, int count, double relative, std::uint64_t seed, NoisyData& data);

/// Share of values within 1.96 standard deviations.
double coverage(const Eigen::VectorXd& truth, const Prediction& prediction);
double mean(std::span<const double> values);
double quantile(std::vector<double> values, double share);

/// The problems of the table of acceptance: S, M, X on [0, length].
NoisyProblem tone(double length);
NoisyProblem multiscale(double length);
NoisyProblem modulated(double length);

/// Terms deviation * (a cos(frequency (x - middle)) + b sin(...)) with independent standard normal a and b: together a
/// stationary Gaussian process on [0, length] whose spectrum is a mixture of two Gaussians.
struct Oscillation {
  double frequency, deviation;
};
std::vector<Oscillation> stationary_process(double length);
NoisyProblem stationary_draw(double length, std::uint64_t seed);  ///< G: one function of it

}  // namespace mercer::smgp::test
