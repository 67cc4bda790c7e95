// Batches of fields for tests of training: random ones, a layer small enough to be understood, samples in memory.
#pragma once

#include <mercer/base/random.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/nn/layer.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace mercer::test {

template <class T>
Tensor<T> random_fields(const Shape& shape, std::uint64_t stream) {
  const Random random(7, stream);
  Tensor<T> fields(shape);
  for (Index row = 0, i = 0; row < fields.view().rows(); ++row)
    for (T& value : fields.view().row(row)) value = static_cast<T>(random.normal(static_cast<std::uint64_t>(i++)));
  return fields;
}

/// Largest difference of the values, relative to the largest value of `b`.
template <class T>
double difference(View<const T> a, View<const T> b) {
  double worst = 0, largest = 1e-300;
  for (Index row = 0; row < b.rows(); ++row)
    for (std::size_t i = 0; i < b.row(row).size(); ++i) {
      worst = std::max(worst, static_cast<double>(std::abs(a.row(row)[i] - b.row(row)[i])));
      largest = std::max(largest, static_cast<double>(std::abs(b.row(row)[i])));
    }
  return worst / largest;
}

/// y = slope x + offset + bend x^2 at each point, with one input and one output channel.
template <class T>
class Parabola final : public Layer<T> {
 public:
  explicit Parabola(ParameterVector<T>& parameters) {
    parameters.add({"slope", {1, 1}});
    parameters.add({"offset", {1}});
    parameters.add({"bend", {1, 1}});
  }
  BatchShape output(const BatchShape& input) const override { return input; }
  void initialise(std::span<T> parameters, std::uint64_t) const override { std::ranges::fill(parameters, T(0.25)); }
  std::unique_ptr<Tape> make_tape(const BatchShape&, Purpose) const override { return std::make_unique<Memory>(); }
  void forward(std::span<const T> p, View<const T> x, View<T> y, Tape& tape) const override {
    static_cast<Memory&>(tape).x = x;
    for (Index row = 0; row < x.rows(); ++row)
      for (std::size_t i = 0; i < x.row(row).size(); ++i) {
        const T value = x.row(row)[i];
        y.row(row)[i] = p[0] * value + p[1] + p[2] * value * value;
      }
  }
  void backward(std::span<const T> p, View<const T> gy, View<T> gx, std::span<T> gradient, Tape& tape) const override {
    const View<const T> x = static_cast<Memory&>(tape).x;
    for (Index row = 0; row < x.rows(); ++row)
      for (std::size_t i = 0; i < x.row(row).size(); ++i) {
        const T value = x.row(row)[i], slope = gy.row(row)[i];
        gradient[0] += slope * value;
        gradient[1] += slope;
        gradient[2] += slope * value * value;
        if (gx.count() > 0) gx.row(row)[i] = slope * (p[0] + 2 * p[2] * value);
      }
  }

 private:
  struct Memory final : Tape {
    View<const T> x;
  };
};

/// Samples of one channel with y = 2 x - 1 + x^2 / 2 for normal x, the first of which may be chosen.
template <class T>
class SamplesOfParabola final : public Batches<T> {
 public:
  SamplesOfParabola(Index samples, Index rows, Index columns, T first = T(0.5))
      : inputs_(random_fields<T>({samples, rows, 1, columns}, 3)), outputs_({samples, rows, 1, columns}) {
    inputs_(0, 0, 0, 0) = first;
    for (Index row = 0; row < inputs_.view().rows(); ++row)
      for (std::size_t i = 0; i < static_cast<std::size_t>(columns); ++i) {
        const T x = inputs_.view().row(row)[i];
        outputs_.view().row(row)[i] = 2 * x - 1 + x * x / 2;
      }
  }
  Index count() const override { return inputs_.shape()[0]; }
  SampleShapes shapes() const override {
    const Shape sample{inputs_.shape()[1], 1, inputs_.shape()[3]};
    return {sample, sample};
  }
  void read(std::span<const Index> ids, View<T> inputs, View<T> outputs) const override {
    for (Index at = 0; const Index id : ids) {
      copy(inputs_, id, inputs, at);
      copy(outputs_, id, outputs, at++);
    }
  }

 private:
  static void copy(const Tensor<T>& from, Index id, View<T> to, Index at) {
    const Index rows = from.shape()[1];
    for (Index row = 0; row < rows; ++row)
      std::ranges::copy(from.view().row(id * rows + row), to.row(at * rows + row).begin());
  }
  Tensor<T> inputs_, outputs_;
};

}  // namespace mercer::test
