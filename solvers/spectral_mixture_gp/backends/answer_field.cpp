// Answers on the grid that a case asks for.
#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>

namespace mercer::smgp {

Field answer_field(const Comm& comm, const Problem& problem, const std::string& name) {
  const auto grid = problem.grid();
  return {name, "", grid, Decomposition(grid->shape(), comm, Split::slabs), comm.rank()};
}

}  // namespace mercer::smgp
