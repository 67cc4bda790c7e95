// Plugin spectral_mixture_gp: Gaussian processes with spectral-mixture features for equations with high frequencies and
// many scales.
#include <mercer/report/timer.hpp>
#include <mercer/solvers/plugin.hpp>
#include <mercer/solvers/spectral_mixture_gp/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/translate.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {

void describe(Binder& bind, FeatureOptions& options) {
  bind.field("tolerance", options.tolerance,
             "residual, relative to the largest term of the equation, at which it is certified", {1e-14, 1});
  bind.field("loops", options.loops, "solves with ever more features, at most", {1, 20});
  bind.field("threshold", options.threshold,
             "amplitude of a frequency, relative to the largest, from which it gets a band", {1e-12, 1});
  bind.field("base_degree", options.base_degree, "of the plain polynomials along each axis", {4, 2000});
}

namespace {

Side::Kind kind_of(Face::Kind kind) {
  switch (kind) {
    case Face::Kind::value:
      return Side::Kind::value;
    case Face::Kind::derivative:
      return Side::Kind::derivative;
    case Face::Kind::periodic:
      return Side::Kind::periodic;
    case Face::Kind::free:
      return Side::Kind::free;
  }
  return Side::Kind::free;
}

std::vector<NamedAxis> named_axes(const Problem& problem) {
  std::vector<NamedAxis> axes;
  for (const Axis& axis : problem.axes()) {
    NamedAxis named{axis.name, {axis.begin, axis.end}, {}};
    for (const bool is_upper : {false, true}) {
      const Face& face = problem.face(axis.name, is_upper);
      named.ends[is_upper ? 1 : 0] = {kind_of(face.kind), face.formula};
    }
    axes.push_back(std::move(named));
  }
  return axes;
}

/// The samples of a source in a file, as they stand on its grid.
Samples samples_of(const Comm& comm, const Problem& problem, const Input& source) {
  const Field field = read_field(comm, *source.array, "source", problem.axes());
  Samples samples{field.grid().shape(), dense(field.box().shape())};
  std::copy(field.span().begin(), field.span().end(), samples.values.data());
  return samples;
}

/// @collective where the source is in a file.
Statement statement_of(const Comm& comm, const Problem& problem) {
  std::vector<std::string> names = problem.axis_names();
  std::reverse(names.begin(), names.end());
  const Equation equation = Equation::parse(problem.equation_text, names, "u");
  const Input& source = problem.inputs.at("source");
  Statement statement = translate(named_axes(problem), equation, "f", source.array ? Expression() : source.formula);
  if (source.array) {
    statement.source = nullptr;
    statement.samples = samples_of(comm, problem, source);
  }
  return statement;
}

Coordinates coordinates_of(const Field& field) {
  Coordinates grid;
  for (int axis = 0; axis < field.grid().dimensions(); ++axis) {
    const Range mine = field.box().ranges[static_cast<std::size_t>(axis)];
    grid.emplace_back();
    for (Index point = mine.begin; point < mine.end; ++point)
      grid.back().push_back(field.grid().axis(axis).coordinate(point));
  }
  return grid;
}

class SpectralMixtureGp : public Solver {
 public:
  using Options = FeatureOptions;
  explicit SpectralMixtureGp(const Options& options) : options_(options) {}

  void check(const Problem& problem, Complaints& complaints) const override {
    if (problem.domain.axes.size() > 3) complaints.add("", "problem.domain", "at most three axes were expected");
    const Input& source = problem.inputs.at("source");
    if (source.array && source.array->grid != Placement::nodes)
      complaints.add(source.written, "problem.source.grid",
                     "samples of a source must hold both ends of every axis (nodes)");
    if (!source.is_given() && problem.equation && problem.equation->uses("f"))
      complaints.add("", "problem.source", "missing; without it an exact solution is needed to derive it from");
  }

  Estimate estimate(const Context& context, const Problem& problem) const override {
    // Before the data have been seen the number of features is a guess: two bands an axis beside the polynomials.
    const double features = 2.0 * options_.base_degree + 33;
    const int dimensions = static_cast<int>(problem.domain.axes.size());
    const double unknowns = std::pow(features, dimensions), nodes = std::pow(1.15 * features + 24, dimensions);
    Estimate estimate;
    estimate.unknowns = estimate.unknowns_per_rank = static_cast<Index>(unknowns);
    estimate.bytes_per_rank = 8 * (6 * nodes / context.comm.size() + 4 * unknowns);
    estimate.flops_per_rank = dimensions * (25 * std::pow(features, 3) + 8 * nodes * features / context.comm.size());
    return estimate;
  }

  Solution solve(const Context& context, const Problem& problem) override {
    const Statement statement = statement_of(context.comm, problem);
    const FeatureResult result = [&] {
      const PhaseTimer phase(context.phases, "solve");
      return solve_features(context.comm, statement, options_);
    }();
    const PhaseTimer phase(context.phases, "evaluate");
    const auto grid = problem.grid();
    Field u("u", "", grid, Decomposition(grid->shape(), context.comm, Split::slabs), context.comm.rank());
    together(context.comm, [&] {
      if (u.box().count() == 0) return;
      const Array values = result.solution(coordinates_of(u));
      std::copy_n(values.data(), u.box().count(), u.span().data());
    });
    Solution solution;
    record(result, solution.record);
    solution.fields.push_back(std::move(u));
    return solution;
  }

 private:
  static void record(const FeatureResult& result, Record& record) {
    const Certificate& certificate = result.certificate;
    record.set("certified", certificate.certified ? "yes" : "no");
    if (!certificate.certified) record.set("reason", certificate.reason);
    record.set("residual", certificate.residual);
    record.set("error_bound", certificate.error_bound);
    record.set("condition", certificate.residual > 0 ? certificate.error_bound / certificate.residual : 0.0);
    record.set("features", result.solution.space().shape().count());
    record.set("loops", result.loops);
    record.set("newton_iterations", result.newton);
    record.set("krylov_iterations", result.krylov);
    record.set("collectives", result.collectives);
  }
  Options options_;
};

ProblemSpec problem() {
  ProblemSpec spec;
  spec.inputs = {{"source",
                  "source f of the equation: a formula, or samples at nodes; without it, it is derived from 'exact'",
                  false, Interpolation::linear}};
  spec.faces = {Face::Kind::value, Face::Kind::derivative, Face::Kind::periodic, Face::Kind::free};
  spec.takes_equation = true;
  return spec;
}

}  // namespace
}  // namespace mercer::smgp

MERCER_PLUGIN("spectral_mixture_gp", registry) {
  registry.add_solver<mercer::smgp::SpectralMixtureGp>(
      "spectral_mixture_gp", "equations with high frequencies and many scales by a spectral-mixture Gaussian process",
      mercer::smgp::problem());
}
