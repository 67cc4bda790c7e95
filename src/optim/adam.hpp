// Adam and AdamW: steps scaled by running moments of the gradient.
#pragma once

#include <mercer/optim/parameter.hpp>

#include <span>
#include <vector>

namespace mercer {

enum class Decay {
  decoupled,  ///< AdamW, Loshchilov and Hutter (2019): points shrink by 1 - learning_rate * weight_decay before each
              ///< step
  after,      ///< decoupled, but applied after each step, as neuraloperator does
  gradient,   ///< the gradient of weight_decay |x|^2 / 2 is added to the gradient
};

/// What epsilon is added to.
enum class Epsilon {
  corrected,  ///< the root of the second moment after bias correction, as in PyTorch
  raw,        ///< the root before it, as in neuraloperator
};

/// The defaults are those of Kingma and Ba (2015).
struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;     ///< memory of the mean of the gradient
  double beta2 = 0.999;   ///< memory of the mean of its square
  double epsilon = 1e-8;  ///< added to the root of the latter
  double weight_decay = 0;
  Decay decay = Decay::decoupled;
  Epsilon epsilon_in = Epsilon::corrected;
};

/// Consecutive numbers that are treated alike.
struct AdamBlock {
  Index count = 0;
  Numbers numbers = Numbers::real;  ///< a complex number has one second moment, the mean of |gradient|^2
  double decay = 1;                 ///< factor of the weight decay
};

enum class DecayScope { all, arrays };  ///< all parameters, or those of two dimensions and more (no biases)

/// The blocks of a vector of parameters.
template <class T>
std::vector<AdamBlock> adam_blocks(ParameterVector<T>& parameters, DecayScope scope);

/// Kingma and Ba (2015), alg. 1, with the operations in the order of PyTorch's single-tensor Adam, so that its
/// trajectories are reproduced to rounding. Local and elementwise. Instantiated for float and double.
template <class T>
class Adam {
 public:
  /// Throws Fault::config where an option is out of its range. `blocks` follow one another and cover all numbers;
  /// without any, all are real and decay alike.
  explicit Adam(Index size, const AdamOptions& options = {}, std::vector<AdamBlock> blocks = {});

  /// Moves `point` by one step along `gradient`.
  void step(std::span<T> point, std::span<const T> gradient) {
    step(point, gradient, options_.learning_rate, options_.beta1);
  }
  /// The same for schedules of the learning rate and beta1.
  void step(std::span<T> point, std::span<const T> gradient, double learning_rate, double beta1);

  /// The whole state, for checkpoints: number of steps done, running means of the gradient and of its square.
  struct State {
    Index steps = 0;
    std::vector<T> mean, square;
  };
  const State& state() const noexcept { return state_; }
  void restore(State state);  ///< throws Fault::data where its sizes are not ours

 private:
  struct Rates;
  Rates rates(double learning_rate, double beta1) const;

  AdamOptions options_;
  std::vector<AdamBlock> blocks_;
  State state_;
};

extern template std::vector<AdamBlock> adam_blocks(ParameterVector<float>&, DecayScope);
extern template std::vector<AdamBlock> adam_blocks(ParameterVector<double>&, DecayScope);
extern template class Adam<float>;
extern template class Adam<double>;

}  // namespace mercer
