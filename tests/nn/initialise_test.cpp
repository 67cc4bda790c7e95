// Initial weights: their spread, and that they depend on seed and place alone.
#include "support/failure.hpp"
#include <mercer/nn/initialise.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace mercer;

namespace {

double deviation(const std::vector<double>& values) {
  double square = 0;
  for (const double value : values) square += value * value;
  return std::sqrt(square / static_cast<double>(values.size()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(initialise)

BOOST_AUTO_TEST_CASE(uniform_weights_fill_their_interval_evenly) {
  std::vector<double> weights(20000);
  draw_uniform<double>(weights, {0, 20000}, 9, 1);
  for (const double weight : weights) BOOST_REQUIRE(std::abs(weight) < 1.0 / 3);
  BOOST_TEST(deviation(weights) == 1 / (3 * std::sqrt(3.0)), boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(an_interval_moves_and_stretches_the_same_numbers) {
  std::vector<double> plain(100), moved(100), fixed(100);
  draw_uniform<double>(plain, {0, 100}, 1, 3);
  draw_uniform<double>(moved, {0, 100}, Interval{2, 0.5}, 3);
  draw_uniform<double>(fixed, {0, 100}, Interval{1, 0}, 3);
  for (std::size_t i = 0; i < plain.size(); ++i) BOOST_TEST(moved[i] == 2 + 0.5 * plain[i]);
  BOOST_TEST(fixed == std::vector<double>(100, 1.0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(normal_weights_have_the_deviation_asked_for) {
  std::vector<double> weights(20000);
  draw_normal<double>(weights, {0, 20000}, 0.7, 1);
  BOOST_TEST(deviation(weights) == 0.7, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(a_weight_depends_on_seed_and_place_alone) {
  std::vector<float> whole(10), parts(10), other(10);
  draw_uniform<float>(whole, {0, 10}, 4, 5);
  draw_uniform<float>(parts, {6, 4}, 4, 5);
  BOOST_TEST(parts[0] == 0);
  draw_uniform<float>(parts, {0, 6}, 4, 5);
  draw_uniform<float>(other, {0, 10}, 4, 6);
  BOOST_TEST(whole == parts, boost::test_tools::per_element());
  BOOST_TEST((whole != other));
}

BOOST_AUTO_TEST_CASE(places_outside_the_vector_are_refused) {
  std::vector<float> weights(4);
  BOOST_CHECK_EXCEPTION(draw_uniform<float>(weights, {2, 3}, 1, 0), Error, failure(Fault::internal, "not among 4"));
  BOOST_CHECK_EXCEPTION(draw_uniform<float>(weights, {0, 4}, 0, 0), Error, failure(Fault::internal, "not 0"));
}

BOOST_AUTO_TEST_SUITE_END()
