// Covariances on grids by circulant embedding against their matrices, on any number of ranks.
#include "fft/numbers.hpp"
#include "support/failure.hpp"
#include <mercer/fft/embedding.hpp>
#include <mercer/linalg/petsc_bridge.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

/// No product over the axes: an ellipse that is turned, with a wave in it.
double turned(std::span<const Index> lag) {
  double square = 0, sum = 0;
  for (std::size_t axis = 0; axis < lag.size(); ++axis) {
    const double t = static_cast<double>(lag[axis]);
    square += t * t, sum += (axis == 0 ? 1 : -0.5) * t;
  }
  return std::exp(-std::sqrt(0.1 * square + 0.2 * sum * sum)) * std::cos(0.4 * sum);
}

const std::vector<Shape> grids{{6, 7}, {1, 5}, {5, 1}, {9, 4}, {3, 4, 5}, {2, 6, 1}, {1, 1, 3}};

std::vector<double> slab(const Comm& comm, const Shape& grid, const std::vector<double>& whole) {
  const Range rows = block(grid[0], comm.rank(), comm.size());
  const Index row = grid.count() / grid[0];
  return {whole.begin() + rows.begin * row, whole.begin() + rows.end * row};
}

std::vector<double> dense_product(const Shape& grid, const std::vector<double>& x) {
  std::vector<double> y(x.size());
  for (Index i = 0; i < grid.count(); ++i)
    for (Index j = 0; j < grid.count(); ++j) {
      std::vector<Index> lag = position(grid, i);
      const std::vector<Index> from = position(grid, j);
      for (std::size_t axis = 0; axis < lag.size(); ++axis) lag[axis] -= from[axis];
      y[static_cast<std::size_t>(i)] += turned(lag) * x[static_cast<std::size_t>(j)];
    }
  return y;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_product_is_that_of_the_matrix) {
  const Comm comm;
  for (const Shape& grid : grids) {
    const std::vector<double> x = reals(grid.count(), 3);
    const std::vector<double> own = slab(comm, grid, x), expected = slab(comm, grid, dense_product(grid, x));
    for (const bool is_even : {false, true}) {
      Shape torus = CirculantEmbedding::exact_torus(grid);
      for (int axis = 0; is_even && axis < torus.dimensions(); ++axis) torus[axis] = 2 * grid[axis];
      const CirculantEmbedding k(comm, grid, torus, turned);
      std::vector<double> y(own.size());
      k.apply(own, y);
      BOOST_TEST(difference(y, expected) < 1e-12);
      BOOST_TEST(adjoint_gap(comm, k) < 1e-13);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_torus_that_the_covariance_does_not_reach_around_may_be_small) {
  const Comm comm;
  const Shape grid{12, 10};
  const auto near = [](std::span<const Index> lag) {
    return std::max(0.0, 1 - std::abs(static_cast<double>(lag[0])) / 3) *
           std::max(0.0, 1 - std::abs(static_cast<double>(lag[1])) / 3);
  };
  const CirculantEmbedding small(comm, grid, {15, 13}, near), large(comm, grid, near);
  const std::vector<double> x = slab(comm, grid, reals(grid.count(), 3));
  std::vector<double> a(x.size()), b(x.size());
  small.apply(x, a);
  large.apply(x, b);
  BOOST_TEST(difference(a, b) < 1e-13);
}

BOOST_AUTO_TEST_CASE(the_gradient_is_the_slope_by_the_covariance_at_each_lag) {
  const Comm comm;
  for (const Shape& grid : {Shape{3, 4}, Shape{2, 3, 2}}) {
    const std::vector<double> left = slab(comm, grid, reals(grid.count(), 3));
    const std::vector<double> right = slab(comm, grid, reals(grid.count(), 4));
    const CirculantEmbedding k(comm, grid, turned);
    std::vector<double> gradient(static_cast<std::size_t>(k.owned_torus().count()));
    k.add_gradient(left, right, gradient);
    // Along c(lag) = cos(w lag) the slope is that of the quadratic form, which is linear in c.
    for (const double w : {0.0, 0.3, 1.1}) {
      const auto wave = [w](std::span<const Index> lag) {
        double sum = 0;
        for (std::size_t axis = 0; axis < lag.size(); ++axis)
          sum += static_cast<double>(axis + 1) * static_cast<double>(lag[axis]);
        return std::cos(w * sum);
      };
      const CirculantEmbedding other(comm, grid, wave);
      std::vector<double> product(right.size());
      other.apply(right, product);
      const double expected = reproducible_dot(comm, left, product);
      std::vector<double> direction;
      const Box box = k.owned_torus();
      const Index row = k.torus().count() / k.torus()[0];
      for (Index i = box.ranges[0].begin * row; i < box.ranges[0].end * row; ++i) {
        std::vector<Index> lag = position(k.torus(), i);
        for (std::size_t axis = 0; axis < lag.size(); ++axis) {
          const Index size = k.torus()[static_cast<int>(axis)];
          if (2 * lag[axis] > size) lag[axis] -= size;
        }
        direction.push_back(wave(lag));
      }
      BOOST_TEST(std::abs(reproducible_dot(comm, gradient, direction) - expected) < 1e-12 * (1 + std::abs(expected)));
    }
  }
}

BOOST_AUTO_TEST_CASE(draws_have_the_covariance_and_do_not_depend_on_the_ranks) {
  const Comm comm, alone = Comm::self();
  const Shape grid{4, 3};
  const auto decaying = [](std::span<const Index> lag) {
    return std::exp(-0.5 * std::hypot(static_cast<double>(lag[0]), static_cast<double>(lag[1])));
  };
  const Shape torus{24, 24};
  const CirculantEmbedding shared(comm, grid, torus, decaying), single(alone, grid, torus, decaying);
  BOOST_TEST(single.negative_share() < 1e-3);
  BOOST_TEST(std::abs(shared.negative_share() - single.negative_share()) < 1e-14);
  std::vector<double> own(static_cast<std::size_t>(shared.rows())), all(12), products(12 * 12);
  constexpr int draws = 1000;
  for (int draw = 0; draw < draws; ++draw) {
    single.draw(7, static_cast<std::uint64_t>(draw), all);
    for (std::size_t i = 0; i < 12; ++i)
      for (std::size_t j = 0; j < 12; ++j) products[12 * i + j] += all[i] * all[j] / draws;
    if (draw >= 3) continue;
    shared.draw(7, static_cast<std::uint64_t>(draw), own);
    BOOST_TEST(difference(own, slab(comm, grid, all)) < 1e-12);
  }
  double worst = 0;
  for (Index i = 0; i < 12; ++i)
    for (Index j = 0; j < 12; ++j) {
      const std::vector<Index> a = position(grid, i), b = position(grid, j), lag{a[0] - b[0], a[1] - b[1]};
      worst = std::max(worst, std::abs(products[static_cast<std::size_t>(12 * i + j)] - decaying(lag)));
    }
  BOOST_TEST(worst < 4.5 * std::sqrt(2.0 / draws));  // 78 entries, standard errors of at most sqrt(2 / draws)
}

BOOST_AUTO_TEST_CASE(a_torus_too_small_for_a_long_covariance_tells_what_draws_leave_out) {
  const Comm comm;
  const auto wide = [](std::span<const Index> lag) {
    return std::exp(-0.02 * static_cast<double>(lag[0] * lag[0] + lag[1] * lag[1]));
  };
  BOOST_TEST(CirculantEmbedding(comm, {8, 8}, wide).negative_share() > 1e-4);
  BOOST_TEST(CirculantEmbedding(comm, {8, 8}, {80, 80}, wide).negative_share() < 1e-12);
}

BOOST_AUTO_TEST_CASE(sizes_without_large_prime_factors_are_found) {
  BOOST_TEST(fast_size(1) == 1);
  BOOST_TEST(fast_size(11) == 12);
  BOOST_TEST(fast_size(1999) == 2000);
  BOOST_TEST(fast_size(2017) == 2025);
}

BOOST_AUTO_TEST_CASE(a_torus_smaller_than_the_grid_is_refused) {
  const Comm comm;
  BOOST_TEST(failure([&] {
               CirculantEmbedding(comm, {8, 8}, {8, 7}, turned);
             }).is(Fault::internal, "at least the points of the grid"));
}
