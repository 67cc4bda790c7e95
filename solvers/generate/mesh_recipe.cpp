#include <mercer/base/text.hpp>
#include <mercer/meshes/sample_bytes.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/generate/field_scalar.hpp>
#include <mercer/solvers/generate/mesh_recipe.hpp>
#include <mercer/solvers/mesh_output.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace mercer {
namespace {

namespace fs = std::filesystem;

/// @collective A field of the whole mesh on rank 0; the others get none of it.
MeshField on_root(const Comm& comm, const MeshField& mine) {
  const double* const own = mine.values.data();
  const std::vector<double> all = gather_on(comm, 0, std::vector<double>(own, own + mine.values.count()));
  const Index columns = mine.values.shape()[1];
  MeshField field{mine.name, Tensor<double>({std::ssize(all) / columns, columns}, Rows::dense)};
  std::ranges::copy(all, field.values.data());
  return field;
}

MeshField column_of(const std::string& name, const Tensor<double>& table, Index column) {
  MeshField field{name, Tensor<double>({table.shape()[0], 1}, Rows::dense)};
  for (Index row = 0; row < table.shape()[0]; ++row) field.values(row, 0) = table(row, column);
  return field;
}

/// Fields of one component as they are, others component by component: "displacement_x".
std::vector<MeshField> components_of(const std::vector<MeshField>& fields) {
  std::vector<MeshField> components;
  for (const MeshField& field : fields) {
    const Index count = field.values.shape()[1];
    const std::vector<std::string> names = split(component_names(count), ',');
    for (Index c = 0; c < count; ++c)
      components.push_back(
          column_of(count == 1 ? field.name : field.name + "_" + names[static_cast<std::size_t>(c)], field.values, c));
  }
  return components;
}

/// A group that is the whole mesh says nothing about it.
void drop_whole_parts(Mesh& mesh) {
  std::erase_if(mesh.parts, [&](const auto& entry) {
    return entry.second.kind == mesh.cells.kind && entry.second.count() == mesh.cells.count();
  });
}

}  // namespace

MeshRecipe::MeshRecipe(const Case& read, const SolverEntry& entry, Complaints& complaints)
    : Recipe(read, entry, complaints) {
  if (!complaints.empty()) return;
  if (!generation_.geometry)
    complaints.add(read.generate, "generate.geometry",
                   "missing; the solver needs a .geo file of gmsh to make meshes of");
  if (!generation_.fields.empty())
    complaints.add(read.generate["fields"], "generate.fields", "the solver takes no random fields, only parameters");
  if (!read.problem["mesh"].is_absent())
    complaints.add(read.problem["mesh"], "problem.mesh", "generate.geometry makes the meshes; leave one of them out");
  if (!complaints.empty()) return;
  spec_.mesh_is_made = true;
  file_ = found(*generation_.geometry, read.folder);
  problem_with(design_->middle(), spec_, complaints);
}

void MeshRecipe::prepare(const Comm& comm) {
  std::string text;
  together(comm, [&] {
    if (!comm.is_root()) return;
    std::ifstream in(file_, std::ios::binary);
    require(in.is_open() && fs::is_regular_file(file_), Fault::no_input,
            "the template '{}' of generate.geometry cannot be read", file_.string());
    text.assign(std::istreambuf_iterator<char>(in), {});
  });
  identity_ = broadcast(comm, text);
  template_.emplace(file_, identity_);
  MeshSample made;
  Problem problem;
  const std::vector<double> middle = design_->middle();
  try {
    problem = problem_on_mesh(comm, middle, made);
  } catch (const Error& error) {
    if (comm.size() > 1 && !error.agreed()) throw;
    require_agreed(false, error.fault(), "in the middle of the design ({}): {}", values_text(middle), error.what());
  }
  nodes_ = problem.mesh->nodes;
  cells_ = problem.mesh->cells;
  together(comm, [&] {
    Complaints complaints;
    solver_->check(problem, complaints);
    complaints.raise();
  });
}

void MeshRecipe::tell_extent(Record& record) const {
  record.set("nodes_in_the_middle", nodes_);
  record.set("cells_in_the_middle", cells_);
}

Problem MeshRecipe::problem_on_mesh(const Comm& comm, const std::vector<double>& values, MeshSample& made) const {
  Problem problem;
  together(comm, [&] {
    Complaints complaints;
    problem = problem_with(values, spec_, complaints);
    complaints.raise();
    if (comm.is_root()) made = template_->mesh(named(values));
  });
  problem.mesh = std::make_shared<const MeshDomain>(mesh_domain(comm, comm.is_root() ? &made.mesh : nullptr));
  return problem;
}

std::vector<std::byte> MeshRecipe::make(const Context& team, Index sample) const {
  MeshSample made;
  const Problem problem = problem_on_mesh(team.comm, parameters(sample), made);
  together(team.comm, [&] {
    Complaints complaints;
    solver_->check(problem, complaints);
    try {
      complaints.raise();
    } catch (const Error& error) {
      fail(Fault::data, "{}", error.what());
    }
  });
  const Solution solution = solver_->solve(team, problem);
  made.id = fmt::format("{:06}", sample);
  made.scalars = named(parameters(sample));
  keep(team.comm, solution, made);
  std::vector<std::byte> bytes;
  together(team.comm, [&] {
    if (!team.comm.is_root()) return;
    drop_whole_parts(made.mesh);
    const std::string packed = bytes_of(made);
    const auto all = std::as_bytes(std::span(packed));
    bytes.assign(all.begin(), all.end());
  });
  return bytes;
}

void MeshRecipe::keep(const Comm& comm, const Solution& solution, MeshSample& made) const {
  require_agreed(solution.mesh.has_value(), Fault::internal, "a solver on meshes gave no fields on its mesh");
  std::vector<MeshField> fields;
  for (const MeshField& mine : solution.mesh->fields) fields.push_back(on_root(comm, mine));
  together(comm, [&] {
    if (comm.is_root()) add_outputs(fields, made);
  });
}

void MeshRecipe::add_outputs(const std::vector<MeshField>& fields, MeshSample& made) const {
  const std::vector<MeshField> components = components_of(fields);
  std::vector<std::string> known;
  for (const auto* list : {&components, &fields})
    for (const MeshField& field : *list)
      if (std::ranges::find(known, field.name) == known.end()) known.push_back(field.name);
  for (const std::string& name : generation_.outputs) {
    const MeshField* output = nullptr;
    for (const auto* list : {&components, &fields})
      for (const MeshField& field : *list)
        if (field.name == name) output = &field;
    require(output != nullptr, Fault::config, "generate.outputs: the solution has no field '{}'{}", name,
            suggestion(name, known));
    require_finite(name, output->values.span());
    const Tensor<double>& values = output->values;
    made.point_fields.push_back({name, Tensor<double>(values.shape(), Rows::dense)});
    std::copy_n(values.data(), values.count(), made.point_fields.back().values.data());
  }
  std::vector<MeshField> coordinates;
  const std::vector<std::string> axes{"x", "y", "z"};
  for (Index axis = 0; axis < made.mesh.space(); ++axis)
    coordinates.push_back(column_of(axes[static_cast<std::size_t>(axis)], made.mesh.points, axis));
  std::vector<std::string> names;
  std::vector<std::span<const double>> columns;
  for (const auto* list : {&std::as_const(coordinates), &components})
    for (const MeshField& field : *list) {
      names.push_back(field.name);
      columns.push_back(field.values.span());
    }
  for (const auto& [name, text] : generation_.scalars) made.scalars[name] = scalar_of(name, names, columns);
}

double MeshRecipe::scalar_of(const std::string& name, const std::vector<std::string>& names,
                             std::span<const std::span<const double>> columns) const {
  double value = 0;
  try {
    value = FieldScalar(generation_.scalars.at(name), names)(columns);
  } catch (const Error& error) {
    fail(error.fault(), "generate.scalars.{}: {}", name, error.what());
  }
  require_finite(name, {&value, 1});
  return value;
}

void MeshRecipe::write(const Comm& comm, const fs::path& path, Existing existing, int deflate, const Journal& journal,
                       const Provenance& provenance) const {
  const std::vector<Index> samples = kept(journal);
  MeshDatasetHead head{parameter_names(), {}, generation_.outputs};
  for (const auto& [name, text] : generation_.scalars) head.out_scalars.push_back(name);
  OutputFile file(comm, path, existing, deflate);
  MeshDatasetWriter writer(file, head);
  for (const Index number : samples) {
    const int owner = static_cast<int>(writer.count() % comm.size());
    MeshSample sample;
    together(comm, [&] {
      if (comm.rank() != owner) return;
      std::string bytes(static_cast<std::size_t>(journal.bytes(number)), '\0');
      journal.read(number, 0, std::as_writable_bytes(std::span(bytes)));
      sample = sample_from(bytes);
    });
    writer.write(owner, comm.rank() == owner ? &sample : nullptr);
  }
  const auto places = places_of(generation_.splits, samples);
  writer.finish({places.begin(), places.end()});
  write_provenance(file, provenance, record(journal));
  file.commit();
}

}  // namespace mercer
