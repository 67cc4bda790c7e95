// Outputs that are zero at the ends of their grid: which points these are, and that nothing is learnt from them.
#include "nn/batches.hpp"
#include <mercer/nn/pass.hpp>

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

/// Which of 3 x 4 points are left.
std::vector<double> left(Zeros zeros, Index rows = 3, Index columns = 4) {
  Tensor<double> field({1, rows, 1, columns});
  for (Index j = 0; j < rows; ++j) std::ranges::fill(field.view().row(j), 1.0);
  set_zeros(zeros, field.view());
  std::vector<double> values;
  for (Index j = 0; j < rows; ++j) values.insert(values.end(), field.view().row(j).begin(), field.view().row(j).end());
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(zeros)

BOOST_AUTO_TEST_CASE(zeros_are_at_the_first_point_or_at_both_ends_of_an_axis) {
  BOOST_TEST((left(Zeros::none) == std::vector<double>(12, 1.0)));
  BOOST_TEST((left(Zeros::first) == std::vector<double>{0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1}));
  BOOST_TEST((left(Zeros::ends) == std::vector<double>{0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(one_row_is_no_axis_and_has_no_ends) {
  BOOST_TEST((left(Zeros::ends, 1, 4) == std::vector<double>{0, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_pass_with_zeros_neither_gives_values_there_nor_learns_from_slopes_there) {
  ParameterVector<double> parameters;
  const Parabola<double> layer(parameters);
  layer.initialise(parameters.raw(), 0);
  const Normalisers<double> normalisers{{Normalisation::none, {3, 1, 4}}, {Normalisation::none, {3, 1, 4}}};
  Pass<double> pass(layer, normalisers, {{3, 1, 4}, {3, 1, 4}}, 2, Purpose::training, Zeros::ends);
  const Tensor<double> x = random_fields<double>({2, 3, 1, 4}, 1);
  for (Index row = 0; row < 6; ++row) std::ranges::copy(x.view().row(row), pass.inputs(2).row(row).begin());
  std::vector<double> gradient(3);
  pass.learn(std::as_const(parameters).raw(), gradient, 2, [&](const Range& samples) {
    for (Index row = 0; row < 3 * samples.count(); ++row) std::ranges::fill(pass.slopes(samples).row(row), 1.0);
  });
  double inside = 0;
  for (Index row = 0; row < 6; ++row) {
    for (Index i = 0; i < 4; ++i) {
      const bool is_inside = row % 3 == 1 && (i == 1 || i == 2);
      const double value = x.view().row(row)[static_cast<std::size_t>(i)];
      BOOST_TEST(pass.outputs(2)(row / 3, row % 3, 0, i) == (is_inside ? 0.25 * (value + 1 + value * value) : 0));
      if (is_inside) inside += value;
    }
  }
  BOOST_TEST(gradient[0] == inside, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(gradient[1] == 4);
}

BOOST_AUTO_TEST_SUITE_END()
