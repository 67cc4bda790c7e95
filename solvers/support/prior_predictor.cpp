#include <mercer/solvers/support/prior_predictor.hpp>

namespace mercer {
namespace {

ModelGrid plain_grid(const StoredModel& stored) {
  LearningData data = stored.made.data;
  data.geometry = Geometry::array;
  return {data, {stored.lineage.inputs.sample(), stored.lineage.outputs.sample()}};
}

Tensor<float> prior_of(const Context& context, const Registry& registry, const StoredModel& stored,
                       const Samples& inputs, const std::filesystem::path& data) {
  std::optional<Prior> prior;
  together(context.comm, [&] {
    Complaints complaints;
    prior.emplace(*stored.made.prior, registry, stored.made.data, inputs.channels, stored.lineage.inputs.sample()[2],
                  complaints);
    complaints.raise();
  });
  return prior->fields(context, inputs, data);
}

template <class T>
View<T> samples_from(View<T> fields, Index first, Index count) {
  const Shape& shape = fields.shape();
  return {fields.data() + first * fields.strides()[0], {count, shape[1], shape[2], shape[3]}, fields.strides()};
}

/// to += factor * from
void add(double factor, View<const float> from, View<float> to) {
  for (Index row = 0; row < from.rows(); ++row)
    for (std::size_t i = 0; i < from.row(row).size(); ++i)
      to.row(row)[i] =
          static_cast<float>(static_cast<double>(to.row(row)[i]) + factor * static_cast<double>(from.row(row)[i]));
}

}  // namespace

PriorPredictor::PriorPredictor(const Context& context, const Registry& registry, const StoredModel& stored,
                               const Samples& inputs, const std::filesystem::path& data)
    : plain_(plain_grid(stored)),
      outputs_(plain_.outputs_for(inputs.channels.sample()).value()),
      weight_(stored.best_epoch == 0 ? 0 : plain_.relative_spacing(inputs.channels.sample())),
      priors_(prior_of(context, registry, stored, inputs, data)),
      own_(on_own_grid(context, registry, stored, inputs, data)),
      predictor_(*stored.model, stored.grid, stored.made.prediction,
                 learnt_shapes(stored.made, plain_.shapes()).inputs),
      to_data_(plain_.to_outputs(outputs_)) {}

Tensor<float> PriorPredictor::on_own_grid(const Context& context, const Registry& registry, const StoredModel& stored,
                                          const Samples& inputs, const std::filesystem::path& data) const {
  const Channels& own = stored.lineage.inputs;
  if (inputs.channels == own) return with_prior(inputs.fields.view(), priors_.view());
  Tensor<float> on_own(batch_shape(inputs.fields.shape()[0], own.sample()));
  plain_.from_inputs(inputs.channels.sample()).apply(inputs.fields.view(), on_own.view());
  const Samples mapped{own, SharedArray<float>(std::move(on_own))};
  return with_prior(mapped.fields.view(), prior_of(context, registry, stored, mapped, data).view());
}

void PriorPredictor::predict(Index first, View<float> outputs) {
  const Index count = outputs.shape()[0];
  const View<const float> inputs = samples_from(std::as_const(own_).view(), first, count);
  Tensor<float> correction(batch_shape(count, predictor_.outputs()));
  predictor_.predict(inputs, correction.view());
  add(-1, last_channels(inputs, 1), correction.view());
  to_data_.apply(std::as_const(correction).view(), outputs);
  for (Index row = 0; row < outputs.rows(); ++row)
    for (float& value : outputs.row(row)) value = static_cast<float>(weight_ * static_cast<double>(value));
  add(1, samples_from(std::as_const(priors_).view(), first, count), outputs);
}

}  // namespace mercer
