// Shapes, views and owning arrays.
#include "support/failure.hpp"
#include <mercer/base/tensor.hpp>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

using namespace mercer;

namespace {

struct Triple {
  double a, b, c;
};

template <class T>
bool is_aligned(const T* address) {
  return reinterpret_cast<std::uintptr_t>(address) % cache_line == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_shape_counts_its_elements) {
  BOOST_TEST(Shape({2, 3, 5}).count() == 30);
  BOOST_TEST(Shape({2, 3, 5}).back() == 5);
  BOOST_TEST(Shape({4, 0}).count() == 0);
  BOOST_TEST(Shape().count() == 1);
  BOOST_TEST(Shape().back() == 1);
  BOOST_TEST((Shape({2, 3}) == Shape({2, 3})));
  BOOST_TEST((Shape({2, 3}) != Shape({2, 3, 1})));
  BOOST_CHECK_EXCEPTION(Shape({1, 1, 1, 1, 1, 1, 1}), Error, failure(Fault::internal, "at most 6 dimensions, not 7"));
}

BOOST_AUTO_TEST_CASE(rows_of_a_padded_tensor_start_on_cache_lines) {
  Tensor<float> array({3, 2, 17});
  BOOST_TEST((array.view().strides() == Shape({64, 32, 1})));
  for (Index row = 0; row < array.view().rows(); ++row) BOOST_TEST(is_aligned(array.view().row(row).data()));
  const Tensor<Triple> triples({4, 3});
  for (Index row = 0; row < 4; ++row) BOOST_TEST(is_aligned(triples.view().row(row).data()));
}

BOOST_AUTO_TEST_CASE(a_dense_tensor_has_no_gaps) {
  Tensor<double> array({2, 3, 5}, Rows::dense);
  BOOST_TEST((array.view().strides() == Shape({15, 5, 1})));
  BOOST_TEST(array.view().is_dense());
  BOOST_TEST(array.span().size() == 30U);
  BOOST_TEST(is_aligned(array.data()));
  array(1, 2, 3) = 7;
  BOOST_TEST(array.span()[28] == 7);
  BOOST_TEST(array.view().row(5)[3] == 7);
}

BOOST_AUTO_TEST_CASE(a_tensor_is_zero_at_first_padding_included) {
  const Tensor<double> array({5, 3});
  for (Index i = 0; i < 5 * 8; ++i) BOOST_TEST(array.data()[i] == 0);
}

BOOST_AUTO_TEST_CASE(a_view_with_gaps_is_no_span) {
  Tensor<double> array({2, 3});
  BOOST_TEST(!array.view().is_dense());
  BOOST_CHECK_EXCEPTION(array.span(), Error, failure(Fault::internal, "gaps"));
}

BOOST_AUTO_TEST_CASE(row_and_indices_find_the_same_elements) {
  Tensor<int> array({2, 3, 4, 5});
  int next = 0;
  for (Index row = 0; row < array.view().rows(); ++row)
    for (int& value : array.view().row(row)) value = next++;
  BOOST_TEST(next == 120);
  BOOST_TEST(array(1, 2, 3, 4) == 119);
  BOOST_TEST(array(1, 0, 2, 1) == 60 + 10 + 1);
}

BOOST_AUTO_TEST_CASE(copies_of_a_view_share_the_memory) {
  Tensor<double> array({2, 2});
  View<double> first = array.view();
  const View<double> second = first;
  const View<const double> reading = second;
  second(1, 1) = 3;
  BOOST_TEST(array(1, 1) == 3);
  BOOST_TEST(reading(1, 1) == 3);
  static_assert(!std::is_convertible_v<View<const double>, View<double>>);
}

BOOST_AUTO_TEST_CASE(arrays_without_elements_are_harmless) {
  for (const Shape& shape : {Shape({0}), Shape({0, 3}), Shape({3, 0}), Shape({2, 0, 4})}) {
    Tensor<double> array(shape, Rows::dense);
    BOOST_TEST(array.count() == 0);
    BOOST_TEST(array.span().empty());
    BOOST_TEST(array.view().rows() == (shape.back() == 0 ? 0 : shape.count() / shape.back()));
  }
  BOOST_TEST(Tensor<double>().count() == 0);
  BOOST_TEST(Tensor<double>().span().empty());
  BOOST_TEST(View<double>().span().empty());
}

BOOST_AUTO_TEST_CASE(an_array_without_dimensions_is_one_number) {
  Tensor<double> number{Shape()};
  number() = 4;
  BOOST_TEST(number.count() == 1);
  BOOST_TEST(number.span()[0] == 4);
}

BOOST_AUTO_TEST_CASE(moving_a_tensor_moves_the_memory_and_leaves_nothing) {
  Tensor<double> from({2, 3});
  from(1, 2) = 5;
  const double* memory = from.data();
  Tensor<double> to(std::move(from));
  BOOST_TEST(to.data() == memory);
  BOOST_TEST(to(1, 2) == 5);
  BOOST_TEST(from.count() == 0);
  BOOST_TEST(from.data() == nullptr);
  from = std::move(to);
  BOOST_TEST(from.data() == memory);
  BOOST_TEST(to.span().empty());
}

BOOST_AUTO_TEST_CASE(impossible_sizes_are_refused_with_words) {
  constexpr Index huge = std::numeric_limits<Index>::max();
  const auto make = [](const Shape& shape) { return Tensor<double>(shape); };
  BOOST_CHECK_EXCEPTION(make({-1, 3}), Error, failure(Fault::internal, "-1 positions along dimension 0"));
  BOOST_CHECK_EXCEPTION(make({huge}), Error, failure(Fault::memory, "elements of 8 bytes"));
  BOOST_CHECK_EXCEPTION(make({Index{1} << 61, 8}), Error, failure(Fault::memory, "2305843009213693952 x 8"));
  BOOST_CHECK_EXCEPTION(make({Index{1} << 59}), Error, failure(Fault::memory, "4611686018427387904 bytes"));
}
