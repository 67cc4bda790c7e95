#include <mercer/solvers/mgno/options.hpp>

#include <algorithm>

namespace mercer {

void Option<mgno_plugin::GridChannels>::read(const Node& at, std::string_view path, mgno_plugin::GridChannels& value,
                                             const Limits& limits, Complaints& complaints) {
  if (at.kind() == Node::Kind::list) {
    if (at.items().empty()) complaints.add(at, path, "expected one number or more, got an empty list");
    return read_option(at, path, value.counts, limits, complaints);
  }
  value.counts.assign(1, 0);
  read_option(at, path, value.counts.front(), limits, complaints);
}

Node Option<mgno_plugin::GridChannels>::show(const mgno_plugin::GridChannels& value) {
  return value.counts.size() == 1 ? Option<Index>::show(value.counts.front())
                                  : Option<std::vector<Index>>::show(value.counts);
}

namespace mgno_plugin {
namespace {

void describe_grids(Binder& bind, Options& options) {
  bind.field("channels", options.channels,
             "of all fields between the first and the last layer, the same on all grids or one number a grid, the "
             "finest first; 24 or 32 in the paper, and 20, 40, ... for Helmholtz' equation",
             {1, 4096});
  bind.field("smoothing", options.smoothing,
             "smoothing steps on the way down, one entry a grid, the finest first; each grid has half the points of "
             "the one before; []: 1 each, and 2 on the coarsest of as many grids as suit the data",
             {0, 100});
  bind.field("smoothing_after", options.smoothing_after, "smoothing steps on the way up, not on the coarsest grid",
             {0, 100});
  bind.choice("boundary", options.boundary,
              {{"zeros", Outside::zeros},
               {"circular", Outside::circular},
               {"reflect", Outside::reflect},
               {"replicate", Outside::replicate}},
              "what convolutions see beyond the edge: Dirichlet, periodic, Neumann (two kinds)");
  bind.field("transfer_padding", options.transfer_padding,
             "points beyond each edge that restrictions and prolongations see; 0 loses the edges, as MgNO does for "
             "Helmholtz' equation",
             {0, 1});
}

std::vector<int> counts(const std::vector<Index>& numbers) {
  std::vector<int> all;
  for (const Index number : numbers) all.push_back(narrow<int>(number));
  return all;
}

/// Grids are halved five times, and on until the longer axis has eight points or fewer; small ones as often as they
/// can.
std::vector<Index> automatic_smoothing(const Options& options, Index rows, Index columns) {
  const Index lost = 1 - options.transfer_padding;
  const Index least = lost > 0 ? 3 : options.boundary == Outside::reflect ? 2 : 1;
  Index longer = std::max(rows, columns), shorter = std::min(rows, columns), halvings = 0;
  const auto halved = [&](Index points) { return (points - lost) / 2; };
  while (halved(least > 1 ? shorter : longer) >= least && (halvings < 5 || longer > 8)) {
    longer = halved(longer);
    shorter = halved(shorter);
    ++halvings;
  }
  std::vector<Index> steps(static_cast<std::size_t>(halvings), 1);
  steps.push_back(2);
  return steps;
}

std::vector<CycleLevel> levels(const Options& options, Index rows, Index columns) {
  const std::vector<Index> before =
      options.smoothing.empty() ? automatic_smoothing(options, rows, columns) : options.smoothing;
  const std::vector<Index>&after = options.smoothing_after, &channels = options.channels.counts;
  const std::size_t grids = before.size();
  require(channels.size() == 1 || channels.size() == grids, Fault::config,
          "options.channels has {} numbers for {} grids; give one for all, or one for each entry of options.smoothing",
          channels.size(), grids);
  require(before.front() >= 1 && before.back() >= 1, Fault::config,
          "options.smoothing needs a step or more on the finest and on the coarsest grid, not {} and {}",
          before.front(), before.back());
  require(after.size() < grids || (after.size() == grids && after.back() == 0), Fault::config,
          "options.smoothing_after has {} entries for {} grids; the coarsest one has no way up, so {} or fewer were "
          "expected",
          after.size(), grids, grids - 1);
  std::vector<CycleLevel> levels = uniform_levels(1, 1, counts(before), counts(after));
  for (std::size_t l = 0; l < grids; ++l)
    levels[l].sources = levels[l].unknowns = channels[channels.size() == 1 ? 0 : l];
  return levels;
}

}  // namespace

void describe(Binder& bind, Options& options) {
  bind.field("layers", options.layers, "V-cycles one after the other; 4 or 5 in the paper", {1, 100});
  describe_grids(bind, options);
  bind.choice("bias", options.bias, {{"none", Bias::none}, {"learned", Bias::learned}}, "of the smoothing steps");
  bind.choice("restriction", options.restriction, {{"plain", Restriction::plain}, {"residual", Restriction::residual}},
              "what goes to the coarser grid: f, or f - A u");
  const auto norm = [&](const char* name, CycleNorm& value, const char* meaning) {
    bind.choice(name, value, {{"none", CycleNorm::none}, {"sample", CycleNorm::sample}}, meaning);
  };
  norm("norm", options.norm, "layer norm after each prolongation, which ties the model to its grid");
  norm("activation_norm", options.activation_norm, "layer norm before each activation, which does so too");
  bind.choice("skip", options.skip, {{"pointwise", Skip::pointwise}, {"none", Skip::none}},
              "beside each cycle: a 1x1 convolution with bias, or nothing");
  bind.choice("ending", options.ending, {{"pointwise", Ending::pointwise}, {"cycle", Ending::cycle}},
              "the last layer, without activation: a 1x1 convolution, or one more V-cycle");
  bind.choice("answer", options.answer, {{"field", Answer::field}, {"input_update", Answer::input_update}},
              "whether the network gives the output or its difference from the input, both as training.inputs and "
              "training.outputs scale them");
}

MgnoOptions network_options(const Options& options, const SampleShapes& shapes) {
  const Shape &from = shapes.inputs, &to = shapes.outputs;
  require(from[0] == to[0] && from[2] == to[2], Fault::config,
          "mgno maps a grid to itself: the inputs have {} x {} points, and the outputs {} x {}", from[0], from[2],
          to[0], to[2]);
  require(options.answer == Answer::field || from[1] == to[1], Fault::config,
          "options.answer: input_update needs as many outputs as inputs, not {} and {} channels", to[1], from[1]);
  require(options.answer == Answer::field || options.ending == Ending::pointwise, Fault::config,
          "options.answer: input_update does not go with options.ending: cycle, which gives the whole field");
  return {.layers = narrow<int>(options.layers),
          .inputs = from[1],
          .outputs = to[1],
          .cycle = {.levels = levels(options, from[0], from[2]),
                    .boundary = options.boundary,
                    .transfer_padding = options.transfer_padding,
                    .bias = options.bias,
                    .restriction = options.restriction,
                    .norm = options.norm},
          .skip = options.skip,
          .norm = options.activation_norm,
          .ending = options.ending,
          .answer = options.answer};
}

}  // namespace mgno_plugin
}  // namespace mercer
