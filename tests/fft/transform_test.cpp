// Transforms against the defining sums, against their inverses, and against their adjoints.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/fft/transform.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

using namespace mercer;
using Complex = std::complex<double>;

namespace {

std::vector<double> reals(Index count, std::uint64_t stream) {
  const Random random(7, stream);
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = random.normal(i);
  return values;
}

std::vector<Complex> complexes(Index count, std::uint64_t stream) {
  const std::vector<double> parts = reals(2 * count, stream);
  std::vector<Complex> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = {parts[2 * i], parts[2 * i + 1]};
  return values;
}

/// The position of entry `flat` of an array.
std::vector<Index> position(const Shape& shape, Index flat) {
  std::vector<Index> indices(static_cast<std::size_t>(shape.dimensions()));
  for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
    indices[static_cast<std::size_t>(axis)] = flat % shape[axis];
    flat /= shape[axis];
  }
  return indices;
}

double angle(const Shape& shape, const Shape& half, Index j, Index k) {
  const auto a = position(shape, j), b = position(half, k);
  double turns = 0;
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    const Index size = shape[static_cast<int>(axis)];
    turns += static_cast<double>(a[axis] * b[axis] % size) / static_cast<double>(size);
  }
  return 2 * std::numbers::pi * turns;
}

/// Largest difference between `forward` and its defining sum, over the largest possible value.
double forward_error(const RealTransform<double>& transform, const std::vector<double>& x) {
  const Index points = transform.shape().count(), modes = transform.spectrum_shape().count();
  std::vector<Complex> y(static_cast<std::size_t>(modes));
  transform.forward(x, y);
  double worst = 0;
  for (Index k = 0; k < modes; ++k) {
    Complex expected = 0;
    for (Index j = 0; j < points; ++j)
      expected +=
          x[static_cast<std::size_t>(j)] * std::polar(1.0, -angle(transform.shape(), transform.spectrum_shape(), j, k));
    worst = std::max(worst, std::abs(y[static_cast<std::size_t>(k)] - expected));
  }
  return worst / static_cast<double>(points);
}

double round_trip_error(const RealTransform<double>& transform, const std::vector<double>& x) {
  std::vector<Complex> y(static_cast<std::size_t>(transform.spectrum_shape().count()));
  std::vector<double> back(x.size());
  transform.forward(x, y);
  transform.backward(y, back);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(back[i] - x[i]));
  return worst;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double dot(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] * std::conj(b[i])).real();
  return sum;
}

/// Largest relative |<A x, y> - <x, A^T y>| of both directions. The spectrum has no symmetry, so the self-mirrored
/// entries count, too.
double adjoint_error(const RealTransform<double>& transform) {
  const std::vector<double> x = reals(transform.shape().count(), 1);
  const std::vector<Complex> y = complexes(transform.spectrum_shape().count(), 2);
  std::vector<double> to_x(x.size());
  std::vector<Complex> to_y(y.size());
  transform.forward(x, to_y);
  transform.forward_adjoint(y, to_x);
  const double forward = std::abs(dot(to_y, y) - dot(x, to_x)) / std::sqrt(dot(to_y, to_y) * dot(y, y));
  transform.backward(y, to_x);
  transform.backward_adjoint(x, to_y);
  const double scale = std::sqrt(dot(to_x, to_x) * dot(x, x));
  return std::max(forward, std::abs(dot(to_x, x) - dot(y, to_y)) / scale);
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
