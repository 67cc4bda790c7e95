// Adam and AdamW in PyTorch's order of operations.
#include <mercer/optim/adam.hpp>

#include <cmath>
#include <utility>

namespace mercer {

template <class T>
Adam<T>::Adam(Index size, const AdamOptions& options) : options_(options) {
  const auto check = [](bool ok, const char* option, const char* range, double value) {
    require(ok, Fault::config, "option {} must be {}, not {}", option, range, value);
  };
  const auto is_memory = [](double beta) { return beta >= 0 && beta < 1; };
  check(std::isfinite(options.learning_rate) && options.learning_rate >= 0, "learning_rate", "zero or more",
        options.learning_rate);
  check(is_memory(options.beta1), "beta1", "in [0, 1)", options.beta1);
  check(is_memory(options.beta2), "beta2", "in [0, 1)", options.beta2);
  check(std::isfinite(options.epsilon) && options.epsilon >= 0, "epsilon", "zero or more", options.epsilon);
  check(std::isfinite(options.weight_decay) && options.weight_decay >= 0, "weight_decay", "zero or more",
        options.weight_decay);
  state_.mean.resize(static_cast<std::size_t>(size));
  state_.square.resize(static_cast<std::size_t>(size));
}

template <class T>
void Adam<T>::step(std::span<T> point, std::span<const T> gradient, double learning_rate, double beta1) {
  const std::size_t size = state_.mean.size();
  require(point.size() == size && gradient.size() == size, Fault::internal,
          "Adam for {} numbers got a point of {} and a gradient of {}", size, point.size(), gradient.size());
  const double power = static_cast<double>(++state_.steps);
  const double correction1 = 1 - std::pow(beta1, power);
  const T root2 = static_cast<T>(std::sqrt(1 - std::pow(options_.beta2, power)));
  const T rate = static_cast<T>(-(learning_rate / correction1));
  const T fresh1 = static_cast<T>(1 - beta1), keep2 = static_cast<T>(options_.beta2);
  const T fresh2 = static_cast<T>(1 - options_.beta2), epsilon = static_cast<T>(options_.epsilon);
  const bool decoupled = options_.decay == Decay::decoupled;
  const T shrink = static_cast<T>(decoupled ? 1 - learning_rate * options_.weight_decay : 1);
  const T pull = static_cast<T>(decoupled ? 0 : options_.weight_decay);
  T* const x = point.data();
  T* const mean = state_.mean.data();
  T* const square = state_.square.data();
  const T* const slope = gradient.data();
#pragma omp simd
  for (std::size_t i = 0; i < size; ++i) {
    const T start = x[i] * shrink;
    const T g = slope[i] + pull * start;
    mean[i] += fresh1 * (g - mean[i]);
    square[i] = square[i] * keep2 + fresh2 * g * g;
    x[i] = start + rate * mean[i] / (std::sqrt(square[i]) / root2 + epsilon);
  }
}

template <class T>
void Adam<T>::restore(State state) {
  require(state.mean.size() == state_.mean.size() && state.square.size() == state_.square.size() && state.steps >= 0,
          Fault::data, "a stored state of Adam has {} and {} numbers instead of {}", state.mean.size(),
          state.square.size(), state_.mean.size());
  state_ = std::move(state);
}

template class Adam<float>;
template class Adam<double>;

}  // namespace mercer
