// What a case says of a multigrid neural operator, and the network that it means for samples of given shapes.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/nn/mgno.hpp>

#include <string>
#include <vector>

namespace mercer::mgno_plugin {

/// One number for all grids of a cycle, or one a grid, the finest first.
struct GridChannels {
  std::vector<Index> counts;
};

struct Options {
  Index layers = 4;
  GridChannels channels{{24}};
  std::vector<Index> smoothing{}, smoothing_after{};
  Outside boundary = Outside::zeros;
  Index transfer_padding = 1;
  Bias bias = Bias::none;
  Restriction restriction = Restriction::plain;
  CycleNorm norm = CycleNorm::none, activation_norm = CycleNorm::none;
  Skip skip = Skip::pointwise;
  Ending ending = Ending::pointwise;
  Answer answer = Answer::field;
};
void describe(Binder& bind, Options& options);

/// Throws Fault::config where options contradict one another or do not fit the samples.
MgnoOptions network_options(const Options& options, const SampleShapes& shapes);

}  // namespace mercer::mgno_plugin

namespace mercer {

template <>
struct Option<mgno_plugin::GridChannels> {
  static constexpr bool limited = true;
  static std::string type() { return "integer or list of integer"; }
  static void read(const Node& at, std::string_view path, mgno_plugin::GridChannels& value, const Limits& limits,
                   Complaints& complaints);
  static Node show(const mgno_plugin::GridChannels& value);
};

}  // namespace mercer
