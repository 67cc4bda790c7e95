// Adam and AdamW in PyTorch's order of operations, block by block.
#include <mercer/optim/adam.hpp>

#include <cmath>
#include <utility>

namespace mercer {

/// The factors of one step in the precision of the numbers.
template <class T>
struct Adam<T>::Rates {
  T fresh1, keep2, fresh2;     ///< of the moments
  T rate, root2, epsilon;      ///< x += rate * mean / (sqrt(square) / root2 + epsilon)
  double before, after, pull;  ///< of the weight decay, before the factor of a block
};

namespace {

template <class T>
T shrunk(double decay, double block) {
  return static_cast<T>(1 - decay * block);
}

}  // namespace

template <class T>
std::vector<AdamBlock> adam_blocks(ParameterVector<T>& parameters, DecayScope scope) {
  std::vector<AdamBlock> blocks;
  for (std::size_t block = 0; block < parameters.size(); ++block) {
    const Parameter<T> parameter = parameters[block];
    const int dimensions = parameter.shape().dimensions() - (parameter.numbers() == Numbers::complex ? 1 : 0);
    const bool decays = scope == DecayScope::all || dimensions > 1;
    blocks.push_back({parameter.count(), parameter.numbers(), decays ? 1.0 : 0.0});
  }
  return blocks;
}

template <class T>
Adam<T>::Adam(Index size, const AdamOptions& options, std::vector<AdamBlock> blocks)
    : options_(options), blocks_(std::move(blocks)) {
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
  if (blocks_.empty()) blocks_.push_back({size});
  Index covered = 0;
  for (const AdamBlock& block : blocks_) {
    require(block.numbers == Numbers::real || block.count % 2 == 0, Fault::internal,
            "a block of {} numbers is no list of complex ones", block.count);
    covered += block.count;
  }
  require(covered == size, Fault::internal, "the blocks of Adam hold {} numbers, not {}", covered, size);
  state_.mean.resize(static_cast<std::size_t>(size));
  state_.square.resize(static_cast<std::size_t>(size));
}

template <class T>
typename Adam<T>::Rates Adam<T>::rates(double learning_rate, double beta1) const {
  const double power = static_cast<double>(state_.steps);
  const double correction1 = 1 - std::pow(beta1, power), root2 = std::sqrt(1 - std::pow(options_.beta2, power));
  const bool corrected = options_.epsilon_in == Epsilon::corrected;
  const double decay = options_.weight_decay, decoupled = learning_rate * decay;
  return {.fresh1 = static_cast<T>(1 - beta1),
          .keep2 = static_cast<T>(options_.beta2),
          .fresh2 = static_cast<T>(1 - options_.beta2),
          .rate = static_cast<T>(-(learning_rate * (corrected ? 1 : root2) / correction1)),
          .root2 = static_cast<T>(corrected ? root2 : 1),
          .epsilon = static_cast<T>(options_.epsilon),
          .before = options_.decay == Decay::decoupled ? decoupled : 0,
          .after = options_.decay == Decay::after ? decoupled : 0,
          .pull = options_.decay == Decay::gradient ? decay : 0};
}

template <class T>
void Adam<T>::step(std::span<T> point, std::span<const T> gradient, double learning_rate, double beta1) {
  const std::size_t size = state_.mean.size();
  require(point.size() == size && gradient.size() == size, Fault::internal,
          "Adam for {} numbers got a point of {} and a gradient of {}", size, point.size(), gradient.size());
  ++state_.steps;
  const Rates r = rates(learning_rate, beta1);
  T* x = point.data();
  T* mean = state_.mean.data();
  T* square = state_.square.data();
  const T* slope = gradient.data();
  for (const AdamBlock& block : blocks_) {
    const T before = shrunk<T>(r.before, block.decay), after = shrunk<T>(r.after, block.decay);
    const T pull = static_cast<T>(r.pull * block.decay);
    const auto move = [&](Index i, T start, T g) {
      mean[i] += r.fresh1 * (g - mean[i]);
      x[i] = (start + r.rate * mean[i] / (std::sqrt(square[i]) / r.root2 + r.epsilon)) * after;
    };
    if (block.numbers == Numbers::real) {
#pragma omp simd
      for (Index i = 0; i < block.count; ++i) {
        const T start = x[i] * before, g = slope[i] + pull * start;
        square[i] = square[i] * r.keep2 + r.fresh2 * g * g;
        move(i, start, g);
      }
    } else {
      for (Index i = 0; i < block.count; i += 2) {
        const T real = x[i] * before, imaginary = x[i + 1] * before;
        const T g = slope[i] + pull * real, h = slope[i + 1] + pull * imaginary;
        square[i] = square[i + 1] = square[i] * r.keep2 + r.fresh2 * (g * g + h * h);
        move(i, real, g);
        move(i + 1, imaginary, h);
      }
    }
    x += block.count, mean += block.count, square += block.count, slope += block.count;
  }
}

template <class T>
void Adam<T>::restore(State state) {
  require(state.mean.size() == state_.mean.size() && state.square.size() == state_.square.size() && state.steps >= 0,
          Fault::data, "a stored state of Adam has {} and {} numbers instead of {}", state.mean.size(),
          state.square.size(), state_.mean.size());
  state_ = std::move(state);
}

template std::vector<AdamBlock> adam_blocks(ParameterVector<float>&, DecayScope);
template std::vector<AdamBlock> adam_blocks(ParameterVector<double>&, DecayScope);
template class Adam<float>;
template class Adam<double>;

}  // namespace mercer
