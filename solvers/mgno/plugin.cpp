// Plugin mgno: the multigrid neural operator, learned V-cycles with activations between them.
#include <mercer/solvers/mgno/options.hpp>
#include <mercer/solvers/plugin.hpp>
#include <mercer/solvers/support/network_model.hpp>

namespace mercer::mgno_plugin {
namespace {

class Mgno final : public NetworkModel {
 public:
  using Options = mgno_plugin::Options;
  explicit Mgno(const Options& options) : options_(options) {}

 private:
  std::unique_ptr<Layer<float>> network(const SampleShapes& shapes, ParameterVector<float>& parameters) const override {
    return mgno<float>(parameters, "", shapes.inputs[0], shapes.inputs[2], network_options(options_, shapes));
  }

  Options options_;
};

}  // namespace
}  // namespace mercer::mgno_plugin

MERCER_PLUGIN("mgno", registry) {
  registry.add_model<mercer::mgno_plugin::Mgno>("mgno", "multigrid neural operator: learned V-cycles on grids");
}
