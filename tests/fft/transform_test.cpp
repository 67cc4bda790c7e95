// Transforms against the defining sums, against their inverses, and against their adjoints.
#include "fft/numbers.hpp"
#include "support/failure.hpp"
#include <mercer/fft/transform.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;
using Complex = std::complex<double>;

namespace {

/// Largest difference between `forward` and its defining sum, over the largest possible value.
template <class T>
double forward_error(const RealTransform<T>& transform, const std::vector<T>& x) {
  const Shape &shape = transform.shape(), &half = transform.spectrum_shape();
  std::vector<std::complex<T>> y(static_cast<std::size_t>(half.count()));
  transform.forward(x, y);
  double worst = 0;
  for (Index k = 0; k < half.count(); ++k) {
    Complex expected = 0;
    for (Index j = 0; j < shape.count(); ++j)
      expected += static_cast<double>(x[static_cast<std::size_t>(j)]) *
                  std::polar(1.0, -angle(shape, position(shape, j), position(half, k)));
    worst = std::max(worst, std::abs(Complex(y[static_cast<std::size_t>(k)]) - expected));
  }
  return worst / static_cast<double>(shape.count());
}

double round_trip_error(const RealTransform<double>& transform, const std::vector<double>& x) {
  std::vector<Complex> y(static_cast<std::size_t>(transform.batch() * transform.spectrum_shape().count()));
  std::vector<double> back(x.size());
  transform.forward(x, y);
  transform.backward(y, back);
  return difference(back, x);
}

/// Largest gap of both directions. The spectrum has no symmetry, so the self-mirrored entries count, too.
template <class T>
double adjoint_error(const RealTransform<T>& transform) {
  const std::vector<T> x = reals<T>(transform.batch() * transform.shape().count(), 1);
  const std::vector<std::complex<T>> y = complexes<T>(transform.batch() * transform.spectrum_shape().count(), 2);
  std::vector<T> to_x(x.size());
  std::vector<std::complex<T>> to_y(y.size());
  transform.forward(x, to_y);
  transform.forward_adjoint(y, to_x);
  const double forward = gap(to_y, y, x, to_x);
  transform.backward(y, to_x);
  transform.backward_adjoint(x, to_y);
  return std::max(forward, gap(to_x, x, y, to_y));
}

const std::vector<Shape> shapes{{1, 1}, {2, 3},    {5, 4},    {7, 7},    {8, 6},
                                {3, 1}, {2, 2, 2}, {3, 4, 5}, {4, 3, 6}, {1, 5, 1}};

}  // namespace

BOOST_AUTO_TEST_SUITE(transform)

BOOST_AUTO_TEST_CASE(forward_is_the_defining_sum_in_one_dimension) {
  std::vector<Index> sizes{23, 29, 31, 37, 64, 101, 127};
  for (Index size = 1; size <= 20; ++size) sizes.push_back(size);
  for (const Index size : sizes) {
    const RealTransform<double> transform({size});
    BOOST_TEST(forward_error(transform, reals(size, 0)) < 1e-14, "size " << size);
  }
}

BOOST_AUTO_TEST_CASE(forward_is_the_defining_sum_in_two_and_three_dimensions) {
  for (const Shape& shape : shapes)
    BOOST_TEST(forward_error(RealTransform<double>(shape), reals(shape.count(), 0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(backward_is_the_inverse_of_forward) {
  for (const Index size : {1, 2, 3, 13, 16, 101, 1024})
    BOOST_TEST(round_trip_error(RealTransform<double>({size}), reals(size, 0)) < 1e-14, "size " << size);
  for (const Shape& shape : shapes)
    BOOST_TEST(round_trip_error(RealTransform<double>(shape), reals(shape.count(), 0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(both_adjoints_are_exact) {
  for (const Index size : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 17, 20, 101, 256})
    BOOST_TEST(adjoint_error(RealTransform<double>({size})) < 1e-14, "size " << size);
  for (const Shape& shape : shapes) BOOST_TEST(adjoint_error(RealTransform<double>(shape)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(power_of_the_signal_is_that_of_the_spectrum_with_multiplicities) {
  for (const Index size : {9, 10}) {
    const RealTransform<double> transform({size});
    const std::vector<double> x = reals(size, 0);
    std::vector<Complex> y(static_cast<std::size_t>(size / 2 + 1));
    transform.forward(x, y);
    double power = 0;
    for (Index k = 0; k < size / 2 + 1; ++k) power += multiplicity(k, size) * std::norm(y[static_cast<std::size_t>(k)]);
    BOOST_TEST(power == static_cast<double>(size) * dot(x, x), boost::test_tools::tolerance(1e-13));
  }
}

BOOST_AUTO_TEST_CASE(arrays_of_any_alignment_are_welcome_and_inputs_stay) {
  const RealTransform<double> transform({6, 9});
  const Index points = transform.shape().count(), modes = transform.spectrum_shape().count();
  const std::vector<double> x = reals(points, 0);
  std::vector<Complex> y(static_cast<std::size_t>(modes));
  transform.forward(x, y);
  BOOST_TEST(x == reals(points, 0));
  std::vector<double> shifted_x(x.size() + 1), numbers(2 * y.size() + 1), back(x.size()), shifted_back(x.size() + 1);
  std::copy(x.begin(), x.end(), shifted_x.begin() + 1);
  const std::span<Complex> shifted_y(reinterpret_cast<Complex*>(numbers.data() + 1), y.size());
  transform.forward(std::span(shifted_x).subspan(1), shifted_y);
  const bool same_spectrum = std::equal(y.begin(), y.end(), shifted_y.begin());
  BOOST_TEST(same_spectrum);
  transform.backward(y, back);
  transform.backward(shifted_y, std::span(shifted_back).subspan(1));
  BOOST_TEST(std::equal(back.begin(), back.end(), shifted_back.begin() + 1));
}

BOOST_AUTO_TEST_CASE(a_measured_plan_gives_the_same_transform) {
  BOOST_TEST(forward_error(RealTransform<double>({12, 15}, Planning::measure), reals(180, 0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(single_precision_differs_by_rounding_only) {
  for (const Shape& shape : shapes) {
    const RealTransform<float> transform(shape);
    BOOST_TEST(forward_error(transform, reals<float>(shape.count(), 0)) < 1e-6);
    BOOST_TEST(adjoint_error(transform) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(a_batch_is_transformed_array_by_array) {
  for (const Shape& shape : shapes) {
    const RealTransform<double> one(shape), three(shape, Planning::estimate, 3);
    const auto points = static_cast<std::size_t>(shape.count());
    const auto modes = static_cast<std::size_t>(one.spectrum_shape().count());
    const std::vector<double> x = reals(3 * shape.count(), 0);
    std::vector<Complex> y(3 * modes), expected(3 * modes);
    three.forward(x, y);
    for (std::size_t i = 0; i < 3; ++i)
      one.forward(std::span(x).subspan(i * points, points), std::span(expected).subspan(i * modes, modes));
    BOOST_TEST(difference(y, expected) < 1e-13 * static_cast<double>(points));
    BOOST_TEST(round_trip_error(three, x) < 1e-14);
    BOOST_TEST(adjoint_error(three) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_batch_is_no_work) {
  const RealTransform<double> none({4, 6}, Planning::estimate, 0);
  std::vector<double> x;
  std::vector<Complex> y;
  BOOST_CHECK_NO_THROW(none.forward(x, y));
  BOOST_CHECK_NO_THROW(none.backward(y, x));
  x.resize(24);
  BOOST_CHECK_EXCEPTION(none.forward(x, y), Error, failure(Fault::internal, "got 24 and 0"));
}

BOOST_AUTO_TEST_CASE(columns_are_transformed_by_their_defining_sums_and_back) {
  for (const Index size : {1, 2, 7, 12})
    for (const Index columns : {0, 1, 3, 8}) {
      const ColumnTransform<double> transform(size, columns);
      const std::vector<Complex> y = complexes(size * columns, 3);
      std::vector<Complex> expected(y.size()), result = y;
      for (Index k = 0; k < size; ++k)
        for (Index i = 0; i < size * columns; ++i)
          expected[static_cast<std::size_t>(k * columns + i % columns)] +=
              y[static_cast<std::size_t>(i)] * std::polar(1.0, -angle({size}, {i / columns}, {k}));
      transform.forward(result);
      BOOST_TEST(difference(result, expected) < 1e-13);
      transform.backward(result);
      for (Complex& value : result) value /= static_cast<double>(size);
      BOOST_TEST(difference(result, y) < 1e-14);
    }
}

BOOST_AUTO_TEST_CASE(columns_of_any_alignment_are_welcome) {
  const ColumnTransform<float> transform(5, 3);
  std::vector<std::complex<float>> y = complexes<float>(15, 0);
  std::vector<float> numbers(31);
  const std::span shifted(reinterpret_cast<std::complex<float>*>(numbers.data() + 1), 15);
  std::copy(y.begin(), y.end(), shifted.begin());
  transform.forward(y);
  transform.forward(shifted);
  BOOST_TEST(std::equal(y.begin(), y.end(), shifted.begin()));
  BOOST_CHECK_EXCEPTION(transform.backward(shifted.first(14)), Error,
                        failure(Fault::internal, "15 numbers in all got 14"));
}

BOOST_AUTO_TEST_CASE(wrong_shapes_and_sizes_are_refused) {
  BOOST_CHECK_EXCEPTION(RealTransform<double>({0}), Error, failure(Fault::internal, "at least one point"));
  BOOST_CHECK_EXCEPTION(RealTransform<double>({2, 2, 2, 2}), Error,
                        failure(Fault::internal, "one to three dimensions, not 4"));
  const RealTransform<double> transform({4});
  std::vector<double> x(5);
  std::vector<Complex> y(3);
  BOOST_CHECK_EXCEPTION(transform.forward(x, y), Error, failure(Fault::internal, "got 5 and 3"));
}

BOOST_AUTO_TEST_SUITE_END()
