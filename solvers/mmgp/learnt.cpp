#include <mercer/gp/regression_file.hpp>
#include <mercer/solvers/mmgp/learnt.hpp>
#include <mercer/solvers/support/regression_state.hpp>

#include <cmath>
#include <numeric>

namespace mercer::mmgp {
namespace {

void write_numbers(OutputFile& file, const std::string& name, const Shape& shape, const std::vector<double>& values) {
  file.write<double>(name, shape, std::span<const double>(values));
}

/// Names as a dataset of texts, nothing where there are none.
void write_names(OutputFile& file, const std::string& name, const std::vector<std::string>& names) {
  if (!names.empty()) file.write_text(name, names);
}

std::vector<std::string> read_names(const InputFile& file, const std::string& name) {
  return file.has(name) ? file.read_text(name) : std::vector<std::string>();
}

void write_scales(OutputFile& file, const std::string& group, const std::map<std::string, std::string>& scales) {
  std::vector<std::string> outputs, formulas;
  for (const auto& [output, formula] : scales) {
    outputs.push_back(output);
    formulas.push_back(formula);
  }
  write_names(file, group + "/outputs", outputs);
  write_names(file, group + "/formulas", formulas);
}

std::map<std::string, std::string> read_scales(const InputFile& file, const std::string& group) {
  const std::vector<std::string> outputs = read_names(file, group + "/outputs"),
                                 formulas = read_names(file, group + "/formulas");
  require_agreed(outputs.size() == formulas.size(), Fault::data, "{}: {} outputs have {} scales", file.path().string(),
                 outputs.size(), formulas.size());
  std::map<std::string, std::string> scales;
  for (std::size_t i = 0; i < outputs.size(); ++i) scales.emplace(outputs[i], formulas[i]);
  return scales;
}

std::string field_group(const std::string& group, std::size_t number) {
  return fmt::format("{}/fields/{:03}", group, number);
}

/// The datasets `texts` and `numbers` [functional, (shift, scale)], nothing where there are none.
void save_corrections(const std::vector<Correction>& corrections, OutputFile& file, const std::string& group) {
  if (corrections.empty()) return;
  std::vector<std::string> texts;
  std::vector<double> numbers;
  for (const Correction& one : corrections) {
    texts.push_back(one.text);
    numbers.insert(numbers.end(), {one.shift, one.scale});
  }
  file.write_text(group + "/texts", texts);
  write_numbers(file, group + "/numbers", {std::ssize(corrections), 2}, numbers);
}

std::vector<Correction> load_corrections(const InputFile& file, const std::string& group) {
  std::vector<Correction> corrections;
  if (!file.has(group + "/texts")) return corrections;
  const std::vector<std::string> texts = file.read_text(group + "/texts");
  const std::vector<double> numbers = read_list<double>(file, group + "/numbers");
  require_agreed(numbers.size() == 2 * texts.size(), Fault::data,
                 "{}: there are {} functionals, and {} numbers to correct them", file.path().string(), texts.size(),
                 numbers.size());
  for (std::size_t i = 0; i < texts.size(); ++i) corrections.push_back({texts[i], numbers[2 * i], numbers[2 * i + 1]});
  return corrections;
}

}  // namespace

std::vector<double> coordinates_on(const Specimen& specimen) {
  const Mesh& mesh = specimen.sample.mesh;
  const auto nodes = static_cast<std::size_t>(mesh.nodes()),
             common = static_cast<std::size_t>(specimen.ways.there.rows());
  std::vector<double> here(nodes), there(2 * common);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    for (std::size_t node = 0; node < nodes; ++node) here[node] = mesh.points(node, axis);
    specimen.ways.there.apply(here, std::span(there).subspan(axis * common, common));
  }
  return there;
}

std::vector<double> field_on(const Specimen& specimen, const std::string& name) {
  std::vector<double> there(static_cast<std::size_t>(specimen.ways.there.rows()));
  specimen.ways.there.apply(field_of(specimen.sample, name), there);
  return there;
}

ShapeFeatures features_of(const Basis& shape, const std::vector<double>& weights, const Specimen& specimen) {
  const std::vector<double> coordinates = coordinates_on(specimen);
  const Index nodes = std::ssize(weights);
  const Eigen::Map<const Eigen::VectorXd> mass(weights.data(), nodes), mean(shape.mean.data(), 2 * nodes);
  const Eigen::Map<const Matrix> modes(shape.modes.data(), 2 * nodes, shape.count);
  Eigen::VectorXd rest = Eigen::Map<const Eigen::VectorXd>(coordinates.data(), 2 * nodes) - mean, weighed = rest;
  weighed.head(nodes).array() *= mass.array();
  weighed.tail(nodes).array() *= mass.array();
  ShapeFeatures features{modes.transpose() * weighed, 0};
  rest -= modes * features.coefficients;
  const Eigen::ArrayXd squares = rest.array().square();
  features.residual = std::sqrt(mass.dot((squares.head(nodes) + squares.tail(nodes)).matrix()));
  return features;
}

void save(const Learnt& learnt, OutputFile& file, const std::string& group) {
  learnt.common.save(file, group + "/common_mesh");
  write_names(file, group + "/names/inputs", learnt.names.inputs);
  write_names(file, group + "/names/fields", learnt.names.fields);
  write_names(file, group + "/names/scalars", learnt.names.scalars);
  write_scales(file, group + "/scales", learnt.scales);
  save_basis(learnt.shape, file, group + "/shape");
  file.write<double>(group + "/shape/usual_residual", Shape{}, std::span(&learnt.usual_residual, 1));
  for (std::size_t f = 0; f < learnt.fields.size(); ++f) {
    save_basis(learnt.fields[f], file, field_group(group, f));
    write_numbers(file, field_group(group, f) + "/residual", {learnt.common.nodes()}, learnt.residuals[f]);
  }
  file.write<Index>(group + "/inputs", Shape{std::ssize(learnt.kept)}, std::span(learnt.kept));
  file.write<Index>(group + "/fingerprints", Shape{std::ssize(learnt.fingerprints)}, std::span(learnt.fingerprints));
  if (learnt.coefficients) save_regression(file, group + "/coefficients", learnt.coefficients->fit());
  if (learnt.scalars) save_regression(file, group + "/scalars", learnt.scalars->fit());
  save_corrections(learnt.corrections, file, group + "/functionals");
}

std::unique_ptr<Learnt> load(const InputFile& file, const std::string& group, const Options& options) {
  CommonMesh common(file, group + "/common_mesh", options);
  Names names{read_names(file, group + "/names/inputs"), read_names(file, group + "/names/fields"),
              read_names(file, group + "/names/scalars")};
  const Index nodes = common.nodes();
  auto learnt = std::make_unique<Learnt>(Learnt{
      std::move(names), read_scales(file, group + "/scales"), std::move(common), {}, 0, {}, {}, {}, {}, {}, {}, {}});
  require_agreed(learnt->scales == options.scales, Fault::config,
                 "options.scales: they are part of what {} has learnt and cannot be changed afterwards; train again",
                 file.path().string());
  learnt->shape = load_basis(file, group + "/shape", 2 * nodes);
  learnt->usual_residual = read_list<double>(file, group + "/shape/usual_residual").at(0);
  Index columns = 0;
  for (std::size_t f = 0; f < learnt->names.fields.size(); ++f) {
    learnt->fields.push_back(load_basis(file, field_group(group, f), nodes));
    learnt->residuals.push_back(read_list<double>(file, field_group(group, f) + "/residual"));
    require_agreed(std::ssize(learnt->residuals.back()) == nodes, Fault::data,
                   "{}: the residuals of field '{}' are not one for each of {} nodes", file.path().string(),
                   learnt->names.fields[f], nodes);
    columns += learnt->fields.back().count;
  }
  learnt->kept = read_list<Index>(file, group + "/inputs");
  learnt->fingerprints = read_list<Index>(file, group + "/fingerprints");
  const Index most = learnt->shape.count + std::ssize(learnt->names.inputs);
  for (const Index column : learnt->kept)
    require_agreed(column >= 0 && column < most, Fault::data, "{}: there is no input {} among {}", file.path().string(),
                   column, most);
  const Index inputs = std::ssize(learnt->kept);
  learnt->coefficients = load_fit(file, group + "/coefficients", inputs, columns);
  learnt->scalars = load_fit(file, group + "/scalars", inputs, std::ssize(learnt->names.scalars));
  learnt->corrections = load_corrections(file, group + "/functionals");
  return learnt;
}

}  // namespace mercer::mmgp
