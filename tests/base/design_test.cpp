// Designs: their layers, known points, discrepancy, and what their points depend on.
#include "support/failure.hpp"
#include <mercer/base/design.hpp>
#include <mercer/base/marginal.hpp>
#include <mercer/base/sobol.hpp>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

using namespace mercer;

namespace {

std::vector<double> coordinates(const Design& design, int dimension) {
  std::vector<double> values, point(static_cast<std::size_t>(design.dimensions()));
  for (Index i = 0; i < design.count(); ++i) {
    design.point(i, point);
    values.push_back(point[static_cast<std::size_t>(dimension)]);
  }
  return values;
}

/// How many points fall into each of `layers` equal parts of an axis.
std::vector<int> layers(const std::vector<double>& values, int layers) {
  std::vector<int> counts(static_cast<std::size_t>(layers));
  for (const double value : values) ++counts[static_cast<std::size_t>(value * layers)];
  return counts;
}

/// Largest difference between the share of points in a box at the origin and its area, over all boxes that count.
double star_discrepancy(const Design& design) {
  const std::vector<double> x = coordinates(design, 0), y = coordinates(design, 1);
  std::vector<double> xs = x, ys = y;
  xs.push_back(1), ys.push_back(1);
  double worst = 0;
  for (const double a : xs)
    for (const double b : ys) {
      int open = 0, closed = 0;
      for (std::size_t i = 0; i < x.size(); ++i) open += x[i] < a && y[i] < b, closed += x[i] <= a && y[i] <= b;
      const auto n = static_cast<double>(x.size());
      worst = std::max({worst, a * b - open / n, closed / n - a * b});
    }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_CASE(first_points_of_sobol_are_those_of_joe_and_kuo) {
  const Design design(DesignKind::sobol, 8, sobol_dimensions, 5, Scrambling::none);
  const std::array<std::array<double, 3>, 8> first{{{0, 0, 0},
                                                    {0.5, 0.5, 0.5},
                                                    {0.75, 0.25, 0.25},
                                                    {0.25, 0.75, 0.75},
                                                    {0.375, 0.375, 0.625},
                                                    {0.875, 0.875, 0.125},
                                                    {0.625, 0.125, 0.875},
                                                    {0.125, 0.625, 0.375}}};
  // Point 5 in all dimensions but the last, as scipy 1.10.1 has it: qmc.Sobol(20, scramble=False).random(8)[5].
  const std::array<double, 20> fifth{0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125,
                                     0.375, 0.875, 0.875, 0.125, 0.875, 0.375, 0.875, 0.375, 0.375, 0.625};
  std::vector<double> point(sobol_dimensions);
  for (std::size_t i = 0; i < 8; ++i) {
    design.point(static_cast<Index>(i), point);
    for (std::size_t axis = 0; axis < 3; ++axis) BOOST_TEST(std::abs(point[axis] - first[i][axis]) <= 0x1p-33);
  }
  design.point(5, point);
  for (std::size_t axis = 0; axis < fifth.size(); ++axis) BOOST_TEST(std::abs(point[axis] - fifth[axis]) <= 0x1p-33);
}

BOOST_AUTO_TEST_CASE(late_points_of_sobol_use_all_direction_numbers) {
  // scipy 1.10.1: qmc.Sobol(21, scramble=False, bits=32), fast_forward(1000003).random(1).
  constexpr std::array<std::uint32_t, sobol_dimensions> expected{
      1187450880, 2413424640, 334991360, 1796354048, 3773812736, 2341023744, 948097024,
      1145868288, 216535040,  18903040,  3815354368, 2925629440, 2247200768, 1216950272,
      3861630976, 2001866752, 828977152, 2179633152, 3620204544, 2715676672, 3393581056};
  for (int axis = 0; axis < sobol_dimensions; ++axis)
    BOOST_TEST(sobol(1000003, axis) == expected[static_cast<std::size_t>(axis)]);
}

BOOST_AUTO_TEST_CASE(each_layer_of_a_latin_hypercube_holds_one_point) {
  for (const Index count : {1, 2, 3, 7, 64, 101, 1000}) {
    const Design design(DesignKind::latin_hypercube, count, 5, 17);
    for (int axis = 0; axis < 5; ++axis) {
      const std::vector<int> counts = layers(coordinates(design, axis), static_cast<int>(count));
      BOOST_TEST(std::all_of(counts.begin(), counts.end(), [](int here) { return here == 1; }));
    }
  }
}

BOOST_AUTO_TEST_CASE(scrambled_sobol_points_fill_all_elementary_boxes) {
  const Design design(DesignKind::sobol, 256, sobol_dimensions, 3);
  std::vector<double> point(sobol_dimensions);
  std::vector<std::set<int>> filled(sobol_dimensions);
  std::set<std::pair<int, int>> boxes;
  for (Index i = 0; i < 256; ++i) {
    design.point(i, point);
    for (std::size_t axis = 0; axis < point.size(); ++axis) filled[axis].insert(static_cast<int>(point[axis] * 256));
    boxes.emplace(static_cast<int>(point[0] * 16), static_cast<int>(point[1] * 16));
  }
  for (const std::set<int>& parts : filled) BOOST_TEST(parts.size() == 256u);
  BOOST_TEST(boxes.size() == 256u);
}

BOOST_AUTO_TEST_CASE(sobol_points_have_less_discrepancy_than_random_ones) {
  double sobol = 0, latin = 0, random = 0;
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
    sobol += star_discrepancy(Design(DesignKind::sobol, 128, 2, seed)) / 4;
    latin += star_discrepancy(Design(DesignKind::latin_hypercube, 128, 2, seed)) / 4;
    random += star_discrepancy(Design(DesignKind::random, 128, 2, seed)) / 4;
  }
  BOOST_TEST(sobol < 0.4 * random);
  BOOST_TEST(latin < 0.9 * random);
  BOOST_TEST(star_discrepancy(Design(DesignKind::sobol, 128, 2, 0, Scrambling::none)) < 0.4 * random);
}

BOOST_AUTO_TEST_CASE(points_depend_on_the_seed_and_their_number_and_dimensions_are_independent) {
  for (const DesignKind kind : {DesignKind::random, DesignKind::latin_hypercube, DesignKind::sobol}) {
    const Design design(kind, 4096, 3, 1), same(kind, 4096, 3, 1), other(kind, 4096, 3, 2);
    BOOST_TEST(coordinates(design, 1) == coordinates(same, 1));
    BOOST_TEST(coordinates(design, 1) != coordinates(other, 1));
    const std::vector<double> x = coordinates(design, 0), y = coordinates(design, 2);
    double covariance = 0, mean = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      BOOST_REQUIRE((x[i] > 0 && x[i] < 1));
      covariance += (x[i] - 0.5) * (y[i] - 0.5) * 12 / 4096, mean += x[i] / 4096;
    }
    BOOST_TEST(std::abs(covariance) < 4.0 / 64);  // four standard errors of independent points
    BOOST_TEST(std::abs(mean - 0.5) < 4 * 0.2887 / 64);
  }
  const Design few(DesignKind::sobol, 10, 2, 3), many(DesignKind::sobol, 500, 2, 3);
  std::vector<double> a(2), b(2);
  few.point(9, a), many.point(9, b);
  BOOST_TEST(a == b);
}

BOOST_AUTO_TEST_CASE(permutations_reach_every_number_once_and_differ) {
  for (const Index count : {1, 2, 5, 16, 17, 1000}) {
    std::set<Index> seen;
    for (Index i = 0; i < count; ++i) seen.insert(permuted(i, count, 3, 4));
    BOOST_TEST(static_cast<Index>(seen.size()) == count);
    BOOST_TEST((*seen.begin() == 0 && *seen.rbegin() == count - 1));
  }
  std::array<int, 6> firsts{};  // of the six permutations of three numbers, each is about as likely
  for (std::uint64_t stream = 0; stream < 6000; ++stream)
    ++firsts[static_cast<std::size_t>(2 * permuted(0, 3, 9, stream) +
                                      (permuted(1, 3, 9, stream) < permuted(2, 3, 9, stream)))];
  for (const int count : firsts) BOOST_TEST(std::abs(count - 1000) < 150);
}

BOOST_AUTO_TEST_CASE(quantiles_of_marginals_invert_their_distributions) {
  for (const double part : {1e-300, 1e-16, 1e-5, 0.02, 0.3, 0.5, 0.77, 0.999, 1 - 1e-10}) {
    const double x = normal_quantile(part);
    BOOST_TEST(std::erfc(-x / std::sqrt(2.0)) / 2 == part, boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(normal_quantile(0.975) == 1.959963984540054, boost::test_tools::tolerance(1e-14));
  const Marginal uniform{Marginal::Kind::uniform, 40, 50}, normal{Marginal::Kind::normal, 5, 2},
      log_uniform{Marginal::Kind::log_uniform, 1e-4, 1e2};
  BOOST_TEST(uniform.quantile(0.25) == 42.5);
  BOOST_TEST(normal.quantile(0.5) == 5, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(normal.quantile(0.975) == 5 + 2 * 1.959963984540054, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(log_uniform.quantile(0.5) == 0.1, boost::test_tools::tolerance(1e-14));
  for (const Marginal& marginal : {uniform, log_uniform}) {
    BOOST_TEST(marginal.quantile(0x1p-53) >= marginal.first * (1 - 1e-15));
    BOOST_TEST(marginal.quantile(1 - 0x1p-53) <= marginal.second * (1 + 1e-15));
  }
}

BOOST_AUTO_TEST_CASE(designs_that_do_not_exist_are_refused) {
  BOOST_TEST(test::failure([] { Design(DesignKind::sobol, 8, 22, 1); }).is(Fault::config, "choose latin_hypercube"));
  BOOST_TEST(test::failure([] { Design(DesignKind::random, -1, 2, 1); }).is(Fault::config, "not -1 in 2"));
  BOOST_TEST(test::failure([] { Design(DesignKind::random, (Index{1} << 32) + 1, 2, 1); }).is(Fault::config, "2^32"));
  const Design design(DesignKind::random, 3, 2, 1);
  std::array<double, 2> point{};
  BOOST_TEST(test::failure([&] { design.point(3, point); }).is(Fault::internal, "asked for point 3"));
}
