// The generator against published vectors, and the distributions made of it.
#include <mercer/base/random.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace mercer;

namespace {

using Block = std::array<std::uint32_t, 4>;

constexpr int samples = 200000;

struct Moments {
  double mean = 0, variance = 0, skewness = 0, kurtosis = 0;
};

template <class F>
Moments moments(const F& draw) {
  Moments found;
  for (int i = 0; i < samples; ++i) found.mean += draw(i) / samples;
  double second = 0, third = 0, fourth = 0;
  for (int i = 0; i < samples; ++i) {
    const double d = draw(i) - found.mean;
    second += d * d / samples, third += d * d * d / samples, fourth += d * d * d * d / samples;
  }
  return {found.mean, second, third / std::pow(second, 1.5), fourth / (second * second)};
}

}  // namespace

// Known-answer vectors of Random123 1.09 (kat_vectors, philox4x32-10).
BOOST_AUTO_TEST_CASE(philox_gives_the_published_numbers) {
  constexpr std::uint32_t ones = 0xffffffff;
  BOOST_TEST((philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  BOOST_TEST(
      (philox4x32({ones, ones, ones, ones}, {ones, ones}) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  BOOST_TEST((philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

BOOST_AUTO_TEST_CASE(the_unit_interval_is_open_and_symmetric) {
  for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1} << 12, std::uint64_t{0x9e3779b97f4a7c15}}) {
    BOOST_TEST(unit_interval(bits) > 0);
    BOOST_TEST(unit_interval(~bits) < 1);
    BOOST_TEST(unit_interval(bits) + unit_interval(~bits) == 1);
  }
}

BOOST_AUTO_TEST_CASE(uniform_numbers_have_the_moments_of_the_interval) {
  const Random random(42);
  const Moments found = moments([&](int i) { return random.uniform(static_cast<std::uint64_t>(i)); });
  // Five standard errors at this number of samples.
  BOOST_TEST(std::abs(found.mean - 0.5) < 0.0033);
  BOOST_TEST(std::abs(found.variance - 1.0 / 12) < 0.0009);
  BOOST_TEST(std::abs(found.skewness) < 0.02);
  BOOST_TEST(std::abs(found.kurtosis - 1.8) < 0.02);
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_the_moments_of_the_bell) {
  const Random random(42, 3);
  const Moments found = moments([&](int i) { return random.normal(static_cast<std::uint64_t>(i)); });
  BOOST_TEST(std::abs(found.mean) < 0.0112);
  BOOST_TEST(std::abs(found.variance - 1) < 0.0159);
  BOOST_TEST(std::abs(found.skewness) < 0.0274);
  BOOST_TEST(std::abs(found.kurtosis - 3) < 0.0548);
}

BOOST_AUTO_TEST_CASE(integers_are_below_their_bound_and_equally_likely) {
  const Random random(7);
  std::vector<int> counts(6);
  for (std::uint64_t i = 0; i < 60000; ++i) {
    const std::uint64_t drawn = random.integer(i, 6);
    BOOST_REQUIRE(drawn < 6);
    ++counts[drawn];
  }
  for (const int count : counts) BOOST_TEST(std::abs(count - 10000) < 460);  // five standard errors
  BOOST_TEST(random.integer(0, 1) == 0U);
}

BOOST_AUTO_TEST_CASE(numbers_depend_on_seed_stream_and_index_alone) {
  const Random first(1, 2), again(1, 2);
  BOOST_TEST(first.uniform(std::uint64_t{1} << 40) == again.uniform(std::uint64_t{1} << 40));
  BOOST_TEST(first.uniform(5) != Random(2, 2).uniform(5));
  BOOST_TEST(first.uniform(5) != Random(1, 3).uniform(5));
  BOOST_TEST(first.uniform(5) != first.uniform(6));
  BOOST_TEST(first.uniform(5) != first.uniform(5 + (std::uint64_t{1} << 32)));
  BOOST_TEST(Random(1).uniform(5) != Random(1 + (std::uint64_t{1} << 32)).uniform(5));
}
