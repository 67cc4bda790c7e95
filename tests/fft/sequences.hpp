// Rows for tests of convolutions: random ones, vectors of files, and the plain sums to compare with.
#pragma once

#include "support/process.hpp"
#include <mercer/base/random.hpp>
#include <mercer/fft/convolution.hpp>
#include <mercer/io/input_file.hpp>

#include <cmath>
#include <string>

namespace mercer::test {

template <class T>
Tensor<T> random_tensor(const Shape& shape, std::uint64_t stream) {
  const Random random(11, stream);
  Tensor<T> values(shape, Rows::dense);
  for (std::size_t i = 0; T & value : values.span()) value = static_cast<T>(random.normal(i++));
  return values;
}

/// A file of tests/data/sequences.
inline InputFile sequences(const Comm& comm, const std::string& name) {
  return {comm, setting("MERCER_SOURCE") + "/tests/data/sequences/" + name};
}

template <class T = double>
Tensor<T> read(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  Tensor<T> values(shape, Rows::dense);
  file.read(name, Slab::whole(shape), values.view());
  return values;
}

/// Largest difference over the largest value expected.
template <class T, class U>
double relative_error(std::span<const T> values, std::span<const U> expected) {
  double worst = 0, largest = 1e-300;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(values[i]) - static_cast<double>(expected[i]));
    worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return worst / largest;
}

template <class T, class U>
double relative_error(const Tensor<T>& values, const Tensor<U>& expected) {
  return relative_error<T, U>(values.span(), expected.span());
}

inline double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace mercer::test
