// What a case may say of a Gaussian process on a grid.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/gp/product.hpp>

#include <map>
#include <string>
#include <vector>

namespace mercer::grid_gp {

enum class Kind { gaussian_mixture, student_mixture, squared_exponential, matern12, matern32, matern52 };
enum class PriorMean { observed, zero };

/// By axis, then by parameter.
using Values = std::map<std::string, std::map<std::string, std::vector<double>>>;

struct Options {
  Kind covariance = Kind::squared_exponential;
  Index components = 3;
  Values parameters;
  PriorMean mean = PriorMean::observed;
  Index draws = 32, probes = 8;
  double tolerance = 1e-8;
  Index iterations = 5000;
  Index learning_points = 10000, learning_iterations = 60;
};
void describe(Binder& bind, Options& options);

/// The product of one covariance an axis; those without weights of their own get a variance on the last axis, x.
ProductCovariance covariance_of(const Options& options, int axes);

/// The parameters as the case gives them, as raw numbers for `covariance`; `axes` names its axes. Complains of what is
/// missing or not to be used.
std::vector<double> given_parameters(const ProductCovariance& covariance, const Values& values,
                                     const std::vector<std::string>& axes, Complaints& complaints);

}  // namespace mercer::grid_gp
