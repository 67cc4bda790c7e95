// Convolutions against plain sums, their adjoints and gradients against inner products, at all kinds of lengths.
#include "fft/sequences.hpp"
#include "support/failure.hpp"

#include <boost/test/unit_test.hpp>
#include <cfenv>
#include <cstring>

using namespace mercer;
using namespace mercer::test;
using Method = ConvolutionMethod;

namespace {

struct Case {
  Index length;
  Boundary boundary;
  KernelLengths taps;
  Method method;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << "length " << c.length << ", boundary " << static_cast<int>(c.boundary) << ", taps " << c.taps.forward
             << " + " << c.taps.reverse << ", method " << static_cast<int>(c.method);
}

/// One row through a plan, with memory of its own.
template <class T>
class OneRow {
 public:
  explicit OneRow(const Case& c)
      : plan(c.length, c.boundary, c.taps, c.method),
        K({plan.spectrum_size()}),
        gradient({plan.spectrum_size()}),
        workspace({plan.workspace_size()}),
        k(random_tensor<T>({c.taps.forward}, 1)),
        r(random_tensor<T>({c.taps.reverse}, 2)),
        u(random_tensor<T>({c.length}, 3)),
        g(random_tensor<T>({c.length}, 4)),
        y({c.length}),
        grad_u({c.length}),
        grad_k({c.taps.forward}),
        grad_r({c.taps.reverse}) {}

  void run(T skip) {
    plan.kernel_spectrum(k.span(), r.span(), K.span(), workspace.span());
    plan.apply(K.span(), u.span(), skip, y.span(), workspace.span());
    plan.backward(K.span(), u.span(), g.span(), skip, grad_u.span(), gradient.span(), workspace.span());
    plan.kernel_gradient(gradient.span(), grad_k.span(), grad_r.span(), workspace.span());
  }

  ConvolutionPlan<T> plan;
  Tensor<T> K, gradient, workspace, k, r, u, g, y, grad_u, grad_k, grad_r;
};

/// The definition, in double precision.
template <class T>
Tensor<double> plain(const Case& c, const OneRow<T>& row, double skip) {
  Tensor<double> y({c.length});
  const auto at = [&](Index t) -> double {
    if (c.boundary == Boundary::periodic) return row.u((t % c.length + c.length) % c.length);
    return t < 0 || t >= c.length ? 0 : row.u(t);
  };
  for (Index t = 0; t < c.length; ++t) {
    const bool wraps = c.boundary == Boundary::periodic;
    double sum = skip * at(t);
    for (Index j = 0; j < (wraps ? c.taps.forward : std::min(c.taps.forward, t + 1)); ++j) sum += row.k(j) * at(t - j);
    for (Index j = 0; j < std::min(c.taps.reverse, c.length - 1 - t); ++j) sum += row.r(j) * at(t + 1 + j);
    y(t) = sum;
  }
  return y;
}

template <class T>
double forward_error(const Case& c) {
  OneRow<T> row(c);
  row.run(T(0.7));
  return relative_error(row.y, plain(c, row, T(0.7)));
}

double relative_gap(double a, double b, double scale) { return std::abs(a - b) / scale; }

/// <g, K u> in three ways: as it is, by the adjoint, and by the gradients of the kernels, in which it is linear.
double adjoint_gap(const Case& c) {
  OneRow<double> row(c);
  row.run(0);
  const double product = dot(row.g.span(), row.y.span());
  const double scale = std::sqrt(dot(row.g.span(), row.g.span()) * dot(row.y.span(), row.y.span())) + 1e-300;
  const double by_signal = dot(row.grad_u.span(), row.u.span());
  const double by_kernel = dot(row.grad_k.span(), row.k.span()) + dot(row.grad_r.span(), row.r.span());
  return std::max(relative_gap(product, by_signal, scale), relative_gap(product, by_kernel, scale));
}

std::vector<Case> cases(Index length) {
  std::vector<Case> list;
  for (const Method method : {Method::automatic, Method::direct, Method::ring, Method::blocks})
    for (const Index taps : {Index{1}, Index{3}, length / 5 + 1, length, length + length / 2 + 1}) {
      list.push_back({length, Boundary::causal, {taps}, method});
      list.push_back({length, Boundary::periodic, {taps}, method});
      list.push_back({length, Boundary::two_sided, {taps, taps / 2}, method});
      list.push_back({length, Boundary::two_sided, {taps / 2 + 1, taps + 1}, method});
    }
  return list;
}

std::vector<Index> lengths() {
  std::vector<Index> list;
  for (Index length = 1; length <= 70; ++length) list.push_back(length);
  for (const Index length : {127, 128, 240, 255, 256, 257, 384, 509, 640, 768, 960, 1021, 1024, 1536})
    list.push_back(length);
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(convolution)

BOOST_AUTO_TEST_CASE(every_method_gives_the_plain_sum_at_every_length_and_boundary) {
  for (const Index length : lengths())
    for (const Case& c : cases(length)) {
      if (length > 300 && c.taps.forward > length) continue;
      BOOST_TEST(forward_error<double>(c) < 1e-13, c);
      BOOST_TEST(forward_error<float>(c) < 2e-6, c);
    }
}

BOOST_AUTO_TEST_CASE(adjoints_and_gradients_agree_with_inner_products) {
  for (const Index length : lengths())
    for (const Case& c : cases(length)) BOOST_TEST(adjoint_gap(c) < 1e-13, c);
}

BOOST_AUTO_TEST_CASE(short_kernels_on_long_rows_give_the_plain_sum) {
  const std::pair<Index, Index> sizes[]{{8191, 2}, {8191, 100}, {49152, 60}, {100000, 37}};
  for (const auto& [length, taps] : sizes)
    for (const Boundary boundary : {Boundary::causal, Boundary::two_sided, Boundary::periodic})
      for (const Method method : {Method::automatic, Method::ring, Method::blocks}) {
        const Case c{length, boundary, {taps, boundary == Boundary::two_sided ? taps / 2 : 0}, method};
        BOOST_TEST(adjoint_gap(c) < 1e-13, c);
        if (length < 100000 || method == Method::blocks) BOOST_TEST(forward_error<double>(c) < 1e-13, c);
      }
}

BOOST_AUTO_TEST_CASE(long_kernels_on_long_rows_give_the_same_in_one_ring_and_in_blocks) {
  for (const Index length : {6007, 100000}) {
    OneRow<double> ring({length, Boundary::two_sided, {length / 3, length / 4}, Method::ring});
    OneRow<double> blocks({length, Boundary::two_sided, {length / 3, length / 4}, Method::blocks});
    for (OneRow<double>* row : {&ring, &blocks}) row->run(0.3);
    BOOST_TEST(relative_error(blocks.y, ring.y) < 1e-12);
    BOOST_TEST(relative_error(blocks.grad_u, ring.grad_u) < 1e-12);
    BOOST_TEST(relative_error(blocks.grad_k, ring.grad_k) < 1e-12);
    BOOST_TEST(relative_error(blocks.grad_r, ring.grad_r) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(rings_hold_at_most_a_quarter_more_than_asked) {
  const Simd level = simd_level();
  const Index lanes = Ring<float>(1).lanes();
  for (Index length = 60 * lanes; length < 20000; length += 7) {
    const Index size = Ring<float>::fitting_size(length, level);
    BOOST_TEST(size >= length);
    BOOST_TEST(4 * (size - lanes + 1) <= 5 * length, length << " in " << size);
    BOOST_TEST(Ring<float>(length).size() == size);
  }
}

BOOST_AUTO_TEST_CASE(the_future_has_no_influence_on_a_causal_row) {
  const Case c{1000, Boundary::causal, {1000}, Method::ring};
  OneRow<double> row(c);
  row.run(0);
  const Tensor<double> before = plain(c, row, 0);
  for (Index t = 500; t < 1000; ++t) row.u(t) = 1;
  row.run(0);
  for (Index t = 0; t < 500; ++t) BOOST_TEST(std::abs(row.y(t) - before(t)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(an_impulse_as_kernel_gives_the_row_back) {
  for (const Method method : {Method::direct, Method::ring, Method::blocks}) {
    OneRow<double> row({777, Boundary::two_sided, {5, 4}, method});
    for (double& tap : row.k.span()) tap = 0;
    for (double& tap : row.r.span()) tap = 0;
    row.k(0) = 1;
    row.run(0);
    BOOST_TEST(relative_error(row.y, row.u) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(the_separate_gradient_is_that_of_the_backward_pass) {
  for (const Case& c : cases(300)) {
    OneRow<double> row(c);
    row.run(0.5);
    Tensor<double> gradient({row.plan.spectrum_size()}), grad_k({c.taps.forward}), grad_r({c.taps.reverse}),
        grad_u({c.length});
    row.plan.add_kernel_gradient(row.u.span(), row.g.span(), gradient.span(), row.workspace.span());
    row.plan.kernel_gradient(gradient.span(), grad_k.span(), grad_r.span(), row.workspace.span());
    row.plan.apply_adjoint(row.K.span(), row.g.span(), 0.5, grad_u.span(), row.workspace.span());
    BOOST_TEST(relative_error(grad_k, row.grad_k) < 1e-14, c);
    BOOST_TEST(relative_error(grad_r, row.grad_r) < 1e-14, c);
    BOOST_TEST(relative_error(grad_u, row.grad_u) < 1e-14, c);
  }
}

BOOST_AUTO_TEST_CASE(rows_need_no_alignment) {
  for (const Method method : {Method::direct, Method::ring, Method::blocks}) {
    OneRow<float> row({1003, Boundary::two_sided, {40, 30}, method});
    row.run(0.5f);
    const auto moved = [](std::span<const float> values, std::vector<float>& memory) {
      memory.assign(values.size() + 1, 0);
      std::copy(values.begin(), values.end(), memory.begin() + 1);
      return std::span(memory).subspan(1);
    };
    std::vector<float> K, u, y, workspace;
    const auto out = moved(row.y.span(), y);
    row.plan.apply(moved(row.K.span(), K), moved(row.u.span(), u), 0.5f, out, moved(row.workspace.span(), workspace));
    BOOST_TEST(std::equal(out.begin(), out.end(), row.y.data()));
  }
}

BOOST_AUTO_TEST_CASE(rows_of_a_batch_have_the_bits_of_rows_alone) {
  const Index batch = 3, channels = 5, length = 613;
  const ConvolutionPlan<float> plan(length, Boundary::two_sided, {length, 100});
  ConvolutionMemory<float> memory(plan);
  const auto k = random_tensor<float>({channels, length}, 1), r = random_tensor<float>({channels, 100}, 2);
  const auto skip = random_tensor<float>({channels}, 3), u = random_tensor<float>({batch, channels, length}, 4);
  Tensor<float> y({batch, channels, length}), alone({1, 1, length}, Rows::dense);
  convolve<float>(plan, {k.view(), r.view(), skip.view()}, u.view(), y.view(), memory);
  for (Index b = 0; b < batch; ++b)
    for (Index c = 0; c < channels; ++c) {
      const auto one = [&](const Tensor<float>& all, Index size) { return View<const float>(&all(c, 0), {1, size}); };
      convolve<float>(plan, {one(k, length), one(r, 100), View<const float>(&skip(c), {1})},
                      View<const float>(&u(b, c, 0), {1, 1, length}), alone.view(), memory);
      BOOST_TEST(std::memcmp(alone.data(), &y(b, c, 0), sizeof(float) * static_cast<std::size_t>(length)) == 0);
    }
}

BOOST_AUTO_TEST_CASE(gradients_of_a_batch_are_added_to_what_is_there) {
  const Index batch = 3, channels = 2, length = 100;
  const ConvolutionPlan<double> plan(length, Boundary::causal, {length}, Method::ring);
  ConvolutionMemory<double> memory(plan);
  const auto k = random_tensor<double>({channels, length}, 1), skip = random_tensor<double>({channels}, 3);
  const auto u = random_tensor<double>({batch, channels, length}, 4), g = random_tensor<double>(u.shape(), 5);
  Tensor<double> y(u.shape(), Rows::dense), grad_u(u.shape(), Rows::dense), grad_k(k.shape(), Rows::dense),
      grad_skip(skip.shape());
  convolve<double>(plan, {k.view(), {}, skip.view()}, u.view(), y.view(), memory);
  const ChannelKernels<double> gradients{grad_k.view(), {}, grad_skip.view()};
  convolve_backward<double>(plan, {k.view(), {}, skip.view()}, u.view(), g.view(), grad_u.view(), gradients, memory);
  const double product = dot(g.span(), y.span());
  BOOST_TEST(dot(grad_u.span(), u.span()) == product, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(dot(grad_k.span(), k.span()) + dot(grad_skip.span(), skip.span()) == product,
             boost::test_tools::tolerance(1e-12));
  convolve_backward<double>(plan, {k.view(), {}, skip.view()}, u.view(), g.view(), grad_u.view(), gradients, memory);
  BOOST_TEST(dot(grad_k.span(), k.span()) + dot(grad_skip.span(), skip.span()) == 2 * product,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(numbers_too_small_to_be_normal_count_as_zero_and_the_mode_of_the_caller_stays) {
  volatile float small = 1e-30f;
  for (const Method method : {Method::direct, Method::ring, Method::blocks}) {
    OneRow<float> row({2000, Boundary::causal, {2000}, method});
    for (Index j = 0; j < 2000; ++j) row.k(j) = std::exp(-0.0465f * static_cast<float>(j));  // to 1e-40
    const Case c{2000, Boundary::causal, {2000}, method};
    row.run(0);
    BOOST_TEST(relative_error(row.y, plain(c, row, 0)) < 2e-6);
    BOOST_TEST(small * 1e-10f != 0.0f);
    std::fill_n(row.k.data(), 2000, small * 1e-10f);
    row.run(0);
    for (const float value : row.y.span()) BOOST_TEST(value == 0.0f);
  }
}

BOOST_AUTO_TEST_CASE(the_method_follows_the_length_of_the_kernel) {
  const auto method = [](Index length, Index taps) {
    return ConvolutionPlan<float>(length, Boundary::causal, {taps}).method();
  };
  BOOST_TEST((method(100000, 8) == Method::direct));
  BOOST_TEST((method(20, 20) == Method::direct));
  BOOST_TEST((method(4096, 4096) == Method::ring));
  BOOST_TEST((method(1000000, 300) == Method::blocks));
}

BOOST_AUTO_TEST_CASE(wrong_sizes_are_refused) {
  using Plan = ConvolutionPlan<float>;
  BOOST_CHECK_EXCEPTION(Plan(0), Error, failure(Fault::internal, "at least one number, not 0"));
  BOOST_CHECK_EXCEPTION(Plan(5, Boundary::causal, {0}), Error, failure(Fault::internal, "one forward tap"));
  BOOST_CHECK_EXCEPTION(Plan(5, Boundary::periodic, {5, 1}), Error, failure(Fault::internal, "only two-sided"));
  BOOST_CHECK_EXCEPTION(Ring<float>(0), Error, failure(Fault::internal, "at least one coefficient"));
  OneRow<float> row({64, Boundary::causal, {64}, Method::ring});
  const auto apply = [&](std::span<const float> u, std::span<float> y, std::span<float> workspace) {
    row.plan.apply(row.K.span(), u, 0, y, workspace);
  };
  BOOST_CHECK_EXCEPTION(apply(row.u.span().first(63), row.y.span(), row.workspace.span()), Error,
                        failure(Fault::internal, "needs 64 numbers in each row, not 63"));
  BOOST_CHECK_EXCEPTION(apply(row.y.span(), row.y.span(), row.workspace.span()), Error,
                        failure(Fault::internal, "write over its input"));
  BOOST_CHECK_EXCEPTION(apply(row.u.span(), row.y.span(), row.workspace.span().first(1)), Error,
                        failure(Fault::internal, "in its workspace, not 1"));
  BOOST_CHECK_EXCEPTION(row.plan.kernel_spectrum(row.k.span().first(2), {}, row.K.span(), row.workspace.span()), Error,
                        failure(Fault::internal, "needs 64 numbers in a kernel"));
  ConvolutionMemory<float> memory(row.plan);
  Tensor<float> u({2, 3, 64}), y({2, 3, 64}), k({2, 64});
  BOOST_CHECK_EXCEPTION((convolve<float>(row.plan, {k.view(), {}, {}}, u.view(), y.view(), memory)), Error,
                        failure(Fault::internal, "kernels of a convolution"));
  BOOST_CHECK_EXCEPTION((convolve<float>(row.plan, {k.view(), {}, {}}, k.view(), y.view(), memory)), Error,
                        failure(Fault::internal, "[batch, channels, length]"));
}

BOOST_AUTO_TEST_SUITE_END()
