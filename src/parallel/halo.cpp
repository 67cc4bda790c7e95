// Halo exchange: plans axis by axis, and the copies that follow them.
#include <mercer/parallel/halo.hpp>

#include <algorithm>
#include <cstring>

namespace mercer {
namespace {

/// The padded block seen along one axis: `outer` runs of `length` positions, each of `inner` elements.
struct Runs {
  Index outer, length, inner;
};

Runs runs(const Shape& padded, int axis) {
  Runs seen{1, padded[axis], 1};
  for (int other = 0; other < padded.dimensions(); ++other)
    (other < axis ? seen.outer : seen.inner) *= other == axis ? 1 : padded[other];
  return seen;
}

}  // namespace

Halo::Halo(const Comm& comm, const Decomposition& decomposition, std::array<Index, 3> widths,
           std::array<bool, 3> periodic, Index elements_per_point)
    : comm_(&comm), decomposition_(decomposition), widths_(widths), periodic_(periodic), elements_(elements_per_point) {
  require(decomposition.ranks() == comm.size(), Fault::internal, "a halo over {} ranks of an array split over {}",
          comm.size(), decomposition.ranks());
  require(*std::min_element(widths.begin(), widths.end()) >= 0 && elements_per_point >= 1, Fault::internal,
          "a halo of widths {}, {}, {} with {} elements a point", widths[0], widths[1], widths[2], elements_per_point);
  const Box mine = decomposition.owned(comm.rank());
  std::vector<Index> sizes;
  for (int axis = 0; axis < mine.dimensions; ++axis) sizes.push_back(mine.shape()[axis] + 2 * width(axis));
  if (elements_per_point != 1) sizes.push_back(elements_per_point);
  padded_ = Shape(sizes);
  for (int axis = 0; axis < mine.dimensions; ++axis) plans_[static_cast<std::size_t>(axis)] = plan(axis);
}

/// Pieces of the ghosts of the `part`-th block along `axis`; `peer` is the owning part, `begin` counts in that block
/// with its ghosts.
std::vector<Halo::Piece> Halo::ghosts_of(int part, int axis) const {
  const Index size = decomposition_.shape()[axis], reach = width(axis);
  const Range mine = decomposition_.range(axis, part);
  const int parts = decomposition_.rank_grid()[static_cast<std::size_t>(axis)];
  std::vector<Piece> pieces;
  const auto add = [&](Index from, Index to) {
    for (Index at = from; at < to;) {
      const Index wrapped = ((at % size) + size) % size;
      if (wrapped != at && !periodic_[static_cast<std::size_t>(axis)]) {
        ++at;
        continue;
      }
      int owner = 0;
      while (owner < parts && !decomposition_.range(axis, owner).contains(wrapped)) ++owner;
      const Index count = std::min(to - at, decomposition_.range(axis, owner).end - wrapped);
      pieces.push_back({owner, at - mine.begin + reach, count});
      at += count;
    }
  };
  if (mine.count() == 0 || size == 0) return pieces;
  add(mine.begin - reach, mine.begin);
  add(mine.end, mine.end + reach);
  return pieces;
}

Halo::Plan Halo::plan(int axis) const {
  const auto a = static_cast<std::size_t>(axis);
  const auto here = decomposition_.place(comm_->rank());
  const Index size = decomposition_.shape()[axis], reach = width(axis);
  const auto rank_of = [&](int part) {
    auto place = here;
    place[a] = part;
    return decomposition_.rank_at(place);
  };
  Plan plan;
  for (Piece piece : ghosts_of(here[a], axis)) {
    piece.peer = rank_of(piece.peer);
    plan.ghosts.push_back(piece);
  }
  const Range mine = decomposition_.range(axis, here[a]);
  for (int part = 0; part < decomposition_.rank_grid()[a]; ++part) {
    const Range theirs = decomposition_.range(axis, part);
    for (const Piece& piece : ghosts_of(part, axis)) {
      if (piece.peer != here[a]) continue;
      const Index position = piece.begin + theirs.begin - reach;
      const Index wrapped = ((position % size) + size) % size;
      plan.sources.push_back({rank_of(part), wrapped - mine.begin + reach, piece.count});
    }
  }
  return plan;
}

std::size_t Halo::piece_elements(const Piece& piece, int axis) const noexcept {
  const Runs seen = runs(padded_, axis);
  return static_cast<std::size_t>(seen.outer * piece.count * seen.inner);
}

void Halo::pack(const std::byte* block, std::size_t size, const Piece& piece, int axis, std::byte* buffer) const {
  const Runs seen = runs(padded_, axis);
  const std::size_t chunk = static_cast<std::size_t>(piece.count * seen.inner) * size;
  for (Index outer = 0; outer < seen.outer; ++outer, buffer += chunk)
    std::memcpy(buffer, block + static_cast<std::size_t>((outer * seen.length + piece.begin) * seen.inner) * size,
                chunk);
}

void Halo::unpack(std::byte* block, std::size_t size, const Piece& piece, int axis, const std::byte* buffer,
                  const Add* add) const {
  const Runs seen = runs(padded_, axis);
  const std::size_t elements = static_cast<std::size_t>(piece.count * seen.inner);
  for (Index outer = 0; outer < seen.outer; ++outer, buffer += elements * size) {
    std::byte* to = block + static_cast<std::size_t>((outer * seen.length + piece.begin) * seen.inner) * size;
    if (add)
      (*add)(to, buffer, elements);
    else
      std::memcpy(to, buffer, elements * size);
  }
}

void Halo::clear(std::byte* block, std::size_t size, const Piece& piece, int axis) const {
  const Runs seen = runs(padded_, axis);
  const std::size_t chunk = static_cast<std::size_t>(piece.count * seen.inner) * size;
  for (Index outer = 0; outer < seen.outer; ++outer)
    std::memset(block + static_cast<std::size_t>((outer * seen.length + piece.begin) * seen.inner) * size, 0, chunk);
}

/// Sends the sources to the ghosts, or backward the ghosts to the sources. Messages between two ranks keep the order of
/// their pieces, which both know, so that one tag serves all.
void Halo::move(std::byte* block, std::size_t size, int axis, bool backward, const Add* add) const {
  const Plan& plan = plans_[static_cast<std::size_t>(axis)];
  const std::vector<Piece>&leaving = backward ? plan.ghosts : plan.sources,
        &coming = backward ? plan.sources : plan.ghosts;
  std::vector<MPI_Request> requests;
  std::vector<std::vector<std::byte>> out, in;
  for (const Piece& piece : coming) {
    in.emplace_back(piece_elements(piece, axis) * size);
    check_mpi(MPI_Irecv(in.back().data(), narrow<int>(in.back().size()), MPI_BYTE, piece.peer, axis, comm_->raw(),
                        &requests.emplace_back()));
  }
  for (const Piece& piece : leaving) {
    out.emplace_back(piece_elements(piece, axis) * size);
    pack(block, size, piece, axis, out.back().data());
    check_mpi(MPI_Isend(out.back().data(), narrow<int>(out.back().size()), MPI_BYTE, piece.peer, axis, comm_->raw(),
                        &requests.emplace_back()));
  }
  check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
  if (backward)
    for (const Piece& piece : leaving) clear(block, size, piece, axis);
  for (std::size_t i = 0; i < coming.size(); ++i) unpack(block, size, coming[i], axis, in[i].data(), add);
}

/// Axis after axis, each with the ghosts of the earlier ones, which brings the corners along.
void Halo::exchange_bytes(std::byte* block, std::size_t size) const {
  for (int axis = 0; axis < decomposition_.shape().dimensions(); ++axis) move(block, size, axis, false, nullptr);
}

void Halo::accumulate_bytes(std::byte* block, std::size_t size, const Add& add) const {
  for (int axis = decomposition_.shape().dimensions() - 1; axis >= 0; --axis) move(block, size, axis, true, &add);
}

}  // namespace mercer
