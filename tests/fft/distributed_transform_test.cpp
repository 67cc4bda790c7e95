// Transforms spread over the ranks against those of one rank, and against their inverses and adjoints.
#include "fft/numbers.hpp"
#include "support/failure.hpp"
#include <mercer/fft/distributed_transform.hpp>
#include <mercer/linalg/linear_operator.hpp>

#include <boost/test/unit_test.hpp>
#include <limits>
#include <tuple>

using namespace mercer;
using namespace mercer::test;

namespace {

using Precisions = std::tuple<float, double>;
const std::vector<Shape> shapes{{8, 8},    {7, 5},    {12, 9},   {1, 6},    {2, 1},    {3, 2},   {5, 13},
                                {4, 4, 4}, {3, 5, 7}, {6, 2, 3}, {2, 1, 1}, {1, 3, 2}, {9, 3, 4}};
constexpr SpectrumSplit splits[]{SpectrumSplit::first_axis, SpectrumSplit::second_axis};

/// This rank's part of an array that every rank holds.
template <class Number>
std::vector<Number> part(const std::vector<Number>& whole, const Shape& shape, const Box& box) {
  std::vector<Number> own;
  for (Index i = 0; i < shape.count(); ++i) {
    const std::vector<Index> at = position(shape, i);
    bool is_own = true;
    for (std::size_t axis = 0; axis < at.size(); ++axis) is_own = is_own && box.ranges[axis].contains(at[axis]);
    if (is_own) own.push_back(whole[static_cast<std::size_t>(i)]);
  }
  return own;
}

template <class T>
std::vector<std::complex<T>> serial_spectrum(const Shape& shape, const std::vector<T>& x) {
  const RealTransform<T> transform(shape);
  std::vector<std::complex<T>> y(static_cast<std::size_t>(transform.spectrum_shape().count()));
  transform.forward(x, y);
  return y;
}

/// One direction as an operator on pairs of reals.
template <class T>
class Direction final : public LinearOperator<T> {
 public:
  enum class Way { forward, backward };
  Direction(const DistributedTransform<T>& transform, Way way) : transform_(&transform), way_(way) {}
  Index rows() const override { return is_forward() ? modes() : points(); }
  Index columns() const override { return is_forward() ? points() : modes(); }

 private:
  using Complex = std::complex<T>;
  bool is_forward() const { return way_ == Way::forward; }
  Index points() const { return transform_->owned().count(); }
  Index modes() const { return 2 * transform_->owned_spectrum().count(); }
  static std::span<const Complex> pairs(std::span<const T> y) {
    return {reinterpret_cast<const Complex*>(y.data()), y.size() / 2};
  }
  static std::span<Complex> pairs(std::span<T> y) { return {reinterpret_cast<Complex*>(y.data()), y.size() / 2}; }
  void do_apply(std::span<const T> x, std::span<T> y) const override {
    is_forward() ? transform_->forward(x, pairs(y)) : transform_->backward(pairs(x), y);
  }
  void do_apply_adjoint(std::span<const T> y, std::span<T> x) const override {
    is_forward() ? transform_->forward_adjoint(pairs(y), x) : transform_->backward_adjoint(y, pairs(x));
  }
  const DistributedTransform<T>* transform_;
  Way way_;
};

template <class T>
double adjoint_error(const Comm& comm, const DistributedTransform<T>& transform) {
  using Way = typename Direction<T>::Way;
  return std::max(adjoint_gap(comm, Direction<T>(transform, Way::forward)),
                  adjoint_gap(comm, Direction<T>(transform, Way::backward)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(distributed_transform)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_rank_count_gives_the_transform_of_one_rank, T, Precisions) {
  const Comm comm;
  const double rounding = std::numeric_limits<T>::epsilon();
  for (const Shape& shape : shapes)
    for (const SpectrumSplit split : splits) {
      const DistributedTransform<T> transform(comm, shape, split);
      const std::vector<T> whole = reals<T>(shape.count(), 0), x = part(whole, shape, transform.owned());
      const auto expected = part(serial_spectrum(shape, whole), transform.spectrum_shape(), transform.owned_spectrum());
      std::vector<std::complex<T>> y(expected.size());
      transform.forward(x, y);
      BOOST_TEST(difference(y, expected) < 8 * rounding * static_cast<double>(shape.count()));
      std::vector<T> back(x.size());
      transform.backward(y, back);
      BOOST_TEST(difference(back, x) < 16 * rounding);
      BOOST_TEST(whole == reals<T>(shape.count(), 0));
    }
}

BOOST_AUTO_TEST_CASE(both_adjoints_are_exact) {
  const Comm comm;
  for (const Shape& shape : shapes)
    for (const SpectrumSplit split : splits) {
      BOOST_TEST(adjoint_error(comm, DistributedTransform<double>(comm, shape, split)) < 1e-13);
      BOOST_TEST(adjoint_error(comm, DistributedTransform<float>(comm, shape, split)) < 1e-5);
    }
}

BOOST_AUTO_TEST_CASE(parts_follow_the_blocks_of_the_decomposition) {
  const Comm comm;
  const Shape shape{5, 7, 9};
  const DistributedTransform<double> by_first(comm, shape), by_second(comm, shape, SpectrumSplit::second_axis);
  BOOST_TEST((by_first.spectrum_shape() == Shape{5, 7, 5}));
  BOOST_TEST((by_first.owned() == Decomposition(shape, comm).owned(comm.rank())));
  BOOST_TEST((by_first.owned_spectrum() == Decomposition(by_first.spectrum_shape(), comm).owned(comm.rank())));
  const Box box = by_second.owned_spectrum();
  BOOST_TEST((box.ranges[0] == Range{0, 5}));
  BOOST_TEST((box.ranges[1] == block(7, comm.rank(), comm.size())));
  BOOST_TEST((box.ranges[2] == Range{0, 5}));
}

BOOST_AUTO_TEST_CASE(wrong_shapes_and_sizes_are_refused) {
  const Comm comm;
  BOOST_CHECK_EXCEPTION(DistributedTransform<double>(comm, {8}), Error,
                        failure(Fault::internal, "two or three dimensions, not 1"));
  BOOST_CHECK_EXCEPTION(DistributedTransform<double>(comm, {8, 0}), Error,
                        failure(Fault::internal, "at least one point"));
  const DistributedTransform<double> transform(comm, {4, 6});
  std::vector<double> x(1000);
  std::vector<std::complex<double>> y(3);
  BOOST_CHECK_EXCEPTION(transform.forward(x, y), Error, failure(Fault::internal, "got 1000 and 3"));
}

BOOST_AUTO_TEST_SUITE_END()
