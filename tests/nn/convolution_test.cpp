// Convolutions of fields against their defining sums, and their transposes.
#include "nn/fields.hpp"

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

struct Case {
  ConvolutionShape shape;
  Index rows, columns;
};

std::string text(const Case& c) {
  return fmt::format("{} -> {} channels, kernel {}x{}, stride {}, padding {}, boundary {}, grid {}x{}", c.shape.inputs,
                     c.shape.outputs, c.shape.kernel_rows, c.shape.kernel_columns, c.shape.stride, c.shape.padding,
                     static_cast<int>(c.shape.boundary), c.rows, c.columns);
}

/// All kinds of kernels and boundaries on grids of one, few, odd and many columns, with few and many channels.
std::vector<Case> cases() {
  std::vector<Case> list;
  for (const auto& [rows, columns] : {std::pair<Index, Index>{1, 1}, {2, 3}, {5, 4}, {7, 37}, {4, 66}, {11, 9}})
    for (const Outside boundary : {Outside::zeros, Outside::circular, Outside::reflect, Outside::replicate})
      for (const int stride : {1, 2}) {
        if (boundary == Outside::reflect && rows == 1) continue;
        list.push_back({{5, 13, 3, 3, stride, 1, boundary}, rows, columns});
        list.push_back({{1, 3, 4, 3, stride, 1, boundary}, rows + 1, columns});
        list.push_back({{4, 6, 4, 4, stride, 1, boundary}, rows + 1, columns + 1});
        if (rows > 2) list.push_back({{6, 4, 5, 5, stride, 2, boundary}, rows, columns});
        list.push_back({{2, 1, 3, 4, stride, 1, boundary}, rows, columns + 1});
        if (rows > 2) list.push_back({{3, 7, 3, 3, stride, 2, boundary}, rows, columns});
        if (rows > 2) list.push_back({{3, 2, 4, 3, stride, 0, boundary}, rows, columns});
      }
  list.push_back({{25, 24, 1, 1, 1, 0, Outside::zeros}, 3, 21});
  list.push_back({{4, 3, 1, 1, 2, 0, Outside::zeros}, 3, 5});
  return list;
}

template <class T>
struct Run {
  explicit Run(const Case& c)
      : convolution(c.shape, c.rows, c.columns),
        scratch({convolution.scratch()}),
        weights(random_numbers<T>(c.shape.weights().count(), 3)),
        bias(random_numbers<T>(c.shape.outputs, 4)),
        x(random_batch<T>({2, c.rows, c.shape.inputs, c.columns}, 1)),
        gy(random_batch<T>({2, c.shape.output_rows(c.rows), c.shape.outputs, c.shape.output_columns(c.columns)}, 2)),
        y(gy.shape()),
        gx(x.shape()) {
    std::fill_n(scratch.data(), scratch.count(), static_cast<T>(NAN));
    convolution.prepare(weights.data(), bias.data());
    for (Index s = 0; s < 2; ++s)
      convolution.apply(FieldRows<const T>::of(view(x), s), {}, FieldRows<T>::of(y.view(), s), scratch.data());
    convolution.prepare_transpose(weights.data());
    for (Index s = 0; s < 2; ++s) {
      convolution.apply_transpose(FieldRows<const T>::of(view(gy), s), {}, FieldRows<T>::of(gx.view(), s),
                                  scratch.data());
      convolution.sum_gradient(FieldRows<const T>::of(view(x), s), FieldRows<const T>::of(view(gy), s), scratch.data());
    }
    weight_gradient.resize(weights.size());
    bias_gradient.resize(bias.size());
    convolution.add_gradient(1, weight_gradient.data(), bias_gradient.data());
  }
  static View<const T> view(const Tensor<T>& batch) { return batch.view(); }

  Convolution<T> convolution;
  Tensor<T> scratch;
  std::vector<T> weights, bias, weight_gradient, bias_gradient;
  Tensor<T> x, gy, y, gx;
};

template <class T>
void check(double accuracy) {
  for (const Case& c : cases()) {
    const Run<T> run(c);
    const auto x = numbers(run.x), gy = numbers(run.gy);
    std::vector<double> y(gy.size()), gx(x.size()), gw(run.weights.size()), gb(run.bias.size());
    const BatchShape shape = BatchShape::of(run.gy.shape());
    for (std::size_t i = 0; i < gy.size(); ++i) {
      const std::size_t o = i / static_cast<std::size_t>(shape.columns) % gb.size();
      y[i] = static_cast<double>(run.bias[o]);
      gb[o] += gy[i];
    }
    each_product(c.shape, BatchShape::of(run.x.shape()), shape, [&](Index to, Index from, Index number) {
      const auto i = static_cast<std::size_t>(to), j = static_cast<std::size_t>(from);
      const double weight = static_cast<double>(run.weights[static_cast<std::size_t>(number)]);
      y[i] += weight * x[j];
      gx[j] += weight * gy[i];
      gw[static_cast<std::size_t>(number)] += gy[i] * x[j];
    });
    check_small(distance(numbers(run.y), y), accuracy, text(c));
    check_small(distance(numbers(run.gx), gx), accuracy, text(c) + ", transposed");
    check_small(distance(run.weight_gradient, gw), accuracy, text(c) + ", gradient of weights");
    check_small(distance(run.bias_gradient, gb) * norm(gb), accuracy * norm(gy), text(c) + ", gradient of bias");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(convolutions_and_their_gradients_are_the_defining_sums_in_double_precision) {
  check<double>(1e-14);
}

BOOST_AUTO_TEST_CASE(convolutions_and_their_gradients_are_the_defining_sums_in_single_precision) { check<float>(2e-6); }

BOOST_AUTO_TEST_CASE(the_transpose_is_the_transpose_on_wide_grids) {
  const Run<double> run({{3, 4, 3, 3, 2, 1, Outside::replicate}, 3, 1301});
  const Index rows = run.convolution.shape().output_rows(3), columns = run.convolution.shape().output_columns(1301);
  double bias = 0;
  for (Index s = 0; s < 2; ++s)
    for (Index y = 0; y < rows; ++y)
      for (Index o = 0; o < 4; ++o)
        for (Index x = 0; x < columns; ++x) bias += run.bias[static_cast<std::size_t>(o)] * run.gy(s, y, o, x);
  const double forward = dot_of_batches(run.y, run.gy) - bias, backward = dot_of_batches(run.x, run.gx);
  BOOST_TEST(std::abs(forward - backward) <
             1e-13 * std::sqrt(dot_of_batches(run.y, run.y) * dot_of_batches(run.gy, run.gy)));
}

BOOST_AUTO_TEST_CASE(products_that_were_not_prepared_are_refused) {
  Convolution<float> convolution({1, 1}, 3, 3);
  const std::vector<float> weights(9, 1);
  Tensor<float> field({1, 3, 1, 3}), scratch({convolution.scratch()});
  const auto rows = FieldRows<float>::of(field.view(), 0);
  const auto asks_for = [](const char* words) {
    return [words](const Error& error) {
      return error.fault() == Fault::internal && std::string(error.what()).ends_with(words);
    };
  };
  BOOST_CHECK_EXCEPTION(convolution.start(rows, scratch.data()), Error, asks_for("call prepare"));
  convolution.prepare(weights.data());
  convolution.start(rows, scratch.data());
  BOOST_CHECK_EXCEPTION(convolution.apply_transpose(rows, {}, rows, scratch.data()), Error,
                        asks_for("call prepare_transpose"));
}

BOOST_AUTO_TEST_CASE(grids_too_small_for_a_kernel_are_refused) {
  const ConvolutionShape unpadded{1, 1, 3, 3, 2, 0}, mirrored{1, 1, 3, 3, 1, 1, Outside::reflect};
  const auto is_too_small = [](const Error& error) {
    return error.fault() == Fault::config && std::string(error.what()).find("use fewer levels") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(unpadded.output_rows(2), Error, is_too_small);
  BOOST_CHECK_EXCEPTION(mirrored.output_columns(1), Error, is_too_small);
}

BOOST_AUTO_TEST_CASE(strides_and_kernels_that_nobody_made_are_refused) {
  const auto is_internal = [](const char* words) {
    return [words](const Error& error) {
      return error.fault() == Fault::internal && std::string(error.what()).find(words) != std::string::npos;
    };
  };
  const auto make = [](const ConvolutionShape& shape) { Convolution<float>(shape, 20, 20); };
  BOOST_CHECK_EXCEPTION(make({.stride = 3}), Error, is_internal("stride 1 or 2, not 3"));
  BOOST_CHECK_EXCEPTION(make({.kernel_rows = 9, .kernel_columns = 9}), Error, is_internal("at most 64 weights"));
}
