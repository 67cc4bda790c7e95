#include <mercer/solvers/support/model_grid.hpp>

namespace mercer {
namespace {

SampleAxis axis(SampleGrid grid, Index count) {
  if (count == 1) return {};
  if (grid == SampleGrid::nodes) return {count, count - 1, 0};
  return {count, count, grid == SampleGrid::cells ? 1 : 0};
}

/// With the point at the far end, where there is an axis.
SampleAxis completed(SampleAxis axis) {
  if (axis.count > 1) ++axis.count;
  return axis;
}

Zeros zeros_of(const LearningData& data) {
  const bool are_zero =
      data.ends == EndValues::zero || (data.ends == EndValues::automatic && data.grid == SampleGrid::left);
  if (!are_zero) return Zeros::none;
  return data.grid == SampleGrid::left && data.geometry == Geometry::array ? Zeros::first : Zeros::ends;
}

/// The points of outputs along an axis where inputs are given instead of trained ones; none where that is no number.
std::optional<Index> scaled(const SampleAxis& outputs, const SampleAxis& trained, const SampleAxis& given) {
  if (outputs.count == 1) return 1;
  if (outputs.spacings * given.spacings % trained.spacings != 0) return std::nullopt;
  return outputs.spacings * given.spacings / trained.spacings + outputs.count - outputs.spacings;
}

}  // namespace

ModelGrid::ModelGrid(const LearningData& data, const SampleShapes& trained)
    : grid_(data.grid), geometry_(data.geometry), zeros_(zeros_of(data)), trained_(trained) {
  const auto seen = [this](const Shape& sample, Axes& axes) {
    axes = axes_of_data(sample);
    if (geometry_ == Geometry::nodes) axes = {completed(axes.y), completed(axes.x)};
    return Shape{axes.y.count, sample[1], axes.x.count};
  };
  shapes_ = {seen(trained.inputs, inputs_), seen(trained.outputs, outputs_), trained.base};
}

Points ModelGrid::inputs() const noexcept {
  if (grid_ == SampleGrid::left && geometry_ == Geometry::array) return Points::left_open;
  return grid_ == SampleGrid::periodic ? Points::left_known : Points::symmetric;
}

Points ModelGrid::outputs() const noexcept { return inputs() == Points::left_open ? Points::left_known : inputs(); }

ModelGrid::Axes ModelGrid::axes_of_data(const Shape& sample) const {
  return {axis(grid_, sample[0]), axis(grid_, sample[2])};
}

std::optional<Shape> ModelGrid::outputs_for(const Shape& inputs) const {
  const Axes given = axes_of_data(inputs), trained = axes_of_data(trained_.inputs),
             outputs = axes_of_data(trained_.outputs);
  const auto has = [](const SampleAxis& axis) { return axis.count > 1; };
  const bool have_same_axes = has(given.y) == has(trained.y) && has(given.x) == has(trained.x);
  const bool is_plane = has(trained.y) && has(trained.x);
  const bool is_as_dense = !is_plane || given.y.spacings * trained.x.spacings == given.x.spacings * trained.y.spacings;
  if (inputs[1] != trained_.inputs[1] || !have_same_axes || !is_as_dense) return std::nullopt;
  const std::optional<Index> rows = scaled(outputs.y, trained.y, given.y);
  const std::optional<Index> columns = scaled(outputs.x, trained.x, given.x);
  if (!rows || !columns) return std::nullopt;
  return Shape{*rows, trained_.outputs[1], *columns};
}

Index ModelGrid::spacings_of(const Shape& inputs) const { return axes_of_data(inputs).x.spacings; }

double ModelGrid::relative_spacing(const Shape& inputs) const {
  return static_cast<double>(spacings_of(trained_.inputs)) / static_cast<double>(spacings_of(inputs));
}

FieldMap ModelGrid::map(const Axes& from, const Axes& to, Index points, Beyond beyond) {
  return {{from.y, to.y, points, beyond}, {from.x, to.x, points, beyond}};
}

FieldMap ModelGrid::from_inputs(const Shape& given) const {
  return map(axes_of_data(given), inputs_, 2, grid_ == SampleGrid::periodic ? Beyond::wrap : Beyond::nearest);
}

FieldMap ModelGrid::from_outputs(const Shape& given) const {
  Beyond beyond = grid_ == SampleGrid::periodic ? Beyond::wrap : Beyond::nearest;
  if (grid_ == SampleGrid::left) beyond = Beyond::odd;
  return map(axes_of_data(given), outputs_, 2, beyond);
}

FieldMap ModelGrid::to_outputs(const Shape& wanted) const {
  Beyond beyond = grid_ == SampleGrid::periodic ? Beyond::wrap : Beyond::continued;
  if (zeros_ != Zeros::none) beyond = Beyond::odd;
  return map(outputs_, axes_of_data(wanted), 4, beyond);
}

ModelBatches::ModelBatches(const Batches<float>& data, const ModelGrid& grid)
    : data_(data),
      shapes_(grid.shapes()),
      inputs_(grid.from_inputs(data.shapes().inputs)),
      outputs_(grid.from_outputs(data.shapes().outputs)) {}

void ModelBatches::read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const {
  if (inputs_.is_identity() && outputs_.is_identity()) {
    data_.read(ids, inputs, outputs);
    return;
  }
  const auto count = static_cast<Index>(ids.size());
  const SampleShapes given = data_.shapes();
  Tensor<float> x(batch_shape(count, given.inputs)), y(batch_shape(count, given.outputs));
  data_.read(ids, x.view(), y.view());
  const View<const float> from = std::as_const(x).view();
  const Index base = shapes_.base, others = from.shape()[2] - base;
  inputs_.apply(channels(from, 0, others), channels(inputs, 0, others));
  outputs_.apply(last_channels(from, base), last_channels(inputs, base));
  outputs_.apply(std::as_const(y).view(), outputs);
}

}  // namespace mercer
