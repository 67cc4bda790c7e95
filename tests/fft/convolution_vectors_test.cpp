// Convolutions against the products and gradients that the authors' modules computed.
#include "fft/sequences.hpp"
#include <mercer/parallel/comm.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

template <class T>
struct Vectors {
  Tensor<T> u, k, r, skip, g;
  Tensor<double> y, grad_u, grad_k, grad_r, grad_skip;
};

template <class T>
Vectors<T> read_vectors(const InputFile& file, const std::string& group, bool has_reverse) {
  const auto at = [&](const char* name) { return group + "/" + name; };
  Vectors<T> v{read<T>(file, at("u")),   read<T>(file, at("k")),         {},
               read<T>(file, at("D")),   read<T>(file, at("cotangent")), read(file, at("y")),
               read(file, at("grad_u")), read(file, at("grad_k")),       {},
               read(file, at("grad_D"))};
  if (!has_reverse) return v;
  v.r = read<T>(file, at("k_reverse"));
  v.grad_r = read(file, at("grad_k_reverse"));
  return v;
}

template <class T>
void check_group(const InputFile& file, const std::string& group, Boundary boundary, ConvolutionMethod method,
                 double tolerance) {
  const bool has_reverse = boundary == Boundary::two_sided;
  const Vectors<T> v = read_vectors<T>(file, group, has_reverse);
  const Index length = v.u.shape().back();
  const ConvolutionPlan<T> plan(length, boundary, {length, has_reverse ? length : 0}, method);
  ConvolutionMemory<T> memory(plan);
  Tensor<T> y(v.u.shape(), Rows::dense), grad_u(v.u.shape(), Rows::dense), grad_k(v.k.shape(), Rows::dense),
      grad_skip(v.skip.shape(), Rows::dense), grad_r;
  if (has_reverse) grad_r = Tensor<T>(v.r.shape(), Rows::dense);
  const ChannelKernels<const T> kernels{v.k.view(), v.r.view(), v.skip.view()};
  convolve<T>(plan, kernels, v.u.view(), y.view(), memory);
  convolve_backward<T>(plan, kernels, v.u.view(), v.g.view(), grad_u.view(),
                       {grad_k.view(), grad_r.view(), grad_skip.view()}, memory);
  BOOST_TEST(relative_error(y, v.y) < tolerance, group);
  BOOST_TEST(relative_error(grad_u, v.grad_u) < tolerance, group);
  BOOST_TEST(relative_error(grad_k, v.grad_k) < tolerance, group);
  BOOST_TEST(relative_error(grad_skip, v.grad_skip) < tolerance, group);
  if (has_reverse) BOOST_TEST(relative_error(grad_r, v.grad_r) < tolerance, group);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(convolution)

BOOST_AUTO_TEST_CASE(products_and_gradients_are_those_of_the_authors) {
  const Comm comm;
  const InputFile file = sequences(comm, "convolution.h5");
  const std::pair<const char*, Boundary> kinds[]{
      {"causal", Boundary::causal}, {"bidirectional", Boundary::two_sided}, {"periodic", Boundary::periodic}};
  for (const auto& [kind, boundary] : kinds)
    for (const int length : {1, 2, 7, 16, 64, 100, 255, 1000, 4096}) {
      if (length == 4096 && boundary != Boundary::causal) continue;
      const std::string group = fmt::format("{}/L{}", kind, length);
      for (const auto method : {ConvolutionMethod::automatic, ConvolutionMethod::direct, ConvolutionMethod::ring}) {
        check_group<double>(file, group, boundary, method, 1e-12);
        check_group<float>(file, group, boundary, method, 2e-6);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
