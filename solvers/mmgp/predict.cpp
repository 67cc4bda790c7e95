#include <mercer/base/random.hpp>
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
      functionals_(functionals_of(options.functionals, learnt.names.fields, learnt.names.scalars)),
      draws_(options.draws),
      seed_(seed) {
  for (std::size_t f = 0; f < learnt.fields.size(); ++f) decoders_.emplace_back(learnt.fields[f], learnt.residuals[f]);
}

Predictor::Inputs Predictor::inputs_of(std::span<const Specimen> specimens) const {
  Inputs inputs{Matrix(std::ssize(specimens), std::ssize(learnt_.kept)), {}};
  for (std::size_t i = 0; i < specimens.size(); ++i) {
    ShapeFeatures features = features_of(learnt_.shape, learnt_.common, specimens[i]);
    inputs.residuals.push_back(features.residual);
    std::vector<double>& all = features.coefficients;
    for (const double scalar : scalars_of(specimens[i].sample, learnt_.names.inputs)) all.push_back(scalar);
    for (std::size_t k = 0; k < learnt_.kept.size(); ++k)
      inputs.values(static_cast<Index>(i), static_cast<Index>(k)) = all[static_cast<std::size_t>(learnt_.kept[k])];
  }
  return inputs;
}

std::vector<Predictor::Coefficients> Predictor::coefficients(const Regression::Prediction& fields, Index sample) const {
  std::vector<Coefficients> all;
  for (Index at = 0; const FieldDecoder& decoder : decoders_) {
    all.push_back({fields.mean.row(sample).segment(at, decoder.modes()),
                   fields.deviation.row(sample).segment(at, decoder.modes()).cwiseAbs2()});
    at += decoder.modes();
  }
  return all;
}

std::vector<MeshSample> Predictor::predict(std::span<const Specimen> specimens) const {
  if (specimens.empty()) return {};
  const Inputs inputs = inputs_of(specimens);
  Regression::Prediction fields, scalars;
  if (learnt_.coefficients) fields = learnt_.coefficients->predict(inputs.values);
  if (learnt_.scalars) scalars = learnt_.scalars->predict(inputs.values);
  const Regression& regression = learnt_.coefficients ? *learnt_.coefficients : *learnt_.scalars;
  const Eigen::VectorXd distance = regression.novelty(inputs.values);
  std::vector<MeshSample> answers;
  for (std::size_t i = 0; i < specimens.size(); ++i) {
    const Specimen& specimen = specimens[i];
    const auto row = static_cast<Index>(i);
    MeshSample answer;
    answer.id = specimen.sample.id;
    answer.mesh = copy_of(specimen.original ? *specimen.original : specimen.sample.mesh);
    answer.novelty = std::max(distance[row], shape_novelty(inputs.residuals[i], learnt_.usual_residual));
    const std::vector<Coefficients> found = coefficients(fields, row);
    add_fields(specimen, found, answer);
    for (std::size_t k = 0; k < learnt_.names.scalars.size(); ++k) {
      answer.scalars[learnt_.names.scalars[k]] = scalars.mean(row, static_cast<Index>(k));
      answer.scalar_deviations[learnt_.names.scalars[k]] = scalars.deviation(row, static_cast<Index>(k));
    }
    if (!functionals_.empty()) add_functionals(specimen, found, answer);
    answers.push_back(std::move(answer));
  }
  return answers;
}

void Predictor::add_fields(const Specimen& specimen, std::span<const Coefficients> coefficients,
                           MeshSample& answer) const {
  const auto nodes = static_cast<std::size_t>(specimen.ways.back.rows());
  std::vector<double> values(nodes), deviations(nodes);
  for (std::size_t f = 0; f < decoders_.size(); ++f) {
    decoders_[f].moments(specimen.ways.back, coefficients[f].mean, coefficients[f].variance, values, deviations);
    for (double& deviation : deviations) deviation = std::sqrt(deviation);
    answer.point_fields.push_back(on_file(learnt_.names.fields[f], specimen, values));
    answer.point_deviations.push_back(on_file(learnt_.names.fields[f], specimen, deviations));
  }
}

void Predictor::add_functionals(const Specimen& specimen, std::span<const Coefficients> coefficients,
                                MeshSample& answer) const {
  const auto nodes = static_cast<std::size_t>(specimen.ways.back.rows());
  std::vector<std::vector<double>> values(decoders_.size(), std::vector<double>(nodes));
  std::vector<std::span<const double>> columns(values.begin(), values.end());
  std::vector<double> scratch(nodes), mean(functionals_.size()), squares(functionals_.size());
  const Random random(seed_, static_cast<std::uint64_t>(fingerprint(specimen.sample, learnt_.names.inputs)));
  std::uint64_t number = 0;
  for (Index draw = 0; draw < draws_; ++draw) {
    for (std::size_t f = 0; f < decoders_.size(); ++f) {
      Eigen::VectorXd drawn = coefficients[f].mean;
      for (Index k = 0; k < drawn.size(); ++k)
        drawn[k] += std::sqrt(coefficients[f].variance[k]) * random.normal(number++);
      decoders_[f].mean(specimen.ways.back, drawn, values[f]);
    }
    for (std::size_t i = 0; i < functionals_.size(); ++i) {  // Welford (1962)
      const double value = value_of(functionals_[i], columns, scratch), step = value - mean[i];
      mean[i] += step / static_cast<double>(draw + 1);
      squares[i] += step * (value - mean[i]);
    }
  }
  for (std::size_t i = 0; i < functionals_.size(); ++i) {
    answer.scalars[functionals_[i].name] = mean[i];
    answer.scalar_deviations[functionals_[i].name] = std::sqrt(squares[i] / static_cast<double>(draws_ - 1));
  }
}

}  // namespace mercer::mmgp
