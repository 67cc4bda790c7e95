#include <mercer/solvers/generate/whole_field.hpp>

#include <algorithm>
#include <vector>

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
  const Decomposition& parts = field.decomposition();
  std::vector<int> counts, starts;
  std::vector<double> packed;
  together(comm, [&] {
    Index total = 0;
    for (int rank = 0; rank < comm.size(); ++rank) {
      starts.push_back(narrow<int>(total));
      counts.push_back(narrow<int>(parts.owned(rank).count()));
      total += counts.back();
    }
    if (comm.rank() == owner) packed.resize(static_cast<std::size_t>(total));
  });
  check_mpi(MPI_Gatherv(field.span().data(), counts[static_cast<std::size_t>(comm.rank())], MPI_DOUBLE, packed.data(),
                        counts.data(), starts.data(), MPI_DOUBLE, owner, comm.raw()));
  if (comm.rank() != owner) return;
  for (int rank = 0; rank < comm.size(); ++rank)
    for_each_row(parts.shape(), parts.owned(rank), [&](Index to, Index from, Index count) {
      std::copy_n(packed.begin() + starts[static_cast<std::size_t>(rank)] + from, count, whole.begin() + to);
    });
}

}  // namespace mercer
