#include <mercer/solvers/support/symmetric_mean.hpp>

namespace mercer {

void predict_mean(Model& model, Augmentation kind, const FieldPoints& points, View<const float> inputs,
                  View<float> outputs) {
  const std::vector<Symmetry> all = symmetries(kind);
  if (all.size() == 1) {
    model.predict(inputs, outputs);
    return;
  }
  Tensor<float> seen(inputs.shape()), answer(outputs.shape());
  Tensor<double> sum(outputs.shape());
  for (const Symmetry& symmetry : all) {
    for (Index row = 0; row < inputs.rows(); ++row) std::ranges::copy(inputs.row(row), seen.view().row(row).begin());
    for (Index sample = 0; sample < inputs.shape()[0]; ++sample) {
      apply(symmetry, points.inputs, channels(seen.view(), 0, inputs.shape()[2] - points.base), sample);
      apply(symmetry, points.outputs, last_channels(seen.view(), points.base), sample);
    }
    model.predict(std::as_const(seen).view(), answer.view());
    for (Index sample = 0; sample < inputs.shape()[0]; ++sample)
      apply(symmetry.inverse(), points.outputs, answer.view(), sample);
    for (Index row = 0; row < outputs.rows(); ++row)
      for (std::size_t i = 0; i < outputs.row(row).size(); ++i)
        sum.view().row(row)[i] += static_cast<double>(answer.view().row(row)[i]);
  }
  const auto count = static_cast<double>(all.size());
  for (Index row = 0; row < outputs.rows(); ++row)
    for (std::size_t i = 0; i < outputs.row(row).size(); ++i)
      outputs.row(row)[i] = static_cast<float>(sum.view().row(row)[i] / count);
}

}  // namespace mercer
