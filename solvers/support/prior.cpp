#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/support/prior.hpp>
#include <mercer/solvers/support/prior_cache.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// `count` of the samples, evenly spread.
std::vector<Index> some_of(std::span<const Index> ids, Index count) {
  const Index all = std::ssize(ids);
  std::vector<Index> some;
  for (Index i = 0; i < std::min(count, all); ++i)
    some.push_back(ids[static_cast<std::size_t>(i * all / std::min(count, all))]);
  return some;
}

void copy(View<const float> from, View<float> to) {
  for (Index row = 0; row < from.rows(); ++row) std::ranges::copy(from.row(row), to.row(row).begin());
}

}  // namespace

SampleShapes with_prior(SampleShapes shapes) {
  const Shape &from = shapes.inputs, &to = shapes.outputs;
  require(to[1] == 1 && from[0] == to[0] && from[2] == to[2], Fault::config,
          "a prior is one field on the grid of the inputs, {} x {}; data.outputs have {} channels of {} x {} points",
          from[0], from[2], to[1], to[0], to[2]);
  ++shapes.inputs[1];
  shapes.base = 1;
  return shapes;
}

Prior::Prior(const PriorOptions& options, const Registry& registry, const LearningData& data, const Channels& inputs,
             Index trained, Complaints& complaints)
    : options_(options),
      solver_(options, registry, data, inputs, prior_cells(options.resolution, data.grid, trained), complaints) {
  if (!complaints.empty()) return;
  options_.problem = solver_.problem();
  options_.options = solver_.options();
  if (!solver_.uses_contrast()) options_.contrast = 1;
}

Tensor<float> Prior::solved(const Context& context, const Samples& inputs) {
  const Index count = inputs.fields.shape()[0], rows = solver_.shape()[0], columns = solver_.shape()[1];
  Tensor<float> fields({count, rows, 1, columns}, Rows::dense);
  const Range mine = block(count, context.comm.rank(), context.comm.size());
  std::optional<Progress> progress;
  if (mine.count() > 0) progress.emplace(context.log, Progress::Work{"prior", mine.count()}, context.progress);
  together(context.comm, [&] {
    std::vector<double> field(static_cast<std::size_t>(rows * columns));
    for (Index sample = mine.begin; sample < mine.end; ++sample) {
      solver_.solve(inputs.fields.view(), sample, *options_.contrast, field);
      std::ranges::transform(field, &fields(sample, 0, 0, 0), [](double value) { return static_cast<float>(value); });
      progress->update(sample + 1 - mine.begin);
    }
  });
  if (progress) progress->finish();
  sum_in_rank_order<float>(context.comm, fields.span());
  return fields;
}

Tensor<float> Prior::unscaled(const Context& context, const Samples& inputs, const std::filesystem::path& data) {
  if (!options_.cache) return solved(context, inputs);
  const PriorKey key{fmt::format("{}contrast: {}", solver_.key(), *options_.contrast), fingerprints(inputs)};
  const std::filesystem::path file = prior_file(data, options_.folder.value_or(data.parent_path()), key);
  const Shape shape{inputs.fields.shape()[0], solver_.shape()[0], 1, solver_.shape()[1]};
  if (auto known = read_prior(context.comm, context.log, file, key, shape)) return std::move(*known);
  Tensor<float> fields = solved(context, inputs);
  write_prior(context.comm, context.log, file, key, std::as_const(fields).view());
  return fields;
}

Tensor<float> Prior::scaled(Tensor<float> fields) const {
  for (float& value : fields.span()) value = static_cast<float>(*options_.scale * static_cast<double>(value));
  return fields;
}

Tensor<float> Prior::fields(const Context& context, const Samples& inputs, const std::filesystem::path& data) {
  require_agreed(options_.contrast && options_.scale, Fault::internal,
                 "the coefficients of a prior are not known before it is learnt");
  return scaled(unscaled(context, inputs, data));
}

Tensor<float> Prior::learn(const Context& context, const Samples& inputs, const Samples& outputs,
                           std::span<const Index> training, const std::filesystem::path& data) {
  if (!options_.contrast)
    options_.contrast = estimate_contrast(context.comm, solver_, inputs, outputs, some_of(training, options_.samples));
  Tensor<float> fields = unscaled(context, inputs, data);
  if (!options_.scale) options_.scale = fit_scale(context.comm, fields.view(), outputs, training).scale;
  fields = scaled(std::move(fields));
  error_ = mean_relative_error(fields.view(), outputs, training);
  return fields;
}

void PriorBatches::read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const {
  data_.read(ids, channels(inputs, 0, inputs.shape()[2] - 1), outputs);
  const View<float> priors = last_channels(inputs, 1);
  const Index rows = fields_.shape()[1];
  for (Index at = 0; const Index id : ids) {
    for (Index j = 0; j < rows; ++j)
      std::ranges::copy(fields_.view().row(id * rows + j), priors.row(at * rows + j).begin());
    ++at;
  }
}

Tensor<float> with_prior(View<const float> inputs, View<const float> fields) {
  const Shape& given = inputs.shape();
  Tensor<float> both({given[0], given[1], given[2] + 1, given[3]});
  copy(inputs, channels(both.view(), 0, given[2]));
  copy(fields, last_channels(both.view(), 1));
  return both;
}

}  // namespace mercer
