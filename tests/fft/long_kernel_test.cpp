// Learnt kernels against those of the authors, and their adjoints against inner products.
#include "fft/sequences.hpp"
#include "support/failure.hpp"
#include <mercer/fft/long_kernel.hpp>
#include <mercer/parallel/comm.hpp>

#include <boost/test/unit_test.hpp>
#include <functional>

using namespace mercer;
using namespace mercer::test;
using Rows1 = std::span<const double>;

namespace {

/// A smoothing and its adjoint, by rows.
using RowMap = std::function<void(Rows1, std::span<double>)>;

/// The kernel and the gradient of its raw values, smoothed and squashed.
void check_free_kernel(const InputFile& file, const std::string& group, const RowMap& smoothing, const RowMap& adjoint,
                       double tolerance = 1e-12) {
  const double threshold = file.number_attribute(group, "lam").front();
  const Tensor<double> raw = read(file, group + "/param/kernel"), g = read(file, group + "/cotangent");
  Tensor<double> kernel(raw.shape(), Rows::dense), gradient(raw.shape(), Rows::dense), smoothed({raw.shape().back()}),
      slope({raw.shape().back()});
  for (Index row = 0; row < raw.view().rows(); ++row) {
    smoothing(raw.view().row(row), smoothed.span());
    squash<double>(Rows1(smoothed.span()), threshold, kernel.view().row(row));
    squash_adjoint<double>(Rows1(smoothed.span()), threshold, g.view().row(row), slope.span());
    adjoint(Rows1(slope.span()), gradient.view().row(row));
  }
  BOOST_TEST(relative_error(kernel, read(file, group + "/K")) < tolerance, group);
  BOOST_TEST(relative_error(gradient, read(file, group + "/grad/kernel")) < tolerance, group);
}

/// The kernels of one direction of a group, divided by their norms over all scales.
void check_multiscale(const InputFile& file, const std::string& group, Multiscale shape, bool is_reversed,
                      Index length) {
  const Tensor<double> norms = read(file, group + "/buffer/kernel_norm"), expected = read(file, group + "/kernel");
  const Index direction = is_reversed ? 1 : 0;
  std::vector<Tensor<double>> lists;
  for (int scale = 0; scale < shape.scales; ++scale)
    lists.push_back(read(file, fmt::format("{}/param/kernel_list.{}", group, scale)));
  shape.weights = lists.front().shape().back();
  for (Index channel = 0; channel < 4; ++channel) {
    Tensor<double> values({shape.scales, shape.weights}, Rows::dense), kernel({shape.size()}, Rows::dense);
    for (int scale = 0; scale < shape.scales; ++scale)
      std::copy_n(&lists[static_cast<std::size_t>(scale)](direction, channel, 0), shape.weights, &values(scale, 0));
    shape.apply<double>(std::as_const(values).view(), kernel.span());
    const double norm = std::sqrt(dot(kernel.span(), kernel.span()));
    BOOST_TEST(std::abs(norm - norms(direction, channel, 0)) < 1e-12 * norm, group);
    double worst = 0;
    for (Index l = 0; l < length; ++l) {
      const double ours = l < shape.size() ? kernel(l) / norm : 0;
      worst = std::max(worst, std::abs(ours - expected(0, channel, is_reversed ? 2 * length - 1 - l : l)));
    }
    BOOST_TEST(worst < 1e-13, group << " channel " << channel);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(long_kernel)

BOOST_AUTO_TEST_CASE(free_kernels_and_their_gradients_are_those_of_the_authors) {
  const Comm comm;
  const InputFile file = sequences(comm, "longconv.h5");
  const auto over = [](Index window) {
    return [window](Rows1 from, std::span<double> to) { smooth<double>(from, window, to); };
  };
  for (const char* group : {"kernel/squash", "kernel/squash_bidir", "kernel/double_exp"})
    check_free_kernel(file, group, over(1), over(1));
  check_free_kernel(file, "kernel/smooth_time", over(7), over(7));
  SpectralSmoothing<double> spectral(128);
  check_free_kernel(
      file, "kernel/smooth_freq", [&](Rows1 from, std::span<double> to) { spectral.apply(from, to); },
      [&](Rows1 from, std::span<double> to) { spectral.apply_adjoint(from, to); },
      1e-7);  // the authors' weights are in single precision
}

BOOST_AUTO_TEST_CASE(the_adjoint_of_spectral_smoothing_agrees_with_inner_products) {
  for (const Index size : {1, 2, 3, 7, 12, 101})
    for (const Index window : {1, 3, 7}) {
      const Tensor<double> k = random_tensor<double>({size}, 1), g = random_tensor<double>({size}, 2);
      Tensor<double> out({size}), gradient({size});
      SpectralSmoothing<double> smoothing(size, window);
      smoothing.apply(k.span(), out.span());
      smoothing.apply_adjoint(g.span(), gradient.span());
      BOOST_TEST(std::abs(dot(out.span(), g.span()) - dot(gradient.span(), k.span())) < 1e-13 * double(size * window),
                 "size " << size << ", window " << window);
    }
}

BOOST_AUTO_TEST_CASE(kernels_at_several_scales_are_those_of_the_authors) {
  using Arrangement = Multiscale::Arrangement;
  using Stretching = Multiscale::Stretching;
  const Comm comm;
  const InputFile file = sequences(comm, "sgconv.h5");
  const std::tuple<const char*, Arrangement, Stretching> kinds[]{
      {"cat_randn", Arrangement::side_by_side, Stretching::linear},
      {"cat_randn_nearest", Arrangement::side_by_side, Stretching::nearest},
      {"sum_randn", Arrangement::added, Stretching::linear}};
  for (const auto& [name, arrangement, stretching] : kinds)
    for (const auto& [length, scales] : {std::pair<Index, int>{256, 5}, {1000, 6}}) {
      const Multiscale shape{0, scales, 2, arrangement, stretching};
      check_multiscale(file, fmt::format("{}/bi0/L{}", name, length), shape, false, length);
      check_multiscale(file, fmt::format("{}/bi1/L{}", name, length), shape, false, length);
      check_multiscale(file, fmt::format("{}/bi1/L{}", name, length), shape, true, length);
    }
}

BOOST_AUTO_TEST_CASE(the_adjoint_of_scales_agrees_with_inner_products) {
  for (const auto arrangement : {Multiscale::Arrangement::side_by_side, Multiscale::Arrangement::added})
    for (const auto stretching : {Multiscale::Stretching::linear, Multiscale::Stretching::nearest})
      for (const int scales : {1, 2, 5}) {
        const Multiscale shape{3, scales, 1.5, arrangement, stretching};
        const Tensor<double> values = random_tensor<double>({scales, 3}, 1),
                             g = random_tensor<double>({shape.size()}, 2);
        Tensor<double> kernel({shape.size()}, Rows::dense), gradient({scales, 3}, Rows::dense);
        shape.apply<double>(values.view(), kernel.span());
        shape.apply_adjoint<double>(g.span(), gradient.view());
        BOOST_TEST(dot(kernel.span(), g.span()) == dot(gradient.span(), values.span()),
                   boost::test_tools::tolerance(1e-12));
      }
}

BOOST_AUTO_TEST_CASE(wrong_sizes_are_refused) {
  Tensor<double> a({8}, Rows::dense), b({7}, Rows::dense), values({2, 4}, Rows::dense);
  const Rows1 in = a.span();
  BOOST_CHECK_EXCEPTION(smooth<double>(in, 2, a.span()), Error, failure(Fault::internal, "odd number of entries"));
  BOOST_CHECK_EXCEPTION(smooth<double>(in, 3, b.span()), Error, failure(Fault::internal, "8 entries cannot become"));
  BOOST_CHECK_EXCEPTION(SpectralSmoothing<double>(0), Error, failure(Fault::internal, "at least one entry"));
  BOOST_CHECK_EXCEPTION(SpectralSmoothing<double>(8, 4), Error, failure(Fault::internal, "odd number of entries"));
  BOOST_CHECK_EXCEPTION(SpectralSmoothing<double>(8).apply(in, b.span()), Error,
                        failure(Fault::internal, "8 entries cannot become"));
  BOOST_CHECK_EXCEPTION(squash<double>(in, 1, b.span()), Error, failure(Fault::internal, "8 entries cannot become"));
  BOOST_CHECK_EXCEPTION(squash_adjoint<double>(in, 1, in, b.span()), Error,
                        failure(Fault::internal, "cannot become one of 7"));
  const Multiscale shape{4, 2};
  BOOST_CHECK_EXCEPTION(shape.apply<double>(std::as_const(values).view(), b.span()), Error,
                        failure(Fault::internal, "2 scales of 4 weights make a kernel of 8 entries"));
  BOOST_CHECK_EXCEPTION((Multiscale{4, 0}.apply<double>(std::as_const(values).view(), b.span())), Error,
                        failure(Fault::internal, "from 1 to 47 scales"));
}

BOOST_AUTO_TEST_SUITE_END()
