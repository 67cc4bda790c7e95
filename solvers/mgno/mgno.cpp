// Plugin mgno: the multigrid neural operator, learned V-cycles with activations between them.
#include <mercer/nn/mgno.hpp>
#include <mercer/solvers/plugin.hpp>
#include <mercer/solvers/support/network_model.hpp>

namespace mercer::mgno_plugin {

struct Options {
  Index layers = 4, channels = 24;
  std::vector<Index> smoothing{1, 1, 1, 1, 2}, smoothing_after;
  Outside boundary = Outside::zeros;
  Bias bias = Bias::none;
  Restriction restriction = Restriction::plain;
  CycleNorm norm = CycleNorm::none;
  Skip skip = Skip::pointwise;
  Answer answer = Answer::field;
};

void describe(Binder& bind, Options& options) {
  bind.field("layers", options.layers, "V-cycles one after the other; 4 or 5 in the paper", {1, 100});
  bind.field("channels", options.channels, "of all fields between the first and the last layer; 24 or 32 in the paper",
             {1, 4096});
  bind.field(
      "smoothing", options.smoothing,
      "smoothing steps on the way down, one entry a grid, the finest first; each grid has half the points of the "
      "one before; the default is for 16 points an axis",
      {0, 100});
  bind.field("smoothing_after", options.smoothing_after, "smoothing steps on the way up, not on the coarsest grid",
             {0, 100});
  bind.choice("boundary", options.boundary,
              {{"zeros", Outside::zeros},
               {"circular", Outside::circular},
               {"reflect", Outside::reflect},
               {"replicate", Outside::replicate}},
              "what convolutions see beyond the edge: Dirichlet, periodic, Neumann (two kinds)");
  bind.choice("bias", options.bias, {{"none", Bias::none}, {"learned", Bias::learned}}, "of the smoothing steps");
  bind.choice("restriction", options.restriction, {{"plain", Restriction::plain}, {"residual", Restriction::residual}},
              "what goes to the coarser grid: f, or f - A u");
  bind.choice("norm", options.norm, {{"none", CycleNorm::none}, {"sample", CycleNorm::sample}},
              "layer norm after each prolongation, which ties the model to its grid");
  bind.choice("skip", options.skip, {{"pointwise", Skip::pointwise}, {"none", Skip::none}},
              "beside each cycle: a 1x1 convolution with bias, or nothing");
  bind.choice("answer", options.answer, {{"field", Answer::field}, {"input_update", Answer::input_update}},
              "whether the network gives the output or its difference from the input");
}

namespace {

std::vector<int> counts(const std::vector<Index>& numbers) {
  std::vector<int> all;
  for (const Index number : numbers) all.push_back(narrow<int>(number));
  return all;
}

class Mgno final : public NetworkModel {
 public:
  using Options = mgno_plugin::Options;
  explicit Mgno(const Options& options) : options_(options) {}

 private:
  std::unique_ptr<Layer<float>> network(const SampleShapes& shapes, ParameterVector<float>& parameters) const override {
    const Shape &from = shapes.inputs, &to = shapes.outputs;
    require(from[0] == to[0] && from[2] == to[2], Fault::config,
            "mgno maps a grid to itself: the inputs have {} x {} points, and the outputs {} x {}", from[0], from[2],
            to[0], to[2]);
    require(options_.answer == Answer::field || from[1] == to[1], Fault::config,
            "options.answer: input_update needs as many outputs as inputs, not {} and {} channels", to[1], from[1]);
    const auto levels = uniform_levels(options_.channels, options_.channels, counts(options_.smoothing),
                                       counts(options_.smoothing_after));
    return mgno<float>(parameters, "", from[0], from[2],
                       {.layers = narrow<int>(options_.layers),
                        .inputs = from[1],
                        .outputs = to[1],
                        .cycle = {.levels = levels,
                                  .boundary = options_.boundary,
                                  .bias = options_.bias,
                                  .restriction = options_.restriction,
                                  .norm = options_.norm},
                        .skip = options_.skip,
                        .answer = options_.answer});
  }

  Options options_;
};

}  // namespace
}  // namespace mercer::mgno_plugin

MERCER_PLUGIN("mgno", registry) {
  registry.add_model<mercer::mgno_plugin::Mgno>("mgno", "multigrid neural operator: learned V-cycles on grids");
}
