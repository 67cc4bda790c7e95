// Activations in single precision against those of the library of the compiler.
#include <mercer/nn/convolution_kernels.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

using namespace mercer;

namespace {

double distribution(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double slope(double z) { return distribution(z) + z * std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }

/// Largest errors of the activation, relative to 1 + |z|, and of its slope, from -30 to 30.
template <class T>
std::pair<double, double> errors() {
  constexpr std::size_t count = 6400;
  std::vector<T> z(count), one(count, 1), y(count), gz(count);
  for (std::size_t i = 0; i < count; ++i)
    z[i] = static_cast<T>(std::pow(static_cast<double>(i) / (count - 1) * 2 - 1, 3) * 30);
  const FieldKernels<T>& kernels = field_kernels<T>(simd_level());
  kernels.gelu(z.data(), count, y.data());
  kernels.gelu_adjoint(z.data(), one.data(), count, gz.data());
  std::pair<double, double> worst{0, 0};
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<double>(z[i]);
    worst.first =
        std::max(worst.first, std::abs(static_cast<double>(y[i]) - at * distribution(at)) / (1 + std::abs(at)));
    worst.second = std::max(worst.second, std::abs(static_cast<double>(gz[i]) - slope(at)));
  }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_CASE(activations_are_as_precise_as_their_numbers) {
  const auto [single_value, single_slope] = errors<float>();
  BOOST_TEST(single_value < 4e-7);
  BOOST_TEST(single_slope < 6e-7);
  const auto [double_value, double_slope] = errors<double>();
  BOOST_TEST(double_value < 4e-16);
  BOOST_TEST(double_slope < 1e-15);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_stays_so_in_activations) {
  const std::vector<float> z(16, NAN);
  std::vector<float> y(16, 0);
  field_kernels<float>(simd_level()).gelu(z.data(), 16, y.data());
  BOOST_TEST(std::isnan(y[3]));
}
