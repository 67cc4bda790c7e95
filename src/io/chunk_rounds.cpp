#include <mercer/io/chunk_rounds.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace mercer {
namespace {

constexpr int words_of_slab = 4 * max_dimensions;

std::vector<Slab> gather(const Comm& comm, const Slab& slab) {
  const auto dimensions = static_cast<std::size_t>(slab.start.dimensions());
  std::vector<Index> mine;
  for (const Shape* part : {&slab.start, &slab.count, &slab.stride, &slab.block}) {
    mine.insert(mine.end(), part->span().begin(), part->span().end());
  }
  mine.resize(words_of_slab);
  std::vector<Index> all(static_cast<std::size_t>(comm.size()) * words_of_slab);
  check_mpi(MPI_Allgather(mine.data(), words_of_slab, MPI_INT64_T, all.data(), words_of_slab, MPI_INT64_T, comm.raw()));
  std::vector<Slab> slabs;
  for (std::size_t at = 0; at < all.size(); at += words_of_slab) {
    const auto part = [&](std::size_t number) {
      return Shape(std::span<const Index>(all.data() + at + number * dimensions, dimensions));
    };
    slabs.push_back({part(0), part(1), part(2), part(3)});
  }
  return slabs;
}

/// How many selected positions of `slab` along `axis` come before `position`.
Index selected_before(const Slab& slab, int axis, Index position) {
  const Index offset = position - slab.start[axis];
  if (offset <= 0) return 0;
  const Index selected =
      offset / slab.stride[axis] * slab.block[axis] + std::min(offset % slab.stride[axis], slab.block[axis]);
  return std::min(selected, slab.count[axis] * slab.block[axis]);
}

/// Calls `visit` with the position of each row (along the last axis) of an array of `shape`.
template <class F>
void for_each_row(const Shape& shape, F&& visit) {
  const int last = shape.dimensions() - 1;
  const Index rows = shape.count() / shape[last];
  std::array<Index, max_dimensions> position{};
  for (Index row = 0; row < rows; ++row) {
    visit(position);
    for (int axis = last - 1; axis >= 0; --axis) {
      Index& along = position[static_cast<std::size_t>(axis)];
      if (++along < shape[axis]) break;
      along = 0;
    }
  }
}

/// The selected elements of a slab that lie in a box: their numbers along each axis.
struct Overlap {
  Overlap(const Slab& slab, const Slab& box) : shape(slab.shape()) {
    const bool nothing = slab.elements() == 0 || box.elements() == 0;
    for (int axis = 0; axis < shape.dimensions(); ++axis) {
      Range& along = numbers[static_cast<std::size_t>(axis)];
      const Index begin = box.start[axis];
      if (!nothing) along = {selected_before(slab, axis, begin), selected_before(slab, axis, begin + box.block[axis])};
      shape[axis] = along.count();
    }
  }
  Index bytes(std::size_t size) const { return shape.count() * static_cast<Index>(size); }
  std::array<Range, max_dimensions> numbers;
  Shape shape;
};

/// Copies the rows of an overlap from the packed values of a slab of shape `whole` to `to`, and moves that on.
void pack(const Overlap& overlap, const Shape& whole, const std::byte* packed, std::size_t size, std::byte*& to) {
  if (overlap.shape.count() == 0) return;
  const std::size_t bytes = static_cast<std::size_t>(overlap.shape.back()) * size;
  for_each_row(overlap.shape, [&](const auto& position) {
    Index offset = 0;
    for (int axis = 0; axis < whole.dimensions(); ++axis) {
      const auto k = static_cast<std::size_t>(axis);
      offset = offset * whole[axis] + overlap.numbers[k].begin + position[k];
    }
    std::memcpy(to, packed + static_cast<std::size_t>(offset) * size, bytes);
    to += bytes;
  });
}

/// Copies the rows of an overlap from `from` to their places in the packed values of a box, and moves `from` on.
void place(const Overlap& overlap, const Slab& slab, const Slab& box, const std::byte*& from, std::size_t size,
           std::byte* values) {
  if (overlap.shape.count() == 0) return;
  const int last = overlap.shape.dimensions() - 1;
  for_each_row(overlap.shape, [&](const auto& position) {
    Index row = 0;
    for (int axis = 0; axis < last; ++axis) {
      const auto k = static_cast<std::size_t>(axis);
      row = row * box.block[axis] + slab.position(axis, overlap.numbers[k].begin + position[k]) - box.start[axis];
    }
    const Range along = overlap.numbers[static_cast<std::size_t>(last)];
    for (Index number = along.begin, run = 0; number < along.end; number += run) {
      run = std::min(along.end - number, slab.block[last] - number % slab.block[last]);
      const Index target = row * box.block[last] + slab.position(last, number) - box.start[last];
      const std::size_t bytes = static_cast<std::size_t>(run) * size;
      std::memcpy(values + static_cast<std::size_t>(target) * size, from, bytes);
      from += bytes;
    }
  });
}

/// Which messages go from or to each rank, one after another in one buffer; in bytes.
struct Counts {
  std::vector<int> counts, starts;
  void add(Index bytes) {
    starts.push_back(narrow<int>(total()));
    counts.push_back(narrow<int>(bytes));
  }
  Index total() const { return counts.empty() ? 0 : Index{starts.back()} + counts.back(); }
};

}  // namespace

ChunkRounds::ChunkRounds(const Comm& comm, const Shape& shape, const Shape& chunk, const Slab& slab)
    : comm_(&comm), shape_(shape), chunk_(chunk), grid_(shape), slabs_(gather(comm, slab)) {
  for (int axis = 0; axis < shape.dimensions(); ++axis) grid_[axis] = (shape[axis] + chunk[axis] - 1) / chunk[axis];
  chunks_ = grid_.count();
}

Slab ChunkRounds::box_of(Index chunk) const {
  if (chunk >= chunks_) return Slab::none(shape_);
  Shape start = shape_, count = shape_;
  for (int axis = shape_.dimensions() - 1; axis >= 0; --axis) {
    start[axis] = chunk % grid_[axis] * chunk_[axis];
    count[axis] = std::min(chunk_[axis], shape_[axis] - start[axis]);
    chunk /= grid_[axis];
  }
  return Slab::box(start, count);
}

Slab ChunkRounds::deal(Index round, const std::byte* packed, std::size_t size, std::vector<std::byte>& values) const {
  const Slab& mine = slabs_[static_cast<std::size_t>(comm_->rank())];
  const Slab box = box_of(round * comm_->size() + comm_->rank());
  Counts sent, received;
  std::vector<std::byte> leaving, arriving;
  together(*comm_, [&] {
    std::vector<Overlap> overlaps;
    for (int rank = 0; rank < comm_->size(); ++rank) {
      overlaps.emplace_back(mine, box_of(round * comm_->size() + rank));
      sent.add(overlaps.back().bytes(size));
      received.add(Overlap(slabs_[static_cast<std::size_t>(rank)], box).bytes(size));
    }
    leaving.resize(static_cast<std::size_t>(sent.total()));
    arriving.resize(static_cast<std::size_t>(received.total()));
    values.resize(static_cast<std::size_t>(box.elements()) * size);
    std::byte* to = leaving.data();
    for (const Overlap& part : overlaps) pack(part, mine.shape(), packed, size, to);
  });
  check_mpi(MPI_Alltoallv(leaving.data(), sent.counts.data(), sent.starts.data(), MPI_BYTE, arriving.data(),
                          received.counts.data(), received.starts.data(), MPI_BYTE, comm_->raw()));
  const std::byte* from = arriving.data();
  for (const Slab& slab : slabs_) place(Overlap(slab, box), slab, box, from, size, values.data());
  return box;
}

}  // namespace mercer
