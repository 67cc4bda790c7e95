// The steps of the multigrid neural operator.
#include <mercer/nn/mgno.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace mercer {
namespace {

ConvolutionShape pointwise(Index inputs, Index outputs) {
  return {.inputs = inputs, .outputs = outputs, .kernel_rows = 1, .kernel_columns = 1, .padding = 0};
}

/// The cycle with `sources` and `unknowns` on the finest level, and in proportion, but at least one, on the others.
CycleOptions resized(const CycleOptions& options, Index sources, Index unknowns) {
  CycleOptions cycle = options;
  for (CycleLevel& level : cycle.levels) {
    level.sources = std::max<Index>(1, sources * level.sources / options.levels.front().sources);
    level.unknowns = std::max<Index>(1, unknowns * level.unknowns / options.levels.front().unknowns);
  }
  return cycle;
}

FieldProgram network(ParameterBook& book, Index rows, Index columns, const MgnoOptions& options) {
  const Index unknowns = options.cycle.levels.front().unknowns;
  FieldProgram program(book, {rows, options.inputs, columns});
  int u = 0;
  for (int i = 0; i < options.layers; ++i) {
    int next = append_cycle(program, fmt::format("conv_list.{}.", i), u,
                            resized(options.cycle, program.size(u).channels, unknowns));
    if (options.skip == Skip::pointwise)
      next = program.convolution(fmt::format("linear_list.{}", i), u, next,
                                 pointwise(program.size(u).channels, unknowns), Bias::learned);
    if (options.norm == CycleNorm::sample) next = program.norm(fmt::format("norm_layer_list.{}", i), next);
    u = program.gelu(next);
  }
  const std::string last = options.skip == Skip::pointwise ? "linear" : "last_layer";
  const int base = options.answer == Answer::field ? no_field : 0;
  if (options.ending == Ending::pointwise)
    program.convolution(last, u, base, pointwise(unknowns, options.outputs), Bias::none);
  else
    append_cycle(program, last + ".", u, resized(options.cycle, unknowns, options.outputs));
  return program;
}

}  // namespace

MgnoOptions mgno_for_darcy(Index inputs) {
  return {.layers = 4, .inputs = inputs, .outputs = 1, .cycle = {.levels = uniform_levels(24, 24, {1, 1, 1, 1, 1, 2})}};
}

MgnoOptions mgno_for_navier_stokes(Index inputs) {
  return {.layers = 5,
          .inputs = inputs,
          .outputs = inputs,
          .cycle = {.levels = uniform_levels(32, 32, {1, 1, 1, 2, 2}),
                    .boundary = Outside::circular,
                    .bias = Bias::learned,
                    .norm = CycleNorm::sample},
          .skip = Skip::none,
          .answer = Answer::input_update};
}

MgnoOptions mgno_for_helmholtz(Index inputs) {
  MgnoOptions options{.layers = 4,
                      .inputs = inputs,
                      .outputs = 1,
                      .cycle = {.levels = uniform_levels(20, 20, {1, 1, 1, 1, 2}),
                                .boundary = Outside::reflect,
                                .transfer_padding = 0,
                                .bias = Bias::learned},
                      .skip = Skip::none,
                      .norm = CycleNorm::sample,
                      .ending = Ending::cycle};
  for (Index factor = 1; CycleLevel & level : options.cycle.levels) {
    level.sources *= factor;
    level.unknowns *= factor++;
  }
  return options;
}

template <class T>
std::unique_ptr<Layer<T>> mgno(ParameterVector<T>& parameters, const std::string& prefix, Index rows, Index columns,
                               const MgnoOptions& options) {
  require(options.layers >= 1 && options.inputs >= 1 && options.outputs >= 1, Fault::config,
          "a network has layers, inputs and outputs, not {}, {} and {} of them", options.layers, options.inputs,
          options.outputs);
  require(options.ending == Ending::pointwise || options.answer == Answer::field, Fault::config,
          "a network that ends with a cycle gives a field, not an update of the input");
  require(options.inputs == options.outputs || options.answer == Answer::field, Fault::config,
          "a network that updates {} inputs cannot have {} outputs", options.inputs, options.outputs);
  require(!options.cycle.levels.empty(), Fault::config, "a cycle has at least one level");
  return std::make_unique<ProgramLayer<T>>(parameters, prefix, rows, columns,
                                           [options](ParameterBook& book, Index sample_rows, Index sample_columns) {
                                             return network(book, sample_rows, sample_columns, options);
                                           });
}

template std::unique_ptr<Layer<float>> mgno(ParameterVector<float>&, const std::string&, Index, Index,
                                            const MgnoOptions&);
template std::unique_ptr<Layer<double>> mgno(ParameterVector<double>&, const std::string&, Index, Index,
                                             const MgnoOptions&);

}  // namespace mercer
