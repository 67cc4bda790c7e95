// Random batches of fields for tests of layers, and convolutions by their defining sums.
#pragma once

#include <mercer/base/random.hpp>
#include <mercer/nn/convolution.hpp>
#include <mercer/nn/layer.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace mercer::test {

/// Normal numbers; the ends of rows hold what is no number, which nobody may read.
template <class T>
Tensor<T> random_batch(const BatchShape& shape, std::uint64_t stream) {
  const Random random(5, stream);
  Tensor<T> batch(shape.shape());
  std::fill_n(batch.data(), batch_memory<T>(shape), static_cast<T>(NAN));
  std::uint64_t next = 0;
  for (Index row = 0; row < batch.view().rows(); ++row)
    for (T& value : batch.view().row(row)) value = static_cast<T>(random.normal(next++));
  return batch;
}

template <class T>
std::vector<T> random_numbers(Index count, std::uint64_t stream, double scale = 1) {
  const Random random(6, stream);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(scale * random.normal(i));
  return values;
}

/// |a - b| / |b| in the 2-norm.
template <class A, class B>
double distance(const A& a, const B& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    size += std::pow(static_cast<double>(b[i]), 2);
  }
  return size == 0 ? std::sqrt(difference) : std::sqrt(difference / size);
}

template <class A>
double norm(const A& a) {
  double size = 0;
  for (const auto value : a) size += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(size);
}

template <class A, class B>
double distance_of_batches(const Tensor<A>& a, const Tensor<B>& b) {
  std::vector<A> first;
  std::vector<B> second;
  for (Index row = 0; row < b.view().rows(); ++row) {
    first.insert(first.end(), a.view().row(row).begin(), a.view().row(row).end());
    second.insert(second.end(), b.view().row(row).begin(), b.view().row(row).end());
  }
  return distance(first, second);
}

template <class T>
double dot_of_batches(const Tensor<T>& a, const Tensor<T>& b) {
  double sum = 0;
  for (Index row = 0; row < b.view().rows(); ++row)
    for (std::size_t x = 0; x < b.view().row(row).size(); ++x)
      sum += static_cast<double>(a.view().row(row)[x]) * static_cast<double>(b.view().row(row)[x]);
  return sum;
}

/// Fails with both numbers.
inline void check_small(double error, double bound, const std::string& what) {
  BOOST_TEST(error <= bound, what << " is off by " << error << ", more than " << bound);
}

/// Calls work(place of y, place of x, number of the weight) for every product in a convolution; y = sum w x.
template <class Work>
void each_product(const ConvolutionShape& shape, const BatchShape& x, const BatchShape& y, const Work& work) {
  const auto place = [](const BatchShape& of, Index s, Index i, Index c, Index j) {
    return ((s * of.rows + i) * of.channels + c) * of.columns + j;
  };
  for (Index s = 0; s < y.samples; ++s)
    for (Index i = 0; i < y.rows; ++i)
      for (Index o = 0; o < y.channels; ++o)
        for (Index j = 0; j < y.columns; ++j)
          for (Index w = 0; w < shape.inputs * shape.kernel_rows * shape.kernel_columns; ++w) {
            const Index c = w / (shape.kernel_rows * shape.kernel_columns), d = w / shape.kernel_columns;
            const Index from_i =
                place_inside(shape.boundary, shape.stride * i + d % shape.kernel_rows - shape.padding, x.rows);
            const Index from_j =
                place_inside(shape.boundary, shape.stride * j + w % shape.kernel_columns - shape.padding, x.columns);
            if (from_i < 0 || from_j < 0) continue;
            work(place(y, s, i, o, j), place(x, s, from_i, c, from_j),
                 o * shape.inputs * shape.kernel_rows * shape.kernel_columns + w);
          }
}

/// The numbers of a batch without gaps, and back.
template <class T>
std::vector<double> numbers(const Tensor<T>& batch) {
  std::vector<double> values;
  for (Index row = 0; row < batch.view().rows(); ++row)
    for (const T value : batch.view().row(row)) values.push_back(static_cast<double>(value));
  return values;
}

}  // namespace mercer::test
