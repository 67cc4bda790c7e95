#include <mercer/base/random.hpp>
#include <mercer/nn/symmetry.hpp>

#include <utility>
#include <vector>

namespace mercer {
namespace {

constexpr std::uint64_t stream = 0x73796d6d;  // apart from other random numbers of a seed

std::uint64_t order(Augmentation kind) {
  if (kind == Augmentation::none) return 1;
  return kind == Augmentation::square ? 8 : 2;
}

Symmetry numbered(std::uint64_t number) { return {(number & 1) != 0, (number & 2) != 0, (number & 4) != 0}; }

/// Where a reversed field takes its values from.
std::vector<Index> sources(Index points, bool is_reversed, Points kind) {
  std::vector<Index> from(static_cast<std::size_t>(points));
  for (Index i = 0; Index & source : from) {
    const Index reversed = kind == Points::symmetric ? points - 1 - i : (points - i) % points;
    source = is_reversed ? reversed : i;
    ++i;
  }
  if (is_reversed && kind == Points::left_open && points > 1) from[0] = from[1];
  return from;
}

}  // namespace

std::vector<Symmetry> symmetries(Augmentation kind) {
  std::vector<Symmetry> all;
  for (std::uint64_t number = 0; number < order(kind); ++number) all.push_back(numbered(number));
  return all;
}

Symmetry random_symmetry(Augmentation kind, std::uint64_t seed, Index draw) {
  if (kind == Augmentation::none) return {};
  const Random random(seed, stream);
  return numbered(random.integer(static_cast<std::uint64_t>(draw), order(kind)));
}

template <class T>
void apply(const Symmetry& symmetry, Points points, View<T> fields, Index sample) {
  if (symmetry == Symmetry{}) return;
  const Index rows = fields.shape()[1], channels = fields.shape()[2], columns = fields.shape()[3];
  require(!symmetry.swaps || rows == columns, Fault::config,
          "only square fields can have their axes swapped; these have {} rows of {} points", rows, columns);
  const std::vector<Index> y = sources(rows, symmetry.reverses_y, points);
  const std::vector<Index> x = sources(columns, symmetry.reverses_x, points);
  std::vector<T> plane(static_cast<std::size_t>(rows * columns));
  for (Index c = 0; c < channels; ++c) {
    T* value = plane.data();
    for (const Index j : y)
      for (const Index i : x) *value++ = symmetry.swaps ? fields(sample, i, c, j) : fields(sample, j, c, i);
    value = plane.data();
    for (Index j = 0; j < rows; ++j)
      for (Index i = 0; i < columns; ++i) fields(sample, j, c, i) = *value++;
  }
}

template void apply(const Symmetry&, Points, View<float>, Index);
template void apply(const Symmetry&, Points, View<double>, Index);

}  // namespace mercer
