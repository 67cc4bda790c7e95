// Answers on the grid that a case asks for.
#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>

namespace mercer::smgp {

Field field_of(const Comm& comm, const Problem& problem, const std::string& name, const GridFunction& function) {
  const auto grid = problem.grid();
  Field field(name, "", grid, Decomposition(grid->shape(), comm, Split::slabs), comm.rank());
  together(comm, [&] {
    Coordinates own;
    for (int axis = 0; axis < grid->dimensions(); ++axis) own.push_back(grid->coordinates(axis));
    const Range rows = field.box().ranges[0];
    own[0] = {own[0].begin() + rows.begin, own[0].begin() + rows.end};
    function(own, field.span());
  });
  return field;
}

}  // namespace mercer::smgp
