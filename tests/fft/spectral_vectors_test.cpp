// Convolutions in the spectrum, made of truncated transforms, against the vectors of their authors.
#include "fft/sequences.hpp"
#include <mercer/fft/truncated_transform.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;
using Complex = std::complex<double>;

namespace {

/// A convolution with complex weights [in, out, modes..., 2].
class Convolution {
 public:
  explicit Convolution(const InputFile& file, const std::string& name, TruncatedMethod method)
      : x(read(file, name + "/x")),
        y(read(file, name + "/y")),
        gx(read(file, name + "/gx")),
        gy(read(file, name + "/gy")),
        weight_(read(file, name + "/weight")),
        bias_(read(file, name + "/bias")),
        modes_(weight_.shape().span().subspan(2, static_cast<std::size_t>(x.shape().dimensions() - 2))),
        transform_(Shape(x.shape().span().subspan(2)), modes_, method) {}

  Tensor<double> output() {
    Tensor<Complex> from = spectra(x), to = spectra(y);
    transform_.forward(std::as_const(x).view(), from.view());
    each_weight([&](Index i, Index o, Index k, Complex w) { to.data()[o + k] += from.data()[i + k] * w; });
    Tensor<double> result(y.shape(), Rows::dense);
    transform_.inverse(std::as_const(to).view(), result.view());
    const Index points = transform_.shape().count();
    for (Index n = 0; n < result.count(); ++n) result.data()[n] += bias_.data()[n / points];
    return result;
  }
  Tensor<double> gradient() {
    Tensor<Complex> from = spectra(y), to = spectra(x);
    transform_.inverse_adjoint(std::as_const(gy).view(), from.view());
    each_weight([&](Index i, Index o, Index k, Complex w) { to.data()[i + k] += from.data()[o + k] * std::conj(w); });
    Tensor<double> result(x.shape(), Rows::dense);
    transform_.forward_adjoint(std::as_const(to).view(), result.view());
    return result;
  }

  Tensor<double> x, y, gx, gy;

 private:
  Tensor<Complex> spectra(const Tensor<double>& fields) const {
    std::vector<Index> sizes{1, fields.shape()[1]};
    sizes.insert(sizes.end(), modes_.span().begin(), modes_.span().end());
    return Tensor<Complex>(Shape(sizes), Rows::dense);
  }
  /// Calls work(where the modes of an input begin, where those of an output do, mode, weight).
  template <class Work>
  void each_weight(const Work& work) const {
    const Index count = modes_.count(), outputs = weight_.shape()[1];
    for (Index pair = 0; pair < weight_.shape()[0] * outputs; ++pair)
      for (Index k = 0; k < count; ++k) {
        const double* w = weight_.data() + 2 * (pair * count + k);
        work(pair / outputs * count, pair % outputs * count, k, {w[0], w[1]});
      }
  }

  Tensor<double> weight_, bias_;
  Shape modes_;
  TruncatedTransform<double> transform_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(spectral_convolutions_are_those_of_their_authors) {
  const Comm comm;
  const InputFile file(comm, setting("MERCER_SOURCE") + "/tests/data/operators/spectral_convolution.h5");
  for (const char* name : {"odd", "all_modes", "row", "cube"})
    for (const TruncatedMethod method : {TruncatedMethod::waves, TruncatedMethod::full}) {
      Convolution convolution(file, name, method);
      BOOST_TEST(relative_error(convolution.output(), convolution.y) < 1e-13, name);
      BOOST_TEST(relative_error(convolution.gradient(), convolution.gx) < 1e-13, name);
    }
}
