// The steps of the multigrid neural operator.
#include <mercer/nn/mgno.hpp>

#include <fmt/format.h>

namespace mercer {
namespace {

ConvolutionShape pointwise(Index inputs, Index outputs) {
  return {.inputs = inputs, .outputs = outputs, .kernel_rows = 1, .kernel_columns = 1, .padding = 0};
}

FieldProgram network(ParameterBook& book, Index rows, Index columns, const MgnoOptions& options) {
  FieldProgram program(book, {rows, options.inputs, columns});
  int u = 0;
  for (int i = 0; i < options.layers; ++i) {
    CycleOptions cycle = options.cycle;
    if (i == 0)
      for (CycleLevel& level : cycle.levels) level.sources = options.inputs;
    int next = append_cycle(program, fmt::format("conv_list.{}.", i), u, cycle);
    if (options.skip == Skip::pointwise)
      next = program.convolution(fmt::format("linear_list.{}", i), u, next,
                                 pointwise(program.size(u).channels, program.size(next).channels), Bias::learned);
    u = program.gelu(next);
  }
  const char* last = options.skip == Skip::pointwise ? "linear" : "last_layer";
  program.convolution(last, u, options.answer == Answer::field ? no_field : 0,
                      pointwise(program.size(u).channels, options.outputs), Bias::none);
  return program;
}

}  // namespace

MgnoOptions mgno_for_darcy(Index inputs) {
  return {.layers = 4, .inputs = inputs, .outputs = 1, .cycle = {.levels = uniform_levels(24, 24, {1, 1, 1, 1, 1, 2})}};
}

MgnoOptions mgno_for_navier_stokes(Index inputs, Index outputs) {
  return {.layers = 5,
          .inputs = inputs,
          .outputs = outputs,
          .cycle = {.levels = uniform_levels(32, 32, {1, 1, 1, 2, 2}),
                    .boundary = Boundary::circular,
                    .bias = Bias::learned,
                    .norm = CycleNorm::sample},
          .skip = Skip::none,
          .answer = Answer::input_update};
}

template <class T>
std::unique_ptr<Layer<T>> mgno(ParameterVector<T>& parameters, const std::string& prefix, Index rows, Index columns,
                               const MgnoOptions& options) {
  require(options.layers >= 1 && options.inputs >= 1 && options.outputs >= 1, Fault::config,
          "a network has layers, inputs and outputs, not {}, {} and {} of them", options.layers, options.inputs,
          options.outputs);
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
