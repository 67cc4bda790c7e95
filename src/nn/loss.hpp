// Errors of fields in several norms, relative but for one, and their derivatives.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/nn/error_form.hpp>
#include <mercer/nn/row_exchange.hpp>
#include <mercer/nn/space.hpp>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace mercer {

/// The weights of |e| / (|target| + guard) in several norms, and of one |e| as it is; e is prediction minus target, a
/// norm runs over all points and channels. Axes have unit length: the spacing of n points is 1 / n.
struct LossWeights {
  double l2 = 1;
  double h1_fourier = 0;           ///< of 1 + k^2 with wave numbers below 20; above, only the values count
  double h1_periodic = 0;          ///< values and central differences, wrapped around
  double h1_one_sided = 0;         ///< the same with differences of third order at the ends
  double forward_differences = 0;  ///< differences to the next points alone, the field being 0 beyond the last
  double h1_absolute = 0;          ///< of 10 e^2 and the squares of central differences, over no target
  double guard = 1e-8;             ///< keeps targets of zero from dividing by zero

  /// Whether the error of a target that is zero everywhere is out of all proportion.
  bool are_relative() const noexcept {
    return l2 > 0 || h1_fourier > 0 || h1_periodic > 0 || h1_one_sided > 0 || forward_differences > 0;
  }
};

/// The weighted sum for samples of one shape. In double precision whatever T. @collective where the rows of samples are
/// spread over ranks: norms are of whole samples, and every rank has all values. Owns scratch memory. Instantiated for
/// float and double.
template <class T>
class RelativeLoss {
 public:
  /// `sample` is [y, channel, x]. Throws Fault::config where a weight is negative or not finite, all of them are zero,
  /// or the fields have too few points for a norm.
  RelativeLoss(const LossWeights& weights, const Shape& sample, const Space& space = {});

  /// Fields are [sample, y, channel, x], with the rows of this rank. Gives values[sample].
  void evaluate(View<const T> prediction, View<const T> target, std::span<double> values);
  /// The same and gradient = factor * d (sum of values) / d prediction, each sample for itself. The gradient of a norm
  /// at zero error is zero.
  void evaluate(View<const T> prediction, View<const T> target, std::span<double> values, double factor,
                View<T> gradient);

 private:
  struct Term {
    double weight;
    bool is_relative;
    std::unique_ptr<ErrorForm> form;
  };
  void divide(const LossWeights& weights);
  void add_terms(const LossWeights& weights);
  void take(View<const T> prediction, View<const T> target, Index sample);
  double evaluate_sample(View<const T> prediction, View<const T> target, Index sample, bool wants_gradient);
  FieldRows<double> own_rows(std::vector<double>& fields) const;

  double guard_;
  Space space_;
  Range own_;       ///< rows of this rank
  FieldPart part_;  ///< of which it makes norms: its own rows, or all
  bool is_part_ = false;
  std::vector<Term> terms_;
  std::optional<RowExchange<double>> exchange_;
  std::vector<double> fields_;               ///< [error and target, channel, y, x] of the rows that are held
  std::vector<std::vector<double>> images_;  ///< by term
  std::vector<double> squares_, gradient_;
};

extern template class RelativeLoss<float>;
extern template class RelativeLoss<double>;

}  // namespace mercer
