#include <mercer/gp/kernels.hpp>
#include <mercer/solvers/grid_gp/options.hpp>

namespace mercer::grid_gp {
namespace {

CovariancePointer covariance_on_a_line(const Options& options) {
  switch (options.covariance) {
    case Kind::gaussian_mixture:
      return gaussian_mixture(options.components);
    case Kind::student_mixture:
      return student_mixture(options.components);
    case Kind::squared_exponential:
      return squared_exponential();
    case Kind::matern12:
      return matern_half();
    case Kind::matern32:
      return matern_three_halves();
    case Kind::matern52:
      return matern_five_halves();
  }
  fail(Fault::internal, "a covariance without a name");
}

bool is_mixture(Kind kind) { return kind == Kind::gaussian_mixture || kind == Kind::student_mixture; }

/// Puts the numbers of one parameter behind `raw`, or says why they cannot be.
void append(const ParameterInfo& info, const std::vector<double>& numbers, const std::string& path,
            std::vector<double>& raw, Complaints& complaints) {
  const Index wanted = info.shape.count();
  if (std::cmp_not_equal(numbers.size(), wanted))
    return complaints.add(Node(), path, fmt::format("expected a list of {} numbers, got {}", wanted, numbers.size()));
  for (const double number : numbers) {
    try {
      raw.push_back(info.domain.raw(number));
    } catch (const Error& error) {
      complaints.add(Node(), path, error.what());
    }
  }
}

}  // namespace

void describe(Binder& bind, Options& options) {
  bind.choice("covariance", options.covariance,
              {{"gaussian_mixture", Kind::gaussian_mixture},
               {"student_mixture", Kind::student_mixture},
               {"squared_exponential", Kind::squared_exponential},
               {"matern12", Kind::matern12},
               {"matern32", Kind::matern32},
               {"matern52", Kind::matern52}},
              "along each axis; that of the field is their product");
  bind.field("components", options.components, "of a mixture along each axis", {1, 1000});
  bind.field("parameters", options.parameters,
             "of the covariance, by axis and name, see mercer describe COVARIANCE: {x: {length: [0.1], variance: [1]}, "
             "y: {length: [0.2]}}; without them they are learned");
  bind.choice("mean", options.mean, {{"observed", PriorMean::observed}, {"zero", PriorMean::zero}},
              "of the field before it was observed: that of the data, or zero");
  bind.field("draws", options.draws, "for what missing points add to the variance; it is known to sqrt(2 / draws)",
             {1, 100000});
  bind.field("probes", options.probes, "of signs, for the determinant on missing points in the evidence", {2, 100000});
  bind.field("tolerance", options.tolerance, "of the residual of conjugate gradients, relative", {1e-14, 0.1});
  bind.field("iterations", options.iterations, "of conjugate gradients, at most", {1, 1000000});
  bind.field("learning_points", options.learning_points,
             "of the part of the grid from which parameters are learned: its most observed block of about so many",
             {16, 1e6});
  bind.field("learning_iterations", options.learning_iterations, "of L-BFGS, at most", {1, 100000});
}

ProductCovariance covariance_of(const Options& options, int axes) {
  std::vector<CovariancePointer> factors(static_cast<std::size_t>(axes), covariance_on_a_line(options));
  if (!is_mixture(options.covariance)) factors.back() = scaled(factors.back());
  return ProductCovariance(std::move(factors));
}

std::vector<double> given_parameters(const ProductCovariance& covariance, const Values& values,
                                     const std::vector<std::string>& axes, Complaints& complaints) {
  std::vector<double> raw;
  const std::string path = "options.parameters";
  for (const auto& [axis, numbers] : values)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end())
      complaints.add(Node(), path + "." + axis, "the domain has no such axis" + suggestion(axis, axes));
  for (int number = 0; number < covariance.dimensions(); ++number) {
    const std::string& axis = axes[static_cast<std::size_t>(number)];
    const auto found = values.find(axis);
    std::vector<std::string> names;
    for (const ParameterInfo& info : covariance.factor(number).parameters()) {
      names.push_back(info.name);
      const std::string place = fmt::format("{}.{}.{}", path, axis, info.name);
      if (found == values.end() || !found->second.contains(info.name))
        complaints.add(Node(), place, "missing; give all parameters, or none to learn them");
      else
        append(info, found->second.at(info.name), place, raw, complaints);
    }
    if (found == values.end()) continue;
    for (const auto& [name, ignored] : found->second)
      if (std::find(names.begin(), names.end(), name) == names.end())
        complaints.add(Node(), fmt::format("{}.{}.{}", path, axis, name),
                       "there is no such parameter" + suggestion(name, names));
  }
  return raw;
}

}  // namespace mercer::grid_gp
