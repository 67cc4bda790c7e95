// What tests of transforms share: random numbers by their place in an array, inner products, and the defining sums.
#pragma once

#include <mercer/base/random.hpp>
#include <mercer/base/tensor.hpp>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace mercer::test {

template <class T = double>
std::vector<T> reals(Index count, std::uint64_t stream) {
  const Random random(7, stream);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(random.normal(i));
  return values;
}

template <class T = double>
std::vector<std::complex<T>> complexes(Index count, std::uint64_t stream) {
  const std::vector<T> parts = reals<T>(2 * count, stream);
  std::vector<std::complex<T>> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = {parts[2 * i], parts[2 * i + 1]};
  return values;
}

/// The position of entry `flat` of an array.
inline std::vector<Index> position(const Shape& shape, Index flat) {
  std::vector<Index> indices(static_cast<std::size_t>(shape.dimensions()));
  for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
    indices[static_cast<std::size_t>(axis)] = flat % shape[axis];
    flat /= shape[axis];
  }
  return indices;
}

/// 2 pi <k, j / n> for an array of shape n.
inline double angle(const Shape& shape, const std::vector<Index>& j, const std::vector<Index>& k) {
  double turns = 0;
  for (std::size_t axis = 0; axis < j.size(); ++axis) {
    const Index size = shape[static_cast<int>(axis)];
    turns += static_cast<double>(j[axis] * k[axis] % size) / static_cast<double>(size);
  }
  return 2 * std::numbers::pi * turns;
}

template <class T>
double dot(const std::vector<T>& a, const std::vector<T>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

template <class T>
double dot(const std::vector<std::complex<T>>& a, const std::vector<std::complex<T>>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (std::complex<double>(a[i]) * std::conj(std::complex<double>(b[i]))).real();
  return sum;
}

/// Largest |a - b|.
template <class A, class B>
double difference(const A& a, const B& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, static_cast<double>(std::abs(a[i] - b[i])));
  return worst;
}

/// |<A x, y> - <x, A^T y>| over |A x| |y|.
template <class X, class Y>
double gap(const Y& ax, const Y& y, const X& x, const X& aty) {
  const double scale = std::sqrt(dot(ax, ax) * dot(y, y));
  return scale == 0 ? std::abs(dot(x, aty)) : std::abs(dot(ax, y) - dot(x, aty)) / scale;
}

}  // namespace mercer::test
