#include <mercer/io/rows.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>
#include <cstring>

namespace mercer {
namespace {

constexpr int words_of_slab = 4 * max_dimensions;

/// Slabs of all ranks.
std::vector<Slab> gather_slabs(const Comm& comm, const Slab& slab) {
  const int dimensions = slab.start.dimensions();
  std::vector<Index> mine;
  for (const Shape* part : {&slab.start, &slab.count, &slab.stride, &slab.block}) {
    mine.insert(mine.end(), part->span().begin(), part->span().end());
  }
  mine.resize(words_of_slab);
  std::vector<Index> all(static_cast<std::size_t>(comm.size()) * words_of_slab);
  check_mpi(MPI_Allgather(mine.data(), words_of_slab, MPI_INT64_T, all.data(), words_of_slab, MPI_INT64_T, comm.raw()));
  std::vector<Slab> slabs;
  for (std::size_t at = 0; at < all.size(); at += words_of_slab) {
    const auto part = [&](int number) {
      return Shape(std::span<const Index>(all.data() + at + static_cast<std::size_t>(number * dimensions),
                                          static_cast<std::size_t>(dimensions)));
    };
    slabs.push_back({part(0), part(1), part(2), part(3)});
  }
  return slabs;
}

/// The numbers of the selected positions of `slab` along `axis` that lie in `range`.
Range selected_within(const Slab& slab, int axis, const Range& range) {
  if (slab.elements() == 0) return {};
  const auto before = [&](Index position) {
    const Index offset = position - slab.start[axis];
    if (offset <= 0) return Index{0};
    const Index whole = offset / slab.stride[axis];
    const Index selected = whole * slab.block[axis] + std::min(offset % slab.stride[axis], slab.block[axis]);
    return std::min(selected, slab.count[axis] * slab.block[axis]);
  };
  return {before(range.begin), before(range.end)};
}

/// Copies the packed values of `slab`, of which `numbers` of `axis` have come, to their places in the packed rows that
/// begin at `first`.
void place(const Slab& slab, int axis, const Range& numbers, const std::byte* from, std::size_t size, const Shape& rows,
           Index first, std::byte* to) {
  Shape shape = slab.shape();
  shape[axis] = numbers.count();
  const int last = shape.dimensions() - 1;
  const Index elements = shape.count();
  for (Index element = 0; element < elements; element += shape[last]) {
    Index rest = element / shape[last], target = 0, stride = rows[last];
    for (int k = last - 1; k >= 0; --k) {
      const Index number = rest % shape[k];
      target += stride * (k == axis ? slab.position(k, number + numbers.begin) - first : slab.position(k, number));
      stride *= rows[k];
      rest /= shape[k];
    }
    for (Index x = 0, run = 0; x < shape[last]; x += run) {
      const Index number = last == axis ? x + numbers.begin : x;
      const Index position = slab.position(last, number) - (last == axis ? first : 0);
      run = std::min(shape[last] - x, slab.block[last] - number % slab.block[last]);
      const std::size_t bytes = static_cast<std::size_t>(run) * size;
      std::memcpy(to + static_cast<std::size_t>(target + position) * size, from, bytes);
      from += bytes;
    }
  }
}

/// What goes to, or comes from, each rank: numbers of elements as MPI takes them.
struct Counts {
  std::vector<int> counts, starts;
  void add(Index elements) {
    starts.push_back(counts.empty() ? 0 : narrow<int>(Index{starts.back()} + counts.back()));
    counts.push_back(narrow<int>(elements));
  }
  Index total() const { return counts.empty() ? 0 : Index{starts.back()} + counts.back(); }
};

}  // namespace

WholeRows whole_rows(const Comm& comm, const Shape& shape, Index thickness, const Slab& slab, const std::byte* packed,
                     std::size_t size) {
  int axis = 0;
  while (axis + 1 < shape.dimensions() && shape[axis] == 1) ++axis;
  const auto rows_of = [&](int rank) {
    const Range blocks = block((shape[axis] + thickness - 1) / thickness, rank, comm.size());
    return Range{std::min(blocks.begin * thickness, shape[axis]), std::min(blocks.end * thickness, shape[axis])};
  };
  const std::vector<Slab> slabs = gather_slabs(comm, slab);
  const Range mine = rows_of(comm.rank());
  const auto elements_within = [&](const Slab& part, const Range& range) {
    const Index positions = part.shape()[axis];
    return positions == 0 ? 0 : part.elements() / positions * selected_within(part, axis, range).count();
  };
  Counts sent, received;
  together(comm, [&] {
    for (int rank = 0; rank < comm.size(); ++rank) {
      sent.add(elements_within(slab, rows_of(rank)));
      received.add(elements_within(slabs[static_cast<std::size_t>(rank)], mine));
    }
  });
  MPI_Datatype element = MPI_DATATYPE_NULL;
  check_mpi(MPI_Type_contiguous(static_cast<int>(size), MPI_BYTE, &element));
  check_mpi(MPI_Type_commit(&element));
  std::vector<std::byte> arrived(static_cast<std::size_t>(received.total()) * size);
  check_mpi(MPI_Alltoallv(packed, sent.counts.data(), sent.starts.data(), element, arrived.data(),
                          received.counts.data(), received.starts.data(), element, comm.raw()));
  check_mpi(MPI_Type_free(&element));

  Shape start = Slab::whole(shape).start, rows = shape;
  start[axis] = mine.begin;
  rows[axis] = mine.count();
  WholeRows result{mine.count() == 0 ? Slab::none(shape) : Slab::box(start, rows), {}};
  result.values.resize(static_cast<std::size_t>(rows.count()) * size);
  for (int rank = 0; rank < comm.size(); ++rank) {
    const auto number = static_cast<std::size_t>(rank);
    if (received.counts[number] == 0) continue;
    place(slabs[number], axis, selected_within(slabs[number], axis, mine),
          arrived.data() + static_cast<std::size_t>(received.starts[number]) * size, size, rows, mine.begin,
          result.values.data());
  }
  return result;
}

}  // namespace mercer
