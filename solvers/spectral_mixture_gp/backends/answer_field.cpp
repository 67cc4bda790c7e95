// Answers on the grid that a case asks for.
#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>

namespace mercer::smgp {

Field answer_field(const Comm& comm, const Problem& problem, const std::string& name) {
  const auto grid = problem.grid();
  return {name, "", grid, Decomposition(grid->shape(), comm, Split::slabs), comm.rank()};
}

Coordinates own_coordinates(const Field& field) {
  Coordinates own;
  for (int axis = 0; axis < field.grid().dimensions(); ++axis) own.push_back(field.grid().coordinates(axis));
  const Range rows = field.box().ranges[0];
  own[0] = {own[0].begin() + rows.begin, own[0].begin() + rows.end};
  return own;
}

}  // namespace mercer::smgp
