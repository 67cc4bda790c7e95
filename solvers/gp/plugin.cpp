// Plugin gp: numbers and fields from a few inputs by regression with Gaussian processes.
#include <mercer/solvers/gp/gp.hpp>
#include <mercer/solvers/plugin.hpp>

MERCER_PLUGIN("gp", registry) {
  registry.add_file_model<mercer::gp_model::Gp>(
      "gp", "regression by Gaussian processes: numbers and fields from some inputs");
}
