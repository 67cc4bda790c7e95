// Blocks of arrays: complete, disjoint, balanced, with small surfaces.
#include "support/failure.hpp"
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

const std::vector<Shape> shapes{Shape({1}),     Shape({7}),        Shape({100}),      Shape({5, 3}),
                                Shape({64, 8}), Shape({9, 11, 4}), Shape({2, 1, 50}), Shape({0, 4})};

/// How often each point of the array is owned.
std::vector<int> owners_of_points(const Decomposition& decomposition) {
  const Shape& shape = decomposition.shape();
  std::array<Index, 3> sizes{1, 1, 1};
  for (int axis = 0; axis < shape.dimensions(); ++axis) sizes[static_cast<std::size_t>(axis)] = shape[axis];
  std::vector<int> owners(static_cast<std::size_t>(shape.count()));
  for (int rank = 0; rank < decomposition.ranks(); ++rank) {
    auto ranges = decomposition.owned(rank).ranges;
    for (std::size_t axis = static_cast<std::size_t>(shape.dimensions()); axis < 3; ++axis) ranges[axis] = {0, 1};
    for (Index i = ranges[0].begin; i < ranges[0].end; ++i)
      for (Index j = ranges[1].begin; j < ranges[1].end; ++j)
        for (Index k = ranges[2].begin; k < ranges[2].end; ++k)
          ++owners[static_cast<std::size_t>((i * sizes[1] + j) * sizes[2] + k)];
  }
  return owners;
}

/// Points on the cuts that a grid of ranks makes.
Index cut(const Shape& shape, const std::array<int, 3>& grid) {
  Index points = 0;
  for (int axis = 0; axis < shape.dimensions(); ++axis)
    points += (grid[static_cast<std::size_t>(axis)] - 1) * (shape.count() / shape[axis]);
  return points;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_point_has_one_owner) {
  for (const Shape& shape : shapes)
    for (const Split split : {Split::slabs, Split::boxes})
      for (int ranks = 1; ranks <= 12; ++ranks) {
        const auto owners = owners_of_points(Decomposition(shape, ranks, split));
        BOOST_TEST(std::all_of(owners.begin(), owners.end(), [](int count) { return count == 1; }));
      }
}

BOOST_AUTO_TEST_CASE(blocks_differ_by_at_most_one_point_and_are_in_order) {
  for (const Index count : {0, 1, 2, 7, 100})
    for (int parts = 1; parts <= 13; ++parts) {
      Index end = 0, least = std::numeric_limits<Index>::max(), most = 0;
      for (int part = 0; part < parts; ++part) {
        const Range range = block(count, part, parts);
        BOOST_TEST(range.begin == end);
        end = range.end;
        least = std::min(least, range.count()), most = std::max(most, range.count());
      }
      BOOST_TEST(end == count);
      BOOST_TEST(most - least <= 1);
    }
}

BOOST_AUTO_TEST_CASE(slabs_cut_the_slowest_axis_only) {
  const Decomposition slabs(Shape({4, 100, 100}), 8, Split::slabs);
  BOOST_TEST(slabs.rank_grid()[0] == 8);
  BOOST_TEST(slabs.owned(3).count() == 10000);
  BOOST_TEST(slabs.owned(4).count() == 0);
}

BOOST_AUTO_TEST_CASE(boxes_have_the_least_surface_of_all_grids_of_ranks) {
  for (const Shape& shape : {Shape({64, 64}), Shape({100, 7}), Shape({16, 32, 64}), Shape({3, 200, 5}), Shape({40})})
    for (int ranks = 1; ranks <= 24; ++ranks) {
      Index least = std::numeric_limits<Index>::max();
      for (int a = 1; a <= ranks; ++a)
        for (int b = 1; b <= ranks; ++b) {
          const std::array<int, 3> grid{a, b, ranks / (a * b)};
          if (a * b * grid[2] != ranks) continue;
          bool fits = true;
          for (int axis = 0; axis < 3; ++axis) {
            const int parts = grid[static_cast<std::size_t>(axis)];
            fits = fits && (axis < shape.dimensions() ? parts <= shape[axis] : parts == 1);
          }
          if (fits) least = std::min(least, cut(shape, grid));
        }
      if (least == std::numeric_limits<Index>::max()) continue;
      const Decomposition boxes(shape, ranks, Split::boxes);
      std::array<int, 3> grid{1, 1, 1};
      std::copy(boxes.rank_grid().begin(), boxes.rank_grid().end(), grid.begin());
      BOOST_TEST(cut(shape, grid) == least, "shape of " << shape[0] << "..., " << ranks << " ranks");
    }
}

BOOST_AUTO_TEST_CASE(places_and_ranks_are_inverse) {
  const Decomposition boxes(Shape({20, 30, 10}), 12, Split::boxes);
  for (int rank = 0; rank < 12; ++rank) BOOST_TEST(boxes.rank_at(boxes.place(rank)) == rank);
  BOOST_TEST(boxes.ranks() == 12);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_split_is_refused) {
  BOOST_CHECK_EXCEPTION(Decomposition(Shape({2, 2, 2, 2}), 2, Split::boxes), Error,
                        failure(Fault::internal, "1 to 3 dimensions"));
  BOOST_CHECK_EXCEPTION(Decomposition(Shape(), 2, Split::boxes), Error, failure(Fault::internal, "not of 0"));
  BOOST_CHECK_EXCEPTION(Decomposition(Shape({2}), 0, Split::boxes), Error, failure(Fault::internal, "0 ranks"));
}
