#include <mercer/meshes/fetch.hpp>
#include <mercer/solvers/generate/whole_field.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Calls `visit(place in the whole, place in the box, count)` for each row of a box of an array of `shape`.
template <class F>
void for_each_row(const Shape& shape, const Box& box, const F& visit) {
  const Shape part = box.shape();
  if (part.count() == 0) return;
  const Index width = part.back();
  for (Index row = 0; row < part.count() / width; ++row) {
    Index rest = row, place = box.ranges[static_cast<std::size_t>(box.dimensions - 1)].begin, stride = shape.back();
    for (int axis = box.dimensions - 2; axis >= 0; --axis) {
      place += (box.ranges[static_cast<std::size_t>(axis)].begin + rest % part[axis]) * stride;
      rest /= part[axis];
      stride *= shape[axis];
    }
    visit(place, row * width, width);
  }
}

}  // namespace

Field spread(const std::string& name, const std::shared_ptr<const Grid>& grid, const Comm& comm,
             std::span<const double> whole) {
  Field field(name, "", grid, Decomposition(grid->shape(), comm), comm.rank());
  for_each_row(grid->shape(), field.box(), [&](Index from, Index to, Index count) {
    std::copy_n(whole.begin() + from, count, field.span().begin() + to);
  });
  return field;
}

void gather(const Comm& comm, const Field& field, int owner, std::span<double> whole) {
  const Shape& shape = field.grid().shape();
  const Tensor<double> brought = fetch(comm, field, [&](int rank) {
    Wanted wanted;
    for (int axis = 0; axis < shape.dimensions(); ++axis)
      wanted[static_cast<std::size_t>(axis)] = {Piece{{0, rank == owner ? shape[axis] : 0}, 0}};
    return wanted;
  });
  std::ranges::copy(brought.span(), whole.begin());
}

}  // namespace mercer
