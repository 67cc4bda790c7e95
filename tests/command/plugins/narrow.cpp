// A plugin that brings a covariance.
#include <mercer/gp/kernels.hpp>
#include <mercer/solvers/plugin.hpp>

namespace {

using namespace mercer;

struct Options {
  bool is_scaled = true;
};
void describe(Binder& bind, Options& options) {
  bind.field("is_scaled", options.is_scaled, "whether there is a variance");
}

}  // namespace

MERCER_PLUGIN("narrow", registry) {
  registry.add_covariance<Options>("narrow", "squared exponential of a plugin", [](const Options& options) {
    return options.is_scaled ? scaled(squared_exponential()) : squared_exponential();
  });
}
