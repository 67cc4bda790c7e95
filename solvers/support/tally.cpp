#include <mercer/solvers/support/tally.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

constexpr double quantile = 1.959963984540054;  // of the normal distribution, for 95 %

}  // namespace

void Tally::add(double predicted, double deviation, double value) {
  if (std::isnan(predicted) || std::isnan(value)) return;
  const double error = predicted - value, step = value - mean;
  ++count;
  mean += step / count;
  squares += step * (value - mean);
  error_squares += error * error;
  largest = std::max(largest, std::abs(value));
  covered += std::abs(error) <= quantile * deviation;
}

void Tally::add(const Tally& other) {
  if (other.count == 0) return;
  const double step = other.mean - mean, all = count + other.count;
  squares += other.squares + step * step * count * other.count / all;
  mean += step * other.count / all;
  count = all;
  error_squares += other.error_squares;
  largest = std::max(largest, other.largest);
  covered += other.covered;
}

void record_errors(const std::string& path, bool is_scalar, std::span<const Tally> samples, std::size_t stride,
                   Record& record) {
  Tally whole;
  double squares = 0, count = 0;
  for (std::size_t i = 0; i < samples.size(); i += stride) {
    whole.add(samples[i]);
    if (!(samples[i].largest > 0)) continue;
    squares += samples[i].error_squares / samples[i].count / (samples[i].largest * samples[i].largest);
    ++count;
  }
  if (count > 0) record.set(path + ".rrmse", std::sqrt(squares / count));
  if (is_scalar && whole.largest > 0)
    record.set(path + ".rrmse_of_largest", std::sqrt(whole.error_squares / whole.count) / whole.largest);
  if (whole.squares > 0) record.set(path + ".q2", 1 - whole.error_squares / whole.squares);
  if (whole.count > 0) record.set(path + ".coverage95", whole.covered / whole.count);
}

}  // namespace mercer
