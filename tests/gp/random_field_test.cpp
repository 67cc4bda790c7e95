// Random fields: their covariances and spectra, what is made of them, and what draws depend on.
#include "support/failure.hpp"
#include "support/process.hpp"
#include <mercer/config/options.hpp>
#include <mercer/gp/random_field.hpp>
#include <mercer/parallel/comm.hpp>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <functional>
#include <numbers>
#include <numeric>

using namespace mercer;

namespace {

constexpr double pi = std::numbers::pi;

std::vector<double> drawn(const RandomField& field, Index sample) {
  std::vector<double> values(static_cast<std::size_t>(field.points().count()));
  field.draw(sample, values);
  return values;
}

/// Largest distance of an empirical covariance from the expected one, in its standard errors.
double covariance_gap(const RandomField& field, int draws,
                      const std::function<double(std::size_t, std::size_t)>& expected) {
  const auto count = static_cast<std::size_t>(field.points().count());
  std::vector<double> products(count * count);
  for (int draw = 0; draw < draws; ++draw) {
    const std::vector<double> values = drawn(field, draw);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j <= i; ++j) products[count * i + j] += values[i] * values[j] / draws;
  }
  double worst = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double cross = expected(i, j);
      const double error = std::sqrt((expected(i, i) * expected(j, j) + cross * cross) / draws);
      worst = std::max(worst, error > 0 ? std::abs(products[count * i + j] - cross) / error : 0);
    }
  return worst;
}

FieldCovarianceOptions matern(double smoothness, double length) {
  return {.family = FieldFamily::matern, .length = {length}, .smoothness = smoothness};
}
FieldCovarianceOptions squared_exponential(double length) {
  return {.family = FieldFamily::squared_exponential, .length = {length}};
}
/// Of the media of Darcy flow in Li et al. (2021).
FieldCovarianceOptions darcy() { return {.family = FieldFamily::inverse_laplacian, .shift = 3, .power = 2}; }

constexpr double five_errors = 5;  // of some hundred entries: exceeded once in ten thousand choices of the seed

}  // namespace

BOOST_AUTO_TEST_CASE(kernels_and_spectra_are_those_of_the_formulas) {
  const std::array<double, 2> t{0.3, -0.1};
  const double r = std::hypot(0.3, 0.1) / 0.4;
  BOOST_TEST(FieldCovariance(matern(0.5, 0.4), 2).value(t) == std::exp(-r), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(FieldCovariance(matern(1.5, 0.4), 2).value(t) == (1 + std::sqrt(3.0) * r) * std::exp(-std::sqrt(3.0) * r),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(FieldCovariance(squared_exponential(0.4), 2).value(t) == std::exp(-r * r / 2),
             boost::test_tools::tolerance(1e-12));
  // Near half-integers the general formula and the elementary ones agree.
  for (const double nu : {0.5, 1.5, 2.5})
    BOOST_TEST(FieldCovariance(matern(nu, 0.4), 2).value(t) == FieldCovariance(matern(nu + 1e-9, 0.4), 2).value(t),
               boost::test_tools::tolerance(1e-7));
  // On the line, 2 nu = 1: S = 2 l / (1 + l^2 w^2).
  const std::array<double, 1> w{3.0};
  BOOST_TEST(FieldCovariance(matern(0.5, 0.4), 1).density(w) == 0.8 / (1 + 0.16 * 9),
             boost::test_tools::tolerance(1e-12));
  const std::array<double, 2> frequency{2 * pi, 5 * pi};
  BOOST_TEST(FieldCovariance(darcy(), 2).density(frequency) == std::pow(9 + 29 * pi * pi, -2),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(
      FieldCovariance({.family = FieldFamily::inverse_laplacian, .shift = 3, .power = 1}, 2).density(frequency) ==
          1 / (9 + 29 * pi * pi),
      boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_kernel_is_the_integral_of_the_spectrum) {
  // In two dimensions k(r) = (2 pi)^-1 integral of S(w) J_0(w r) w dw.
  const FieldCovarianceOptions all[] = {
      matern(2.2, 0.5), squared_exponential(0.5), {.family = FieldFamily::inverse_laplacian, .shift = 3, .power = 3.3}};
  for (const FieldCovarianceOptions& options : all) {
    const FieldCovariance covariance(options, 2);
    for (const double r : {0.0, 0.3, 1.0}) {
      double sum = 0;
      constexpr double step = 0.025;
      for (double w = step / 2; w < 150; w += step)
        sum += covariance.density(std::array{w, 0.0}) * std::cyl_bessel_j(0.0, w * r) * w * step / (2 * pi);
      BOOST_TEST(covariance.value(std::array{r, 0.0}) == sum, boost::test_tools::tolerance(1e-4));
    }
  }
}

BOOST_AUTO_TEST_CASE(free_fields_have_the_covariance_in_one_to_three_dimensions) {
  const Shape shapes[] = {{9}, {4, 5}, {2, 3, 3}};
  for (const Shape& points : shapes) {
    const auto dimensions = static_cast<std::size_t>(points.dimensions());
    FieldCovarianceOptions options = matern(1.5, 0.3);
    options.variance = 2;
    options.length.assign(dimensions, 0.3), options.length[0] = 0.5;
    const FieldGrid grid{points, std::vector<double>(dimensions, 1.5), AxisPoints::left};
    const FieldCovariance covariance(options, points.dimensions());
    const auto difference = [&](std::size_t i, std::size_t j) {
      std::vector<double> t(dimensions);
      for (std::size_t axis = dimensions; axis-- > 0;) {
        const auto n = static_cast<std::size_t>(points[static_cast<int>(axis)]);
        t[axis] = 1.5 / static_cast<double>(n) * (static_cast<double>(i % n) - static_cast<double>(j % n));
        i /= n, j /= n;
      }
      return t;
    };
    const RandomField field({.covariance = options}, grid, 3);
    BOOST_TEST(field.variance() == 2);
    BOOST_TEST(covariance_gap(field, 3000, [&](std::size_t i, std::size_t j) {
                 return covariance.value(difference(i, j));
               }) < five_errors);
  }
}

BOOST_AUTO_TEST_CASE(periodic_fields_have_the_covariance_summed_over_all_periods) {
  const RandomField field({.covariance = squared_exponential(0.15), .ends = FieldEnds::periodic},
                          {{12}, {1}, AxisPoints::cells}, 8);
  const FieldCovariance covariance(squared_exponential(0.15), 1);
  const auto expected = [&](std::size_t i, std::size_t j) {
    double sum = 0;
    for (int period = -3; period <= 3; ++period)
      sum += covariance.value(std::array{(static_cast<double>(i) - static_cast<double>(j)) / 12 + period});
    return sum;
  };
  BOOST_TEST(field.variance() == expected(0, 0), boost::test_tools::tolerance(1e-5));  // the grid tells 12 modes apart
  BOOST_TEST(covariance_gap(field, 6000, expected) < five_errors);
}

BOOST_AUTO_TEST_CASE(each_mode_of_a_periodic_field_has_its_part_of_the_spectrum) {
  const RandomField field({.covariance = matern(1, 0.3), .ends = FieldEnds::periodic}, {{16}, {2}, AxisPoints::left},
                          4);
  const FieldCovariance covariance(matern(1, 0.3), 1);
  constexpr int draws = 4000;
  std::array<double, 8> power{};
  for (int draw = 0; draw < draws; ++draw) {
    const std::vector<double> values = drawn(field, draw);
    for (std::size_t wave = 1; wave < power.size(); ++wave) {
      double cosine = 0, sine = 0;  // of orthonormal modes, by the rectangle rule
      for (std::size_t i = 0; i < 16; ++i) {
        const double angle = 2 * pi * static_cast<double>(wave * i) / 16;
        cosine += values[i] * std::cos(angle) * 2 / 16, sine += values[i] * std::sin(angle) * 2 / 16;
      }
      power[wave] += (cosine * cosine + sine * sine) / 2 / draws;
    }
  }
  for (std::size_t wave = 1; wave < power.size(); ++wave) {
    const double expected = covariance.density(std::array{pi * static_cast<double>(wave)});
    BOOST_TEST(std::abs(power[wave] / expected - 1) < five_errors / std::sqrt(draws));
  }
}

BOOST_AUTO_TEST_CASE(fields_with_conditions_at_the_ends_have_the_covariance_of_the_operator) {
  for (const FieldEnds ends : {FieldEnds::neumann, FieldEnds::dirichlet}) {
    const RandomField field({.covariance = darcy(), .ends = ends}, {{4, 3}, {1, 1}, AxisPoints::cells}, 5);
    const auto expected = [&](std::size_t i, std::size_t j) {
      double sum = 0;
      for (int a = 0; a < 5; ++a)
        for (int b = 0; b < 4; ++b) {
          const bool cosines = ends == FieldEnds::neumann;
          if (cosines ? a > 3 || b > 2 : a == 0 || b == 0) continue;  // the grid tells 4 x 3 modes apart
          const auto mode = [&](int k, std::size_t at, double n) {
            const double angle = pi * k * (static_cast<double>(at) + 0.5) / n;
            return k == 0 ? 1 : std::sqrt(2.0) * (cosines ? std::cos(angle) : std::sin(angle));
          };
          sum += std::pow(9 + pi * pi * (a * a + b * b), -2) * mode(a, i / 3, 4) * mode(b, i % 3, 3) *
                 mode(a, j / 3, 4) * mode(b, j % 3, 3);
        }
      return sum;
    };
    BOOST_TEST(covariance_gap(field, 4000, expected) < five_errors);
    double mean = 0;
    for (std::size_t i = 0; i < 12; ++i) mean += expected(i, i) / 12;
    if (ends == FieldEnds::neumann) BOOST_TEST(field.variance() == mean, boost::test_tools::tolerance(1e-10));
  }
}

BOOST_AUTO_TEST_CASE(fields_that_are_zero_at_the_ends_are_zero_there) {
  const RandomField field({.covariance = darcy(), .ends = FieldEnds::dirichlet}, {{6, 5}, {1, 2}}, 5);
  const std::vector<double> values = drawn(field, 0);
  for (std::size_t i = 0; i < 30; ++i) {
    const bool is_end = i < 5 || i >= 25 || i % 5 == 0 || i % 5 == 4;
    BOOST_TEST((values[i] == 0) == is_end);
  }
}

BOOST_AUTO_TEST_CASE(the_variance_approaches_that_of_the_kernel_at_the_rate_of_its_smoothness) {
  // What n modes leave out of a spectrum that falls like w^-(2 nu + 1) is of order n^-(2 nu).
  for (const double nu : {0.5, 1.0, 2.0}) {
    const auto variance = [&](Index points) {
      return RandomField({.covariance = matern(nu, 0.1), .ends = FieldEnds::periodic},
                         {{points}, {1}, AxisPoints::left}, 1)
          .variance();
    };
    const double limit = variance(1 << 17);
    for (const Index points : {256, 512, 1024}) {
      const double rate = std::log2((limit - variance(points)) / (limit - variance(2 * points)));
      BOOST_TEST(std::abs(rate - 2 * nu) < 0.1);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_finer_grid_shows_the_same_field) {
  for (const FieldEnds ends : {FieldEnds::periodic, FieldEnds::neumann, FieldEnds::dirichlet}) {
    const RandomFieldOptions options{.covariance = squared_exponential(0.2), .ends = ends};
    const RandomField coarse(options, {{25, 33}, {1, 1}}, 6), fine(options, {{49, 65}, {1, 1}}, 6);
    const std::vector<double> a = drawn(coarse, 3), b = drawn(fine, 3);
    double worst = 0;
    for (std::size_t i = 0; i < 25; ++i)
      for (std::size_t j = 0; j < 33; ++j) worst = std::max(worst, std::abs(a[33 * i + j] - b[130 * i + 2 * j]));
    BOOST_TEST(worst < 1e-6);
  }
  const RandomFieldOptions options{.covariance = squared_exponential(0.2), .ends = FieldEnds::periodic};
  const std::vector<double> cells = drawn(RandomField(options, {{32}, {1}, AxisPoints::cells}, 6), 0);
  const std::vector<double> left = drawn(RandomField(options, {{64}, {1}, AxisPoints::left}, 6), 0);
  for (std::size_t i = 0; i < 32; ++i) BOOST_TEST(std::abs(cells[i] - left[2 * i + 1]) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_fixed_average_leaves_the_rest_of_the_field) {
  RandomFieldOptions options{.covariance = darcy(), .ends = FieldEnds::neumann, .mean = 0.5};
  const FieldGrid grid{{8, 9}, {1, 1}, AxisPoints::cells};
  const std::vector<double> free = drawn(RandomField(options, grid, 2), 1);
  options.average = FieldAverage::fixed;
  const std::vector<double> fixed = drawn(RandomField(options, grid, 2), 1);
  BOOST_TEST(std::abs(std::accumulate(fixed.begin(), fixed.end(), 0.0) / 72 - 0.5) < 1e-13);
  for (std::size_t i = 1; i < 72; ++i) BOOST_TEST(std::abs(free[i] - fixed[i] - (free[0] - fixed[0])) < 1e-13);
  BOOST_TEST(std::abs(free[0] - fixed[0]) > 1e-6);
}

BOOST_AUTO_TEST_CASE(fields_are_transformed_point_by_point) {
  RandomFieldOptions options{.covariance = matern(1, 0.2), .mean = 0.3};
  const FieldGrid grid{{7, 6}, {1, 1}};
  const std::vector<double> plain = drawn(RandomField(options, grid, 2), 4);
  options.transform = FieldTransform::exponential;
  const std::vector<double> exponential = drawn(RandomField(options, grid, 2), 4);
  options.transform = FieldTransform::threshold, options.level = 0.2;
  const std::vector<double> two_valued = drawn(RandomField(options, grid, 2), 4);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    BOOST_TEST(exponential[i] == std::exp(plain[i]));
    BOOST_TEST(two_valued[i] == (plain[i] >= 0.2 ? 12 : 3));
  }
  BOOST_TEST(std::count(two_valued.begin(), two_valued.end(), 3) > 0);
  BOOST_TEST(std::count(two_valued.begin(), two_valued.end(), 12) > 0);
}

BOOST_AUTO_TEST_CASE(draws_depend_on_seed_and_sample_and_not_on_the_rank) {
  const Comm comm;
  for (const FieldEnds ends : {FieldEnds::free, FieldEnds::periodic, FieldEnds::neumann}) {
    const RandomFieldOptions options{.covariance = matern(1.5, 0.1), .ends = ends};
    const FieldGrid grid{{12, 11}, {1, 1}};
    const RandomField field(options, grid, 7), same(options, grid, 7), other(options, grid, 8);
    for (int before = 0; before < comm.rank(); ++before) drawn(field, before);
    const std::vector<double> values = drawn(field, 5);
    std::string bits(values.size() * sizeof(double), '\0');
    std::memcpy(bits.data(), values.data(), bits.size());
    BOOST_TEST(same_everywhere(comm, bits));
    BOOST_TEST(values == drawn(same, 5));
    BOOST_TEST(values != drawn(field, 6));
    BOOST_TEST(values != drawn(other, 5));
  }
}

BOOST_AUTO_TEST_CASE(options_that_do_not_fit_are_refused) {
  const auto made = [](const RandomFieldOptions& options, const FieldGrid& grid) {
    return test::failure([&] { RandomField(options, grid, 1); });
  };
  const FieldGrid square{{9, 9}, {1, 1}};
  BOOST_TEST(made({}, {{9, 9}, {1}}).is(Fault::config, "a length each, not 2 and 1"));
  BOOST_TEST(made({}, {{9, 0}, {1, 1}}).is(Fault::config, "not 0 and 1"));
  BOOST_TEST(made({.covariance = {.length = {1, 2, 3}}}, square).is(Fault::config, "one for each of 2 axes; got 3"));
  BOOST_TEST(made({.average = FieldAverage::fixed}, square).is(Fault::config, "with free ends is random"));
  BOOST_TEST(made({.ends = FieldEnds::dirichlet, .average = FieldAverage::fixed}, square)
                 .is(Fault::config, "no constant part"));
  RandomFieldOptions rough{.covariance = darcy()};
  rough.covariance.power = 1;
  BOOST_TEST(made(rough, square).is(Fault::config, "has no values at points"));
  const RandomField steep({.covariance = {.variance = 1e6}, .transform = FieldTransform::exponential}, square, 1);
  BOOST_TEST(test::failure([&] { drawn(steep, 0); }).is(Fault::numerics, "too large for `exponential`"));
}

BOOST_AUTO_TEST_CASE(a_covariance_that_reaches_too_far_for_free_ends_is_refused) {
  const RandomFieldOptions options{.covariance = matern(2.5, 1e4)};
  BOOST_TEST(test::failure([&] {
               RandomField(options, {{40}, {1}}, 1);
             }).is(Fault::config, "choose a shorter `length`"));
}

BOOST_AUTO_TEST_CASE(options_of_a_field_are_read_from_a_case) {
  RandomFieldOptions options;
  Complaints complaints;
  read_options(
      parse_yaml("{covariance: {family: inverse_laplacian, shift: 3, power: 2}, ends: neumann, average: fixed, "
                 "transform: threshold, low: 4}",
                 "case"),
      "", options, complaints);
  complaints.raise();
  BOOST_TEST((options.covariance.family == FieldFamily::inverse_laplacian));
  BOOST_TEST((options.ends == FieldEnds::neumann));
  BOOST_TEST(options.low == 4);
  BOOST_TEST(options.high == 12);
  read_options(parse_yaml("{covariance: {length: [0.1, 0]}}", "case"), "", options, complaints);
  BOOST_TEST(complaints.lines().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_table_in_the_documents_is_that_of_the_options) {
  const std::string text = test::read_file(test::setting("MERCER_SOURCE") + "/docs/generate.md");
  const std::string table = options_table<RandomFieldOptions>();
  BOOST_TEST((text.find(table) != std::string::npos), "docs/generate.md lacks\n" << table);
}
