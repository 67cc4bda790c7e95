// The symmetries of the square: that they are eight, what they do to points, and how they are drawn.
#include "nn/batches.hpp"
#include "support/failure.hpp"
#include <mercer/nn/symmetry.hpp>

#include <array>
#include <boost/test/unit_test.hpp>
#include <set>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

/// The values of one field of n x n points 0, 1, 2, ... after a symmetry.
std::vector<double> image(const Symmetry& symmetry, Points points, Index n) {
  Tensor<double> field({1, n, 1, n});
  for (Index k = 0; k < n * n; ++k) field(0, k / n, 0, k % n) = static_cast<double>(k);
  apply(symmetry, points, field.view(), 0);
  std::vector<double> values;
  for (Index k = 0; k < n * n; ++k) values.push_back(field(0, k / n, 0, k % n));
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(symmetry)

BOOST_AUTO_TEST_CASE(the_eight_symmetries_differ_and_do_what_they_are_called) {
  std::set<std::vector<double>> images;
  for (const bool swaps : {false, true})
    for (const bool y : {false, true})
      for (const bool x : {false, true}) images.insert(image({swaps, y, x}, Points::symmetric, 2));
  BOOST_TEST(images.size() == 8u);
  BOOST_TEST((image({true, false, false}, Points::symmetric, 2) == std::vector<double>{0, 2, 1, 3}));
  BOOST_TEST((image({false, true, false}, Points::symmetric, 2) == std::vector<double>{2, 3, 0, 1}));
  BOOST_TEST((image({false, false, true}, Points::symmetric, 2) == std::vector<double>{1, 0, 3, 2}));
}

BOOST_AUTO_TEST_CASE(an_inverse_undoes_each_symmetry_of_each_kind) {
  BOOST_TEST(symmetries(Augmentation::none).size() == 1u);
  BOOST_TEST(symmetries(Augmentation::transposition).size() == 2u);
  BOOST_TEST(symmetries(Augmentation::square).size() == 8u);
  for (const Points points : {Points::symmetric, Points::left_known})
    for (const Symmetry& symmetry : symmetries(Augmentation::square)) {
      Tensor<float> fields = random_fields<float>({1, 5, 2, 5}, 1);
      const Tensor<float> before = random_fields<float>({1, 5, 2, 5}, 1);
      apply(symmetry, points, fields.view(), 0);
      apply(symmetry.inverse(), points, fields.view(), 0);
      BOOST_TEST(difference(std::as_const(fields).view(), before.view()) == 0);
    }
}

BOOST_AUTO_TEST_CASE(points_at_i_over_n_keep_their_first_row_or_copy_its_neighbour) {
  const Symmetry flip{false, true, false};
  BOOST_TEST((image(flip, Points::left_known, 3) == std::vector<double>{0, 1, 2, 6, 7, 8, 3, 4, 5}));
  BOOST_TEST((image(flip, Points::left_open, 3) == std::vector<double>{6, 7, 8, 6, 7, 8, 3, 4, 5}));
}

BOOST_AUTO_TEST_CASE(only_the_sample_named_is_changed_and_all_its_channels_are) {
  Tensor<float> fields = random_fields<float>({3, 4, 2, 4}, 1);
  const Tensor<float> before = random_fields<float>({3, 4, 2, 4}, 1);
  apply({true, false, false}, Points::symmetric, fields.view(), 1);
  BOOST_TEST(fields(0, 1, 1, 2) == before(0, 1, 1, 2));
  BOOST_TEST(fields(2, 1, 1, 2) == before(2, 1, 1, 2));
  for (Index c = 0; c < 2; ++c) BOOST_TEST(fields(1, 1, c, 2) == before(1, 2, c, 1));
}

BOOST_AUTO_TEST_CASE(draws_are_even_and_repeat_themselves) {
  std::array<int, 8> counts{};
  for (Index draw = 0; draw < 4000; ++draw) {
    const Symmetry s = random_symmetry(Augmentation::square, 5, draw);
    ++counts[(s.swaps ? 1u : 0u) + (s.reverses_y ? 2u : 0u) + (s.reverses_x ? 4u : 0u)];
    BOOST_REQUIRE((s == random_symmetry(Augmentation::square, 5, draw)));
    BOOST_REQUIRE((random_symmetry(Augmentation::none, 5, draw) == Symmetry{}));
    const Symmetry t = random_symmetry(Augmentation::transposition, 5, draw);
    BOOST_REQUIRE((!t.reverses_x && !t.reverses_y));
  }
  for (const int count : counts) BOOST_TEST(std::abs(count - 500) < 100);
}

BOOST_AUTO_TEST_CASE(oblong_fields_keep_their_axes) {
  Tensor<float> fields({1, 2, 1, 3});
  BOOST_CHECK_EXCEPTION(apply({true, false, false}, Points::symmetric, fields.view(), 0), Error,
                        failure(Fault::config, "2 rows of 3 points"));
}

BOOST_AUTO_TEST_SUITE_END()
