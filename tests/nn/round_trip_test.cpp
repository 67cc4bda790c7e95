// Samples there and back one after the other, against whole batches forwards and then backwards.
#include "nn/batches.hpp"
#include "support/failure.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/program_layer.hpp>
#include <mercer/nn/round_trip.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::test;

namespace {

MgnoOptions network(CycleNorm norm, Outside boundary) {
  return {.layers = 2,
          .cycle = {.levels = uniform_levels(4, 5, {1, 1, 2}, {1, 1}),
                    .boundary = boundary,
                    .bias = Bias::learned,
                    .restriction = Restriction::residual,
                    .norm = norm},
          .norm = norm};
}

/// Slopes as a loss that is not linear has them.
template <class T>
void judge(View<const T> y, View<T> gy, const Range& samples) {
  for (Index s = samples.begin; s < samples.end; ++s)
    for (Index j = 0; j < y.shape()[1]; ++j)
      for (Index i = 0; i < y.shape()[3]; ++i) gy(s, j, 0, i) = std::sin(y(s, j, 0, i)) + T(s);
}

template <class T>
struct Results {
  Tensor<T> y, gx;
  std::vector<T> gradient;

  bool operator==(const Results& other) const {
    const auto same = [](const Tensor<T>& a, const Tensor<T>& b) {
      for (Index row = 0; row < a.view().rows(); ++row)
        if (!std::ranges::equal(a.view().row(row), b.view().row(row))) return false;
      return true;
    };
    return same(y, other.y) && same(gx, other.gx) && gradient == other.gradient;
  }
};

/// A network on the rows of this rank.
template <class T>
class Network {
 public:
  Network(const MgnoOptions& options, const BatchShape& whole, const Space& space)
      : whole_(whole), space_(space), layer_(mgno<T>(parameters_, "", whole.rows, whole.columns, options)) {
    layer_->initialise(parameters_.raw(), 4);
    const Tensor<T> all = random_fields<T>(whole.shape(), 8);
    const Range own = space.own(whole.rows);
    x_ = Tensor<T>({whole.samples, own.count(), whole.channels, whole.columns});
    for (Index s = 0; s < whole.samples; ++s)
      for (Index y = 0; y < own.count(); ++y)
        for (Index i = 0; i < whole.columns; ++i) x_(s, y, 0, i) = all(s, own.begin + y, 0, i);
  }

  Results<T> at_once() {
    Results<T> results = empty();
    Tensor<T> gy(x_.shape());
    const auto tape = make_tape(Purpose::training, whole_.samples);
    layer_->forward(raw(), std::as_const(x_).view(), results.y.view(), *tape);
    judge<T>(std::as_const(results.y).view(), gy.view(), {0, whole_.samples});
    layer_->backward(raw(), std::as_const(gy).view(), results.gx.view(), results.gradient, *tape);
    return results;
  }

  /// With a tape for more samples than there are.
  Results<T> streamed() {
    Results<T> results = empty();
    Tensor<T> gy(x_.shape());
    Index done = 0;
    const auto judge_next = [&](const Range& samples) {
      BOOST_TEST(samples.begin == done);
      BOOST_TEST(samples.count() == 1);
      judge<T>(std::as_const(results.y).view(), gy.view(), samples);
      done = samples.end;
    };
    const auto tape = make_tape(purpose_of_learning(*layer_), whole_.samples + 2);
    learn<T>(*layer_, raw(),
             {.x = std::as_const(x_).view(),
              .y = results.y.view(),
              .gy = std::as_const(gy).view(),
              .gx = results.gx.view(),
              .judge = judge_next},
             results.gradient, *tape);
    BOOST_TEST(done == whole_.samples);
    return results;
  }

 private:
  std::span<const T> raw() const { return std::as_const(parameters_).raw(); }
  Results<T> empty() const {
    return {Tensor<T>(x_.shape()), Tensor<T>(x_.shape()),
            std::vector<T>(static_cast<std::size_t>(parameters_.count()), T(0.25))};
  }
  std::unique_ptr<Tape> make_tape(Purpose purpose, Index samples) const {
    BatchShape whole = whole_;
    whole.samples = samples;
    if (!space_.is_divided()) return layer_->make_tape(whole, purpose);
    return dynamic_cast<const SpaceLayer<T>&>(*layer_).make_slab_tape(whole, purpose, space_);
  }

  BatchShape whole_;
  Space space_;
  ParameterVector<T> parameters_;
  std::unique_ptr<Layer<T>> layer_;
  Tensor<T> x_;
};

template <class T>
void check_same_bits(const Space& space) {
  for (const CycleNorm norm : {CycleNorm::none, CycleNorm::sample})
    for (const Outside boundary : {Outside::zeros, Outside::circular, Outside::reflect, Outside::replicate}) {
      Network<T> network(::network(norm, boundary), {3, 20, 1, 17}, space);
      BOOST_TEST((network.streamed() == network.at_once()),
                 "norm " << static_cast<int>(norm) << ", boundary " << static_cast<int>(boundary));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(round_trip)

BOOST_AUTO_TEST_CASE(samples_one_by_one_have_the_bits_of_batches) {
  check_same_bits<float>({});
  check_same_bits<double>({});
}

BOOST_AUTO_TEST_CASE(samples_whose_rows_are_divided_have_the_bits_of_batches) {
  const Comm comm;
  check_same_bits<float>({&comm, 3});
  check_same_bits<double>({&comm, 3});
}

BOOST_AUTO_TEST_CASE(a_tape_serves_its_purpose_only) {
  ParameterVector<float> parameters;
  const auto layer = mgno<float>(parameters, "", 16, 16, network(CycleNorm::none, Outside::zeros));
  const BatchShape shape{2, 16, 1, 16};
  const Tensor<float> x(shape.shape());
  Tensor<float> y(shape.shape());
  const RoundTrip<float> trip{.x = x.view(), .y = y.view(), .gy = x.view(), .judge = [](const Range&) {}};
  const auto streaming = layer->make_tape(shape, Purpose::streaming),
             training = layer->make_tape(shape, Purpose::training);
  BOOST_CHECK_EXCEPTION(layer->forward(std::as_const(parameters).raw(), x.view(), y.view(), *streaming), Error,
                        failure(Fault::internal, "goes forwards by learn"));
  BOOST_CHECK_EXCEPTION(learn<float>(*layer, std::as_const(parameters).raw(), trip, parameters.gradient(), *training),
                        Error, failure(Fault::internal, "a tape of streaming"));
}

BOOST_AUTO_TEST_SUITE_END()
