// A plugin with the smallest model there is: one line through all points of all samples.
#include <mercer/nn/initialise.hpp>
#include <mercer/nn/space_layer.hpp>
#include <mercer/solvers/plugin.hpp>
#include <mercer/solvers/support/network_model.hpp>

#include <csignal>
#include <cstdlib>
#include <limits>

namespace {

using namespace mercer;

/// Sends this process the signal that the environment names, at the step that it names. Signal 0 is no signal: whether
/// the gradient shall become infinite.
bool is_disturbed() {
  static int steps = 0;
  const char* const step = std::getenv("MERCER_TEST_SIGNAL_STEP");
  const char* const signal = std::getenv("MERCER_TEST_SIGNAL");
  if (step == nullptr || signal == nullptr || ++steps != std::atoi(step)) return false;
  if (std::atoi(signal) == 0) return true;
  std::raise(std::atoi(signal));
  return false;
}

/// y = slope x + offset, until the slope is too steep.
class LineLayer final : public SpaceLayer<float> {
 public:
  LineLayer(ParameterVector<float>& parameters, float steepest) : steepest_(steepest) {
    parameters.add({"slope", {1, 1}});
    parameters.add({"offset", {1}});
  }
  BatchShape output(const BatchShape& input) const override {
    require(input.channels == 1, Fault::config, "a line takes one channel, not {}", input.channels);
    return input;
  }
  void initialise(std::span<float> parameters, std::uint64_t seed) const override {
    draw_uniform(parameters, {0, 2}, 1, seed);
  }
  std::unique_ptr<Tape> make_tape(const BatchShape&, Purpose) const override { return std::make_unique<Memory>(); }
  std::unique_ptr<Tape> make_slab_tape(const BatchShape&, Purpose, const Space&) const override {
    return std::make_unique<Memory>();
  }
  void forward(std::span<const float> p, View<const float> x, View<float> y, Tape& tape) const override {
    static_cast<Memory&>(tape).x = x;
    for (Index row = 0; row < x.rows(); ++row)
      for (std::size_t i = 0; i < x.row(row).size(); ++i) y.row(row)[i] = p[0] * x.row(row)[i] + p[1] + extra(p);
  }
  void backward(std::span<const float>, View<const float> gy, View<float>, std::span<float> gradient,
                Tape& tape) const override {
    if (is_disturbed()) gradient[0] = std::numeric_limits<float>::infinity();
    for (Index row = 0; row < gy.rows(); ++row)
      for (std::size_t i = 0; i < gy.row(row).size(); ++i) {
        gradient[0] += gy.row(row)[i] * static_cast<Memory&>(tape).x.row(row)[i];
        gradient[1] += gy.row(row)[i];
      }
  }

 private:
  struct Memory final : Tape {
    View<const float> x;
  };
  /// Infinite once the slope is beyond what is allowed.
  float extra(std::span<const float> p) const {
    return p[0] > steepest_ ? std::numeric_limits<float>::infinity() : 0.0F;
  }
  float steepest_;
};

struct Options {
  double steepest = 1e30;
};
void describe(Binder& bind, Options& options) {
  bind.field("steepest", options.steepest, "steepest slope; beyond it the answer is infinite");
}

class Line final : public NetworkModel {
 public:
  using Options = ::Options;
  explicit Line(const Options& options) : options_(options) {}

 private:
  std::unique_ptr<Layer<float>> network(const SampleShapes&, ParameterVector<float>& parameters) const override {
    return std::make_unique<LineLayer>(parameters, static_cast<float>(options_.steepest));
  }
  Options options_;
};

}  // namespace

MERCER_PLUGIN("line", registry) { registry.add_model<Line>("line", "a straight line through all points"); }
