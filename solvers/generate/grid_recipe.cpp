#include <mercer/base/text.hpp>
#include <mercer/solvers/generate/grid_recipe.hpp>
#include <mercer/solvers/generate/whole_field.hpp>

#include <algorithm>

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

/// Seeds of a case are below 2^50, so that those of its fields are all different.
std::uint64_t seed_of_field(Index seed, std::size_t number) {
  return static_cast<std::uint64_t>(seed) + (static_cast<std::uint64_t>(number) << 56U);
}

}  // namespace

GridRecipe::GridRecipe(const Case& read, const SolverEntry& entry, Complaints& complaints)
    : Recipe(read, entry, complaints) {
  if (!complaints.empty()) return;
  check_inputs(complaints);
  if (!complaints.empty()) return;
  for (const auto& [name, options] : generation_.fields) layout_.inputs.push_back(name);
  layout_.outputs = generation_.outputs;
  for (const auto& [name, text] : generation_.scalars) layout_.scalars.push_back(name);
  const Problem first = problem_of(0, complaints);
  if (!complaints.empty()) return;
  layout_.grid = first.grid();
  prepare_fields(first, complaints);
  if (complaints.empty()) solver_->check(first, complaints);
}

void GridRecipe::check_inputs(Complaints& complaints) const {
  std::vector<std::string> inputs;
  for (const InputSpec& input : spec_.inputs) inputs.push_back(input.name);
  for (const auto& [name, options] : generation_.fields) {
    if (std::find(inputs.begin(), inputs.end(), name) == inputs.end())
      complaints.add(read_.generate["fields"], "generate.fields." + name,
                     fmt::format("the solver takes no such input{}", suggestion(name, inputs)));
    if (!read_.problem[name].is_absent())
      complaints.add(read_.problem[name], "problem." + name, "generate.fields makes this input; leave one of them out");
  }
  if (generation_.geometry)
    complaints.add(read_.generate["geometry"], "generate.geometry", "the solver takes a box and no meshes");
  if (spec_.takes_grid_data)
    complaints.add(read_.generate, "generate", "this solver answers on the grid of its data and makes no datasets");
  std::map<std::string, double> parameters;
  for (const auto& [name, marginal] : generation_.design.parameters) parameters[name] = 0;
  const Node& domain = read_.problem["domain"];
  if (!(with_parameters(domain, parameters) == domain))
    complaints.add(domain, "problem.domain", "all samples have one grid, so that no parameter may change the domain");
}

void GridRecipe::prepare_fields(const Problem& first, Complaints& complaints) {
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

Problem GridRecipe::problem_of(Index sample, Complaints& complaints) const {
  ProblemSpec spec = spec_;
  for (InputSpec& input : spec.inputs) input.required = input.required && !generation_.fields.contains(input.name);
  Problem problem = problem_with(parameters(sample), spec, complaints);
  for (const std::string& name : layout_.inputs) problem.inputs[name].array.emplace();
  return problem;
}

void GridRecipe::prepare(const Comm& comm) {
  Complaints complaints;
  Problem problem = problem_of(0, complaints);
  complaints.raise();
  for (const std::string& name : layout_.inputs) problem.inputs.erase(name);
  problem.check_files(comm);
}

void GridRecipe::give_fields(const Comm& comm, Index sample, Problem& problem, std::vector<double>& row) const {
  const auto points = static_cast<std::size_t>(layout_.points());
  for (std::size_t k = 0; k < fields_.size(); ++k) {
    const std::span<double> whole(row.data() + k * points, points);
    fields_[k].draw(sample, whole);
    const std::string& name = layout_.inputs[k];
    problem.inputs.at(name).field = std::make_shared<const Field>(spread(name, layout_.grid, comm, whole));
  }
}

void GridRecipe::keep(const Comm& comm, const Solution& solution, int owner, std::vector<double>& row) const {
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

FieldScalar GridRecipe::scalar_of(const std::string& name, std::span<const Field> fields) const {
  try {
    return {generation_.scalars.at(name), fields};
  } catch (const Error& error) {
    fail(error.fault(), "generate.scalars.{}: {}", name, error.what());
  }
}

void GridRecipe::check_finite(std::span<const double> row) const {
  const auto points = static_cast<std::size_t>(layout_.points());
  std::span<const double> rest = row.subspan(layout_.inputs.size() * points);
  for (const std::string& name : layout_.outputs) {
    require_finite(name, rest.first(points));
    rest = rest.subspan(points);
  }
  for (std::size_t k = 0; k < rest.size(); ++k) require_finite(layout_.scalars[k], rest.subspan(k, 1));
}

void GridRecipe::tell_extent(Record& record) const {
  record.set("points", layout_.points());
  record.set("bytes", static_cast<double>(generation_.samples * layout_.count()) * sizeof(double));
}

std::vector<std::byte> GridRecipe::make(const Context& team, Index sample) const {
  const int owner = static_cast<int>(sample % team.comm.size());
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
  std::vector<std::byte> bytes;
  together(team.comm, [&] {
    if (team.comm.rank() != owner) return;
    check_finite(row);
    const auto all = std::as_bytes(std::span(row));
    bytes.assign(all.begin(), all.end());
  });
  return bytes;
}

}  // namespace mercer
