// Normalised fields: mean and deviation of what comes out, the way back, and its adjoint.
#include "nn/batches.hpp"
#include "support/failure.hpp"
#include <mercer/nn/normaliser.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

std::vector<Index> first(Index count) {
  std::vector<Index> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), Index{0});
  return ids;
}

struct Pair {
  Tensor<double> inputs, outputs;
};

Pair read_all(const Batches<double>& batches, const std::vector<Index>& ids) {
  const auto count = static_cast<Index>(ids.size());
  Pair read{Tensor<double>(batch_shape(count, batches.shapes().inputs)),
            Tensor<double>(batch_shape(count, batches.shapes().outputs))};
  batches.read(ids, read.inputs.view(), read.outputs.view());
  return read;
}

struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double square = 0;
  for (const double value : values) square += (value - mean) * (value - mean);
  return {mean, std::sqrt(square / (count - 1))};
}

std::vector<double> all_values(const Tensor<double>& fields) {
  std::vector<double> values;
  for (Index row = 0; row < fields.view().rows(); ++row)
    values.insert(values.end(), fields.view().row(row).begin(), fields.view().row(row).end());
  return values;
}

std::vector<double> values_at(const Tensor<double>& fields, Index j, Index i) {
  std::vector<double> values;
  for (Index sample = 0; sample < fields.shape()[0]; ++sample) values.push_back(fields(sample, j, 0, i));
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(normaliser)

BOOST_AUTO_TEST_CASE(channels_and_pixels_get_mean_zero_and_deviation_one) {
  const Comm comm;
  const SamplesOfParabola<double> batches(9, 3, 5);
  const std::vector<Index> ids = first(9);
  const auto fitted = fit_normalisers(comm, batches, ids, Normalisation::channel, Normalisation::pixel);
  const Pair plain = read_all(batches, ids);
  Pair coded = read_all(batches, ids);
  fitted.inputs.encode(coded.inputs.view());
  fitted.outputs.encode(coded.outputs.view());
  for (const Moments& found : {moments(all_values(coded.inputs)), moments(values_at(coded.outputs, 2, 4))}) {
    BOOST_TEST(std::abs(found.mean) < 1e-14);
    BOOST_TEST(found.deviation == 1, boost::test_tools::tolerance(1e-4));
  }
  fitted.outputs.decode(coded.outputs.view());
  BOOST_TEST(difference<double>(coded.outputs.view(), plain.outputs.view()) < 1e-14);
}

BOOST_AUTO_TEST_CASE(only_the_samples_named_count) {
  const Comm comm;
  const SamplesOfParabola<double> plain(8, 2, 4), wild(8, 2, 4, 1e6);
  const std::vector<Index> ids{3, 5, 7, 1};
  auto a = fit_normalisers(comm, plain, ids, Normalisation::channel, Normalisation::scale);
  auto b = fit_normalisers(comm, wild, ids, Normalisation::channel, Normalisation::scale);
  BOOST_TEST(a.inputs.scale()(0, 0, 0) == b.inputs.scale()(0, 0, 0));
  BOOST_TEST(a.outputs.shift()(0, 0, 0) == 0);
}

BOOST_AUTO_TEST_CASE(the_numbers_are_those_of_one_rank_to_rounding) {
  const Comm comm, self = Comm::self();
  const SamplesOfParabola<double> batches(7, 3, 4);
  const std::vector<Index> ids = first(7);
  auto shared = fit_normalisers(comm, batches, ids, Normalisation::pixel, Normalisation::channel);
  auto alone = fit_normalisers(self, batches, ids, Normalisation::pixel, Normalisation::channel);
  BOOST_TEST(difference<double>(shared.inputs.scale(), alone.inputs.scale()) < 1e-14);
  BOOST_TEST(difference<double>(shared.inputs.shift(), alone.inputs.shift()) < 1e-14);
  BOOST_TEST(difference<double>(shared.outputs.shift(), alone.outputs.shift()) < 1e-14);
}

BOOST_AUTO_TEST_CASE(the_adjoint_of_decoding_is_its_slope) {
  const Comm comm;
  const SamplesOfParabola<double> batches(6, 2, 3);
  const auto fitted = fit_normalisers(comm, batches, first(6), Normalisation::none, Normalisation::pixel);
  const Shape shape{2, 2, 1, 3};
  const Tensor<double> x = random_fields<double>(shape, 1), g = random_fields<double>(shape, 2);
  Tensor<double> decoded = random_fields<double>(shape, 1), origin(shape), adjoint = random_fields<double>(shape, 2);
  fitted.outputs.decode(decoded.view());
  fitted.outputs.decode(origin.view());
  fitted.outputs.decode_adjoint(adjoint.view());
  double left = 0, right = 0;
  for (Index row = 0; row < x.view().rows(); ++row)
    for (std::size_t i = 0; i < 3; ++i) {
      left += (decoded.view().row(row)[i] - origin.view().row(row)[i]) * g.view().row(row)[i];
      right += x.view().row(row)[i] * adjoint.view().row(row)[i];
    }
  BOOST_TEST(left == right, boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(no_samples_are_refused) {
  const Comm comm;
  const SamplesOfParabola<double> batches(2, 2, 2);
  BOOST_CHECK_EXCEPTION(fit_normalisers(comm, batches, {}, Normalisation::pixel, Normalisation::pixel), Error,
                        failure(Fault::internal, "no samples"));
}

BOOST_AUTO_TEST_SUITE_END()
