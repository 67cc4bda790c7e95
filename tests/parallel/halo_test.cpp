// Ghosts against a formula of the global position, and the adjoint identity.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/parallel/halo.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace mercer;

namespace {

struct Pair {
  double a, b;
  bool operator==(const Pair&) const = default;
};

/// A number as an element of an array.
template <class T>
T element(Index number) {
  if constexpr (std::is_same_v<T, Pair>)
    return {static_cast<double>(number), static_cast<double>(-2 * number)};
  else
    return static_cast<T>(number);
}

struct Case {
  Shape shape;
  std::array<Index, 3> widths;
  std::array<bool, 3> periodic;
  Index elements = 1;
};

const std::vector<Case> cases{
    {Shape({9}), {1}, {false}},
    {Shape({9}), {2}, {true}},
    {Shape({5}), {4}, {false}},  // reaches beyond the neighbour
    {Shape({5}), {12}, {true}},  // reaches around the array more than twice
    {Shape({3}), {1}, {true}},   // some ranks own nothing
    {Shape({1}), {3}, {true}},
    {Shape({8, 6}), {1, 1}, {false, false}},
    {Shape({8, 6}), {2, 1}, {true, false}, 3},
    {Shape({3, 5}), {2, 7}, {true, true}},
    {Shape({7, 4}), {0, 2}, {false, true}},
    {Shape({2, 9}), {1, 3}, {false, false}, 2},
    {Shape({5, 4, 6}), {1, 1, 1}, {true, true, true}},
    {Shape({6, 3, 5}), {2, 0, 6}, {false, false, true}, 2},
    {Shape({2, 2, 3}), {3, 3, 3}, {true, false, true}},
};

constexpr Index unset = -1;  // what positions hold that no owner has

/// Element `inner` of the point at a global position, which may lie outside the array.
Index formula(const Case& test, std::array<Index, 3> position, Index inner) {
  Index number = 0;
  for (int axis = 0; axis < test.shape.dimensions(); ++axis) {
    const Index size = test.shape[axis];
    Index& at = position[static_cast<std::size_t>(axis)];
    if (test.periodic[static_cast<std::size_t>(axis)]) at = (at % size + size) % size;
    if (at < 0 || at >= size) return unset;
    number = number * 17 + at;
  }
  return number * 5 + inner;
}

/// Calls `visit(global position, inner element, offset in the padded block, owned?)` for all elements.
template <class F>
void each_element(const Halo& halo, const Case& test, const Box& mine, const F& visit) {
  std::array<Index, 3> sizes{1, 1, 1};
  for (int axis = 0; axis < mine.dimensions; ++axis) sizes[static_cast<std::size_t>(axis)] = halo.padded_shape()[axis];
  std::size_t offset = 0;
  for (Index i = 0; i < sizes[0]; ++i)
    for (Index j = 0; j < sizes[1]; ++j)
      for (Index k = 0; k < sizes[2]; ++k)
        for (Index inner = 0; inner < test.elements; ++inner, ++offset) {
          std::array<Index, 3> at{i, j, k};
          bool owned = true;
          for (std::size_t axis = 0; axis < static_cast<std::size_t>(mine.dimensions); ++axis) {
            at[axis] += mine.ranges[axis].begin - test.widths[axis];
            owned = owned && mine.ranges[axis].contains(at[axis]);
          }
          visit(at, inner, offset, owned);
        }
}

template <class T>
int wrong_ghosts(const Comm& comm, const Case& test, Split split) {
  const Decomposition decomposition(test.shape, comm, split);
  const Halo halo(comm, decomposition, test.widths, test.periodic, test.elements);
  const Box mine = decomposition.owned(comm.rank());
  Tensor<T> block(halo.padded_shape(), Rows::dense);
  const std::span<T> values = block.span();
  each_element(halo, test, mine, [&](auto at, Index inner, std::size_t offset, bool owned) {
    values[offset] = element<T>(owned ? formula(test, at, inner) : unset);
  });
  halo.exchange(block.view());
  int wrong = 0;
  if (mine.count() > 0)
    each_element(halo, test, mine, [&](auto at, Index inner, std::size_t offset, bool) {
      wrong += values[offset] == element<T>(formula(test, at, inner)) ? 0 : 1;
    });
  return wrong;
}

double halo_adjoint_gap(const Comm& comm, const Case& test, Split split) {
  const Halo halo(comm, Decomposition(test.shape, comm, split), test.widths, test.periodic, test.elements);
  Tensor<double> x(halo.padded_shape(), Rows::dense), y(halo.padded_shape(), Rows::dense);
  const Random random(3, static_cast<std::uint64_t>(comm.rank()));
  for (std::size_t i = 0; i < x.span().size(); ++i) {
    x.span()[i] = random.normal(2 * i);
    y.span()[i] = random.normal(2 * i + 1);
  }
  const std::vector<double> x0(x.span().begin(), x.span().end()), y0(y.span().begin(), y.span().end());
  halo.exchange(x.view());
  halo.accumulate(y.view());
  const double forward = reproducible_dot(comm, x.span(), y0), backward = reproducible_dot(comm, x0, y.span());
  return std::abs(forward - backward) / (reproducible_norm(comm, x.span()) * reproducible_norm(comm, y0));
}

}  // namespace

using Elements = boost::mpl::list<double, float, int, Pair>;

BOOST_AUTO_TEST_CASE_TEMPLATE(every_ghost_equals_what_its_owner_holds, T, Elements) {
  const Comm comm;
  for (std::size_t number = 0; number < cases.size(); ++number)
    for (const Split split : {Split::slabs, Split::boxes})
      BOOST_TEST(wrong_ghosts<T>(comm, cases[number], split) == 0, "case " << number);
}

BOOST_AUTO_TEST_CASE(accumulate_is_the_adjoint_of_exchange) {
  const Comm comm;
  for (std::size_t number = 0; number < cases.size(); ++number)
    for (const Split split : {Split::slabs, Split::boxes})
      BOOST_TEST(halo_adjoint_gap(comm, cases[number], split) < 1e-14, "case " << number);
}

BOOST_AUTO_TEST_CASE(accumulate_counts_how_often_a_point_is_a_ghost) {
  const Comm comm;
  const Decomposition decomposition(Shape({4}), comm);
  const Halo halo(comm, decomposition, {1}, {true});
  Tensor<int> block(halo.padded_shape(), Rows::dense);
  std::fill(block.span().begin(), block.span().end(), 1);
  halo.accumulate(block.view());
  const Index mine = decomposition.owned(comm.rank()).count();
  for (Index i = 0; i < mine; ++i) {
    const int copies = (i == 0 ? 1 : 0) + (i == mine - 1 ? 1 : 0);
    BOOST_TEST(block(i + 1) == 1 + copies);
  }
  BOOST_TEST(block(0) == 0);
  BOOST_TEST(block(mine + 1) == 0);
}

BOOST_AUTO_TEST_CASE(a_block_of_another_shape_is_refused) {
  const Comm comm;
  const Halo halo(comm, Decomposition(Shape({8, 3}), comm), {1, 1});
  Tensor<double> padded(halo.padded_shape()), small({1, 1}, Rows::dense);
  BOOST_CHECK_EXCEPTION(halo.exchange(small.view()), Error, failure(Fault::internal, "dense block"));
  BOOST_CHECK_EXCEPTION(halo.exchange(padded.view()), Error, failure(Fault::internal, "dense block"));
}

BOOST_AUTO_TEST_CASE(impossible_halos_are_refused) {
  const Comm comm;
  const Decomposition fits(Shape({8}), comm), other(Shape({8}), comm.size() + 1, Split::slabs);
  BOOST_CHECK_EXCEPTION(Halo(comm, other, {1}), Error, failure(Fault::internal, "an array split over"));
  BOOST_CHECK_EXCEPTION(Halo(comm, fits, {-1}), Error, failure(Fault::internal, "widths -1"));
  BOOST_CHECK_EXCEPTION(Halo(comm, fits, {1}, {}, 0), Error, failure(Fault::internal, "0 elements a point"));
}
