#include <mercer/base/text.hpp>
#include <mercer/solvers/generate/recipe.hpp>
#include <mercer/solvers/generate/whole_field.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

const Field& field_of(const Solution& solution, const std::string& name) {
  std::vector<std::string> known;
  for (const Field& field : solution.fields) {
    if (field.name() == name) return field;
    known.push_back(field.name());
  }
  fail(Fault::config, "generate.outputs: the solution has no field '{}'{}", name, suggestion(name, known));
}

void require_finite(const std::string& name, std::span<const double> values) {
  for (const double value : values)
    require(std::isfinite(value), Fault::numerics, "'{}' holds {}; finite numbers were expected", name, value);
}

/// Seeds of a case are below 2^50, so that those of its fields are all different.
std::uint64_t seed_of_field(Index seed, std::size_t number) {
  return static_cast<std::uint64_t>(seed) + (static_cast<std::uint64_t>(number) << 56U);
}

}  // namespace

Recipe::Recipe(const Case& read, const SolverEntry& entry, Complaints& complaints) : read_(read), spec_(entry.problem) {
  read_options(read.generate, "generate", generation_, complaints);
  solver_ = entry.make(read.options, "options", complaints);
  if (!complaints.empty()) return;
  check_generation(generation_, read.generate, complaints);
  check_inputs(complaints);
  if (!complaints.empty()) return;
  design_.emplace(generation_.design, generation_.samples, static_cast<std::uint64_t>(read.seed));
  for (const auto& [name, options] : generation_.fields) layout_.inputs.push_back(name);
  layout_.outputs = generation_.outputs;
  for (const auto& [name, text] : generation_.scalars) layout_.scalars.push_back(name);
  const Problem first = problem_of(0, complaints);
  if (!complaints.empty()) return;
  layout_.grid = first.grid();
  prepare_fields(first, complaints);
  if (complaints.empty()) solver_->check(first, complaints);
}

void Recipe::check_inputs(Complaints& complaints) const {
  std::vector<std::string> inputs;
  for (const InputSpec& input : spec_.inputs) inputs.push_back(input.name);
  for (const auto& [name, options] : generation_.fields) {
    if (std::find(inputs.begin(), inputs.end(), name) == inputs.end())
      complaints.add(read_.generate["fields"], "generate.fields." + name,
                     fmt::format("the solver takes no such input{}", suggestion(name, inputs)));
    if (!read_.problem[name].is_absent())
      complaints.add(read_.problem[name], "problem." + name, "generate.fields makes this input; leave one of them out");
  }
  if (spec_.takes_grid_data)
    complaints.add(read_.generate, "generate", "this solver answers on the grid of its data and makes no datasets");
  std::map<std::string, double> parameters;
  for (const auto& [name, marginal] : generation_.design.parameters) parameters[name] = 0;
  const Node& domain = read_.problem["domain"];
  if (!(with_parameters(domain, parameters) == domain))
    complaints.add(domain, "problem.domain", "all samples have one grid, so that no parameter may change the domain");
}

void Recipe::prepare_fields(const Problem& first, Complaints& complaints) {
  FieldGrid grid{layout_.grid->shape(), {}, AxisPoints::nodes};
  for (const Axis& axis : first.axes()) grid.lengths.push_back(axis.end - axis.begin);
  for (const auto& [name, options] : generation_.fields) {
    try {
      fields_.emplace_back(options, grid, seed_of_field(read_.seed, fields_.size()));
    } catch (const Error& error) {
      complaints.add(read_.generate["fields"][name], "generate.fields." + name, error.what());
    }
  }
}

std::string Recipe::name(Index sample) const {
  std::vector<std::string> texts;
  const std::vector<double> values = parameters(sample);
  for (std::size_t k = 0; k < values.size(); ++k)
    texts.push_back(fmt::format("{} = {:.6g}", parameter_names()[k], values[k]));
  return fmt::format("sample {}{}{}{}", sample, texts.empty() ? "" : " (", join(texts, ", "), texts.empty() ? "" : ")");
}

Problem Recipe::problem_of(Index sample, Complaints& complaints) const {
  std::map<std::string, double> parameters;
  const std::vector<double> values = design_->values(sample);
  for (std::size_t k = 0; k < values.size(); ++k) parameters[parameter_names()[k]] = values[k];
  ProblemSpec spec = spec_;
  for (InputSpec& input : spec.inputs) input.required = input.required && !generation_.fields.contains(input.name);
  Problem problem =
      Problem::read(with_parameters(read_.problem, parameters), read_.output.points, spec, read_.folder, complaints);
  problem.observe(read_.data, read_.folder, complaints);
  for (const std::string& name : layout_.inputs) problem.inputs[name].array.emplace();
  return problem;
}

void Recipe::check_files(const Comm& comm) const {
  Complaints complaints;
  Problem problem = problem_of(0, complaints);
  complaints.raise();
  for (const std::string& name : layout_.inputs) problem.inputs.erase(name);
  problem.check_files(comm);
}

void Recipe::give_fields(const Comm& comm, Index sample, Problem& problem, std::vector<double>& row) const {
  const auto points = static_cast<std::size_t>(layout_.points());
  for (std::size_t k = 0; k < fields_.size(); ++k) {
    const std::span<double> whole(row.data() + k * points, points);
    fields_[k].draw(sample, whole);
    const std::string& name = layout_.inputs[k];
    problem.inputs.at(name).field = std::make_shared<const Field>(spread(name, layout_.grid, comm, whole));
  }
}

void Recipe::keep(const Comm& comm, const Solution& solution, int owner, std::vector<double>& row) const {
  std::vector<const Field*> outputs;
  std::vector<FieldScalar> scalars;
  together(comm, [&] {
    for (const std::string& name : layout_.outputs) {
      outputs.push_back(&field_of(solution, name));
      require(outputs.back()->grid().shape() == layout_.grid->shape(), Fault::config,
              "the field '{}' is on another grid than output.points say", name);
    }
    for (const std::string& name : layout_.scalars) scalars.push_back(scalar_of(name, solution.fields));
  });
  const auto points = static_cast<std::size_t>(layout_.points());
  std::span<double> room = std::span(row).subspan(layout_.inputs.size() * points);
  for (const Field* field : outputs) {
    gather(comm, *field, owner, room.first(points));
    room = room.subspan(points);
  }
  for (const FieldScalar& scalar : scalars) {
    room.front() = scalar(comm, solution.fields);
    room = room.subspan(1);
  }
}

FieldScalar Recipe::scalar_of(const std::string& name, std::span<const Field> fields) const {
  try {
    return {generation_.scalars.at(name), fields};
  } catch (const Error& error) {
    fail(error.fault(), "generate.scalars.{}: {}", name, error.what());
  }
}

void Recipe::check_finite(std::span<const double> row) const {
  const auto points = static_cast<std::size_t>(layout_.points());
  std::span<const double> rest = row.subspan(layout_.inputs.size() * points);
  for (const std::string& name : layout_.outputs) {
    require_finite(name, rest.first(points));
    rest = rest.subspan(points);
  }
  for (std::size_t k = 0; k < rest.size(); ++k) require_finite(layout_.scalars[k], rest.subspan(k, 1));
}

std::vector<double> Recipe::make(const Context& team, Index sample, int owner) const {
  std::vector<double> row(static_cast<std::size_t>(layout_.count()));
  Problem problem;
  together(team.comm, [&] {
    Complaints complaints;
    problem = problem_of(sample, complaints);
    complaints.raise();
    give_fields(team.comm, sample, problem, row);
    solver_->check(problem, complaints);
    complaints.raise();
  });
  const Solution solution = solver_->solve(team, problem);
  keep(team.comm, solution, owner, row);
  together(team.comm, [&] {
    if (team.comm.rank() == owner)
      check_finite(row);
    else
      row.clear();
  });
  return row;
}

}  // namespace mercer
