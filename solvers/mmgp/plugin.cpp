// Plugin mmgp: fields and scalars of shapes that differ, by mesh morphing, reduced bases and Gaussian processes.
#include <mercer/solvers/mmgp/mmgp.hpp>
#include <mercer/solvers/plugin.hpp>

MERCER_PLUGIN("mmgp", registry) {
  registry.add_file_model<mercer::mmgp::Mmgp>("mmgp",
                                              "mesh-morphing Gaussian process: fields on meshes that all differ");
}
