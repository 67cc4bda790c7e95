#include <mercer/solvers/mmgp/predict.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mercer::mmgp {
namespace {

/// Values at the nodes of the file.
MeshField on_file(const std::string& name, const Specimen& specimen, const std::vector<double>& values) {
  MeshField field{name, Tensor<double>({std::ssize(specimen.node_now), 1}, Rows::dense)};
  for (std::size_t node = 0; node < specimen.node_now.size(); ++node) {
    const Index now = specimen.node_now[node];
    field.values.data()[node] =
        now < 0 ? std::numeric_limits<double>::quiet_NaN() : values[static_cast<std::size_t>(now)];
  }
  return field;
}

/// How far a shape is from the modes of the training shapes, in the unit of Regression::novelty.
double shape_novelty(double residual, double usual) {
  if (usual > 0) return residual / usual;
  return residual > 0 ? std::numeric_limits<double>::max() : 0;
}

}  // namespace

Predictor::Predictor(const Learnt& learnt, const Options& options, std::uint64_t seed)
    : learnt_(learnt),
      weights_(learnt.common.weights()),
      scales_(learnt.scales, learnt.names),
      functionals_(functionals_of(options.functionals, learnt.names.fields, learnt.names.scalars)),
      draws_(options.draws),
      seed_(seed) {
  for (std::size_t f = 0; f < learnt.fields.size(); ++f) decoders_.emplace_back(learnt.fields[f], learnt.residuals[f]);
  for (const Functional& functional : functionals_) {
    const auto known = std::ranges::find(learnt.corrections, functional.text, &Correction::text);
    corrections_.push_back(known == learnt.corrections.end() ? Correction{functional.text} : *known);
  }
}

Predictor::Inputs Predictor::inputs_of(std::span<const Specimen> specimens) const {
  Inputs inputs{Matrix(std::ssize(specimens), std::ssize(learnt_.kept)), {}};
  for (std::size_t i = 0; i < specimens.size(); ++i) {
    const ShapeFeatures features = features_of(learnt_.shape, weights_, specimens[i]);
    inputs.residuals.push_back(features.residual);
    std::vector<double> all(features.coefficients.begin(), features.coefficients.end());
    for (const double scalar : scalars_of(specimens[i].sample, learnt_.names.inputs)) all.push_back(scalar);
    for (std::size_t k = 0; k < learnt_.kept.size(); ++k)
      inputs.values(static_cast<Index>(i), static_cast<Index>(k)) = all[static_cast<std::size_t>(learnt_.kept[k])];
  }
  return inputs;
}

std::vector<Coefficients> Predictor::coefficients_of(const Matrix& inputs) const {
  Regression::Prediction fields;
  if (learnt_.coefficients) fields = learnt_.coefficients->predict(inputs);
  return by_field(fields, learnt_.fields, inputs.rows());
}

std::vector<MeshSample> Predictor::predict(std::span<const Specimen> specimens) const {
  constexpr std::size_t together = at_once;
  std::vector<MeshSample> answers(specimens.size());
  for (std::size_t first = 0; first < specimens.size(); first += together) {
    const auto some = specimens.subspan(first, std::min(together, specimens.size() - first));
    const std::span<MeshSample> into = std::span(answers).subspan(first, some.size());
    const Inputs inputs = inputs_of(some);
    const std::vector<Coefficients> coefficients = coefficients_of(inputs.values);
    add_shapes(some, inputs, into);
    add_fields(some, coefficients, into);
    if (learnt_.scalars) add_scalars(some, inputs.values, into);
    if (functionals_.empty()) continue;
    for (std::size_t i = 0; i < some.size(); ++i)
      add_functionals(some[i], coefficients, static_cast<Index>(i), into[i]);
  }
  return answers;
}

void Predictor::add_shapes(std::span<const Specimen> specimens, const Inputs& inputs,
                           std::span<MeshSample> answers) const {
  const Regression& regression = learnt_.coefficients ? *learnt_.coefficients : *learnt_.scalars;
  const Eigen::VectorXd distance = regression.novelty(inputs.values);
  for (std::size_t i = 0; i < specimens.size(); ++i) {
    answers[i].id = specimens[i].sample.id;
    answers[i].mesh = copy_of(specimens[i].original ? *specimens[i].original : specimens[i].sample.mesh);
    answers[i].novelty =
        std::max(distance[static_cast<Index>(i)], shape_novelty(inputs.residuals[i], learnt_.usual_residual));
  }
}

void Predictor::add_scalars(std::span<const Specimen> specimens, const Matrix& inputs,
                            std::span<MeshSample> answers) const {
  const Regression::Prediction scalars = learnt_.scalars->predict(inputs);
  for (std::size_t i = 0; i < answers.size(); ++i)
    for (std::size_t k = 0; k < learnt_.names.scalars.size(); ++k) {
      const auto row = static_cast<Index>(i), column = static_cast<Index>(k);
      const std::string& name = learnt_.names.scalars[k];
      const double scale = scales_.of(name, specimens[i].sample);
      answers[i].scalars[name] = scale * scalars.mean(row, column);
      answers[i].scalar_deviations[name] = std::abs(scale) * scalars.deviation(row, column);
    }
}

void Predictor::add_fields(std::span<const Specimen> specimens, std::span<const Coefficients> coefficients,
                           std::span<MeshSample> answers) const {
  for (std::size_t f = 0; f < decoders_.size(); ++f) {
    const Matrix values = decoders_[f].values(coefficients[f].mean),
                 variances = decoders_[f].variances(coefficients[f].variance);
    for (std::size_t i = 0; i < specimens.size(); ++i) {
      const std::string& name = learnt_.names.fields[f];
      const double scale = scales_.of(name, specimens[i].sample);
      std::vector<double> means = at_nodes(specimens[i], values, static_cast<Index>(i)),
                          deviations = at_nodes(specimens[i], variances, static_cast<Index>(i));
      for (double& mean : means) mean *= scale;
      for (double& deviation : deviations) deviation = std::abs(scale) * std::sqrt(deviation);
      answers[i].point_fields.push_back(on_file(name, specimens[i], means));
      answers[i].point_deviations.push_back(on_file(name, specimens[i], deviations));
    }
  }
}

void Predictor::add_functionals(const Specimen& specimen, std::span<const Coefficients> coefficients, Index sample,
                                MeshSample& answer) const {
  const std::vector<Drawn> all =
      drawn(functionals_, learnt_.fields, coefficients, sample, specimen,
            scales_.of(learnt_.names.fields, specimen.sample), draws_, draws_of(specimen, learnt_.names.inputs, seed_));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [text, shift, scale] = corrections_[i];
    answer.scalars[functionals_[i].name] = all[i].mean + shift * all[i].deviation;
    answer.scalar_deviations[functionals_[i].name] = scale * all[i].deviation;
  }
}

}  // namespace mercer::mmgp
