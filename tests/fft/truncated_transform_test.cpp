// Truncated transforms against plain sums over the kept modes, their adjoints, and their inverses.
#include "fft/numbers.hpp"
#include "support/failure.hpp"
#include <mercer/fft/truncated_transform.hpp>

#include <boost/test/unit_test.hpp>
#include <limits>
#include <tuple>

using namespace mercer;
using namespace mercer::test;

namespace {

using Precisions = std::tuple<float, double>;
template <class T>
constexpr double rounding = std::numeric_limits<T>::epsilon();
constexpr TruncatedMethod methods[]{TruncatedMethod::waves, TruncatedMethod::full};

struct Size {
  Shape shape, modes;
};
const std::vector<Size> sizes{{{1}, {1}},
                              {{2}, {2}},
                              {{3}, {1}},
                              {{7}, {4}},
                              {{31}, {16}},
                              {{64}, {9}},
                              {{1, 1}, {1, 1}},
                              {{2, 2}, {2, 2}},
                              {{4, 4}, {4, 3}},
                              {{5, 1}, {5, 1}},
                              {{1, 6}, {1, 4}},
                              {{15, 13}, {6, 4}},
                              {{16, 12}, {5, 3}},
                              {{12, 35}, {1, 2}},
                              {{6, 17}, {6, 9}},
                              {{10, 70}, {3, 20}},
                              {{1, 1, 1}, {1, 1, 1}},
                              {{8, 8, 8}, {4, 4, 3}},
                              {{3, 5, 7}, {3, 4, 4}},
                              {{4, 6, 18}, {4, 3, 10}},
                              {{2, 9, 4}, {1, 9, 2}}};

/// k of a stored mode: -floor(m / 2), ... along all axes but the last.
std::vector<Index> frequency(const Shape& modes, Index flat) {
  std::vector<Index> k = position(modes, flat);
  for (std::size_t axis = 0; axis + 1 < k.size(); ++axis) k[axis] -= modes[static_cast<int>(axis)] / 2;
  return k;
}

/// The sums that define a transform.
class PlainSums {
 public:
  explicit PlainSums(const Size& size) : points_(size.shape.count()), modes_(size.modes.count()) {
    for (Index k = 0; k < modes_; ++k) {
      const std::vector<Index> f = frequency(size.modes, k);
      weights_.push_back(f.back() == 0 || 2 * f.back() == size.shape.back() ? 1 : 2);
      for (Index j = 0; j < points_; ++j)
        waves_.push_back(std::polar(1.0, angle(size.shape, position(size.shape, j), f)));
    }
  }
  template <class T>
  std::vector<std::complex<double>> forward(std::span<const T> x) const {
    std::vector<std::complex<double>> y(static_cast<std::size_t>(modes_));
    for (Index k = 0; k < modes_; ++k)
      for (Index j = 0; j < points_; ++j)
        y[static_cast<std::size_t>(k)] +=
            static_cast<double>(x[static_cast<std::size_t>(j)]) * std::conj(wave(k, j)) / static_cast<double>(points_);
    return y;
  }
  template <class T>
  std::vector<double> inverse(std::span<const std::complex<T>> y) const {
    std::vector<double> x(static_cast<std::size_t>(points_));
    for (Index k = 0; k < modes_; ++k)
      for (Index j = 0; j < points_; ++j)
        x[static_cast<std::size_t>(j)] += weights_[static_cast<std::size_t>(k)] *
                                          (std::complex<double>(y[static_cast<std::size_t>(k)]) * wave(k, j)).real();
    return x;
  }

 private:
  std::complex<double> wave(Index k, Index j) const { return waves_[static_cast<std::size_t>(k * points_ + j)]; }
  Index points_, modes_;
  std::vector<double> weights_;
  std::vector<std::complex<double>> waves_;
};

Shape with_batch(std::initializer_list<Index> batch, const Shape& shape) {
  std::vector<Index> all(batch);
  all.insert(all.end(), shape.span().begin(), shape.span().end());
  return Shape(all);
}

/// A batch of two times three fields with their modes.
template <class T>
struct Batch {
  explicit Batch(const Size& size, Index first = 2, Index second = 3)
      : field(with_batch({first, second}, size.shape)),
        spectrum(with_batch({first, second}, size.modes)),
        x(reals<T>(field.count(), 0)),
        y(complexes<T>(spectrum.count(), 1)),
        x_out(x.size()),
        y_out(y.size()) {}
  View<const T> x_in() const { return {x.data(), field}; }
  View<const std::complex<T>> y_in() const { return {y.data(), spectrum}; }
  View<T> to_x() { return {x_out.data(), field}; }
  View<std::complex<T>> to_y() { return {y_out.data(), spectrum}; }

  Shape field, spectrum;
  std::vector<T> x;
  std::vector<std::complex<T>> y;
  std::vector<T> x_out;
  std::vector<std::complex<T>> y_out;
};

/// Largest difference from the plain sums, in units of rounding, over the root of the number of terms.
template <class T>
double error(const Size& size, const PlainSums& plain, TruncatedMethod method) {
  const TruncatedTransform<T> transform(size.shape, size.modes, method);
  Batch<T> batch(size);
  transform.forward(batch.x_in(), batch.to_y());
  transform.inverse(batch.y_in(), batch.to_x());
  const auto points = static_cast<std::size_t>(size.shape.count()),
             modes = static_cast<std::size_t>(size.modes.count());
  double worst = 0;
  for (const std::size_t i : {0, 5}) {
    const std::span<const T> x = std::span(batch.x).subspan(i * points, points);
    const std::span<const std::complex<T>> y = std::span(batch.y).subspan(i * modes, modes);
    const std::vector<std::complex<double>> to_y(batch.y_out.begin() + static_cast<std::ptrdiff_t>(i * modes),
                                                 batch.y_out.begin() + static_cast<std::ptrdiff_t>((i + 1) * modes));
    worst = std::max(worst, difference(to_y, plain.forward(x)) * std::sqrt(static_cast<double>(points)));
    worst = std::max(worst, difference(std::span(batch.x_out).subspan(i * points, points), plain.inverse(y)) /
                                std::sqrt(static_cast<double>(modes)));
  }
  return worst / rounding<T>;
}

template <class T>
double adjoint_error(const Size& size, TruncatedMethod method) {
  const TruncatedTransform<T> transform(size.shape, size.modes, method);
  Batch<T> batch(size);
  transform.forward(batch.x_in(), batch.to_y());
  transform.forward_adjoint(batch.y_in(), batch.to_x());
  const double forward = gap(batch.y_out, batch.y, batch.x, batch.x_out);
  transform.inverse(batch.y_in(), batch.to_x());
  transform.inverse_adjoint(batch.x_in(), batch.to_y());
  return std::max(forward, gap(batch.x_out, batch.x, batch.y, batch.y_out));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(truncated_transform)

BOOST_AUTO_TEST_CASE(modes_and_fields_are_the_plain_sums) {
  for (const Size& size : sizes) {
    const PlainSums plain(size);
    for (const TruncatedMethod method : methods) {
      BOOST_TEST(error<float>(size, plain, method) < 50, size.shape.count() << " points");
      BOOST_TEST(error<double>(size, plain, method) < 50, size.shape.count() << " points");
    }
  }
}

BOOST_AUTO_TEST_CASE(both_adjoints_are_exact) {
  for (const Size& size : sizes)
    for (const TruncatedMethod method : methods) {
      BOOST_TEST(adjoint_error<double>(size, method) < 1e-13);
      BOOST_TEST(adjoint_error<float>(size, method) < 1e-5);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(all_modes_give_the_field_back, T, Precisions) {
  for (const Shape& shape : {Shape{9}, Shape{10}, Shape{7, 12}, Shape{16, 9}, Shape{3, 4, 5}, Shape{4, 5, 6}})
    for (const TruncatedMethod method : methods) {
      Size size{shape, shape};
      size.modes[shape.dimensions() - 1] = shape.back() / 2 + 1;
      const TruncatedTransform<T> transform(shape, size.modes, method);
      Batch<T> batch(size);
      transform.forward(batch.x_in(), batch.to_y());
      transform.inverse(View<const std::complex<T>>(batch.to_y()), batch.to_x());
      BOOST_TEST(difference(batch.x_out, batch.x) < 50 * rounding<T>);
    }
}

BOOST_AUTO_TEST_CASE(single_rows_come_in_groups) {
  const Size size{{21}, {5}};
  const TruncatedTransform<double> transform(size.shape, size.modes, TruncatedMethod::waves);
  Batch<double> batch(size, 5, 11);
  transform.forward(batch.x_in(), batch.to_y());
  transform.forward_adjoint(batch.y_in(), batch.to_x());
  BOOST_TEST(gap(batch.y_out, batch.y, batch.x, batch.x_out) < 1e-13);
  const PlainSums plain(size);
  for (std::size_t i = 0; i < 55; ++i) {
    const auto expected = plain.forward(std::span<const double>(batch.x).subspan(i * 21, 21));
    BOOST_TEST(difference(std::span(batch.y_out).subspan(i * 5, 5), expected) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(rows_of_several_fields_may_lie_between_one_another) {
  const Size size{{6, 11}, {4, 5}};
  for (const TruncatedMethod method : methods) {
    const TruncatedTransform<double> transform(size.shape, size.modes, method);
    Batch<double> dense(size);
    Tensor<double> planar({2, 6, 3, 11});  // sample, y, channel, x
    const Shape strides = planar.view().strides();
    const Shape between{strides[0], strides[2], strides[1], 1};
    const View<double> view(planar.data(), dense.field, between);
    for (Index row = 0; row < view.rows(); ++row) std::copy_n(dense.x.data() + row * 11, 11, view.row(row).data());
    std::vector<std::complex<double>> y(dense.y.size());
    transform.forward(dense.x_in(), dense.to_y());
    transform.forward(View<const double>(view), View<std::complex<double>>(y.data(), dense.spectrum));
    BOOST_TEST(difference(y, dense.y_out) < 1e-16);
    transform.inverse(dense.y_in(), dense.to_x());
    transform.inverse(dense.y_in(), view);
    for (Index row = 0; row < view.rows(); ++row)
      BOOST_TEST(difference(view.row(row), std::span(dense.x_out).subspan(static_cast<std::size_t>(row) * 11, 11)) <
                 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(many_modes_of_long_axes_are_left_to_full_transforms) {
  BOOST_TEST((TruncatedTransform<float>({128, 128}, {16, 9}).method() == TruncatedMethod::waves));
  BOOST_TEST((TruncatedTransform<float>({1024, 1024}, {1024, 513}).method() == TruncatedMethod::full));
}

BOOST_AUTO_TEST_CASE(modes_that_a_grid_does_not_have_are_refused) {
  const auto make = [](const Shape& shape, const Shape& modes) { TruncatedTransform<double>(shape, modes); };
  BOOST_CHECK_EXCEPTION(make({8, 8}, {9, 3}), Error, failure(Fault::config, "8 points along dimension 1"));
  BOOST_CHECK_EXCEPTION(make({8, 8}, {8, 6}), Error, failure(Fault::config, "have 1 to 5 modes, not 6"));
  BOOST_CHECK_EXCEPTION(make({8}, {0}), Error, failure(Fault::config, "not 0"));
  BOOST_CHECK_EXCEPTION(make({8, 8}, {3}), Error, failure(Fault::internal, "not 2 and 1"));
  BOOST_CHECK_EXCEPTION(make({0, 8}, {1, 1}), Error, failure(Fault::internal, "at least one point"));
  const TruncatedTransform<double> transform({4, 4}, {2, 2});
  std::vector<double> x(32);
  std::vector<std::complex<double>> y(12);
  BOOST_CHECK_EXCEPTION(transform.forward({x.data(), Shape{2, 4, 4}}, {y.data(), Shape{3, 2, 2}}), Error,
                        failure(Fault::internal, "batches of 32 and 12 numbers"));
}

BOOST_AUTO_TEST_SUITE_END()
