// The exchange of boxes: both sides list the same copies in the same order, so that no positions travel.
#include <mercer/meshes/fetch.hpp>

#include <algorithm>
#include <numeric>

namespace mercer {
namespace {

using Sizes = std::array<Index, 3>;

/// A box of three axes that goes from one rank to another.
struct Copy {
  std::array<Range, 3> from;  ///< in the whole array
  Sizes to{};                 ///< its first position in the array to be made
};

struct Exchange {
  std::vector<int> counts, starts;
  std::vector<double> buffer;

  explicit Exchange(const std::vector<Index>& sizes) {
    Index total = 0;
    for (const Index size : sizes) {
      counts.push_back(narrow<int>(size));
      starts.push_back(narrow<int>(total));
      total += size;
    }
    buffer.resize(static_cast<std::size_t>(total));
  }
};

Index count(const Copy& copy) { return copy.from[0].count() * copy.from[1].count() * copy.from[2].count(); }

/// The box as one of three axes; missing ones come first and have one position, so that rows stay rows.
std::array<Range, 3> three_axes(const Box& box) {
  std::array<Range, 3> ranges{Range{0, 1}, Range{0, 1}, Range{0, 1}};
  std::copy_n(box.ranges.begin(), box.dimensions, ranges.end() - box.dimensions);
  return ranges;
}

Wanted three_axes(const Wanted& wanted, int dimensions) {
  Wanted pieces;
  pieces.fill({Piece{{0, 1}, 0}});
  std::copy_n(wanted.begin(), dimensions, pieces.end() - dimensions);
  return pieces;
}

/// What the owner of a box brings to a rank.
std::vector<Copy> copies(const std::array<Range, 3>& owned, const Wanted& wanted) {
  std::vector<Copy> all;
  for (const Piece& slow : wanted[0])
    for (const Piece& middle : wanted[1])
      for (const Piece& fast : wanted[2]) {
        const std::array<const Piece*, 3> pieces{&slow, &middle, &fast};
        Copy copy;
        bool empty = false;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const Range& from = pieces[axis]->from;
          copy.from[axis] = {std::max(from.begin, owned[axis].begin), std::min(from.end, owned[axis].end)};
          copy.to[axis] = pieces[axis]->to + copy.from[axis].begin - from.begin;
          empty = empty || copy.from[axis].count() <= 0;
        }
        if (!empty) all.push_back(copy);
      }
  return all;
}

Index total(const std::vector<Copy>& all) {
  return std::accumulate(all.begin(), all.end(), Index{0},
                         [](Index sum, const Copy& copy) { return sum + count(copy); });
}

/// Calls `visit(offset of a row in an array of `sizes`, its length)` for the rows of a box that starts at `begin`.
template <class F>
void each_row(const Copy& copy, const Sizes& begin, const Sizes& sizes, const F& visit) {
  for (Index i = 0; i < copy.from[0].count(); ++i)
    for (Index j = 0; j < copy.from[1].count(); ++j)
      visit(((begin[0] + i) * sizes[1] + begin[1] + j) * sizes[2] + begin[2], copy.from[2].count());
}

void pack(std::span<const double> values, const std::array<Range, 3>& owned, const std::vector<Copy>& leaving,
          double* buffer) {
  const Sizes sizes{owned[0].count(), owned[1].count(), owned[2].count()};
  for (const Copy& copy : leaving) {
    Sizes begin{};
    for (std::size_t axis = 0; axis < 3; ++axis) begin[axis] = copy.from[axis].begin - owned[axis].begin;
    each_row(copy, begin, sizes,
             [&](Index offset, Index length) { buffer = std::copy_n(values.data() + offset, length, buffer); });
  }
}

void unpack(std::span<double> values, const Sizes& sizes, const std::vector<Copy>& coming, const double* buffer) {
  for (const Copy& copy : coming)
    each_row(copy, copy.to, sizes, [&](Index offset, Index length) {
      std::copy_n(buffer, length, values.data() + offset);
      buffer += length;
    });
}

Sizes made_sizes(const Wanted& wanted) {
  Sizes sizes{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    for (const Piece& piece : wanted[axis]) sizes[axis] += piece.from.count();
  return sizes;
}

}  // namespace

void require_ranks(const Comm& comm, const Decomposition& decomposition) {
  require(decomposition.ranks() == comm.size(), Fault::internal,
          "an array split over {} ranks meets a communicator of {}", decomposition.ranks(), comm.size());
}

Tensor<double> fetch(const Comm& comm, const Field& field, const std::function<Wanted(int rank)>& wanted) {
  const Decomposition& owners = field.decomposition();
  require_ranks(comm, owners);
  const int dimensions = field.grid().dimensions();
  const auto owned = three_axes(field.box());
  const Wanted mine = three_axes(wanted(comm.rank()), dimensions);
  std::vector<std::vector<Copy>> leaving, coming;
  std::vector<Index> out_sizes, in_sizes;
  for (int rank = 0; rank < comm.size(); ++rank) {
    out_sizes.push_back(total(leaving.emplace_back(copies(owned, three_axes(wanted(rank), dimensions)))));
    in_sizes.push_back(total(coming.emplace_back(copies(three_axes(owners.owned(rank)), mine))));
  }
  Exchange out(out_sizes), in(in_sizes);
  for (std::size_t rank = 0; rank < leaving.size(); ++rank)
    pack(field.span(), owned, leaving[rank], out.buffer.data() + out.starts[rank]);
  check_mpi(MPI_Alltoallv(out.buffer.data(), out.counts.data(), out.starts.data(), MPI_DOUBLE, in.buffer.data(),
                          in.counts.data(), in.starts.data(), MPI_DOUBLE, comm.raw()));
  const Sizes sizes = made_sizes(mine);
  Tensor<double> made(Shape(std::span<const Index>(sizes).last(static_cast<std::size_t>(dimensions))), Rows::dense);
  for (std::size_t rank = 0; rank < coming.size(); ++rank)
    unpack(made.span(), sizes, coming[rank], in.buffer.data() + in.starts[rank]);
  return made;
}

Field redistribute(const Comm& comm, const Field& field, const Decomposition& to) {
  require_ranks(comm, to);
  Field moved(field.name(), field.unit(), field.shared_grid(), to, comm.rank());
  const Tensor<double> values = fetch(comm, field, [&](int rank) {
    const Box box = to.owned(rank);
    Wanted wanted;
    for (std::size_t axis = 0; axis < 3; ++axis) wanted[axis] = {Piece{box.ranges[axis], 0}};
    return wanted;
  });
  std::copy(values.span().begin(), values.span().end(), moved.span().begin());
  return moved;
}

}  // namespace mercer
