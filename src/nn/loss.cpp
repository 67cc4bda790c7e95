#include <mercer/nn/loss.hpp>

#include <cmath>

namespace mercer {

template <class T>
RelativeLoss<T>::RelativeLoss(const LossWeights& weights, const Shape& sample)
    : guard_(weights.guard), sample_(sample) {
  require(sample.dimensions() == 3 && sample.count() > 0, Fault::internal, "a sample has the axes y, channel, x");
  const FieldSizes sizes{sample[1], sample[0], sample[2]};
  const auto add = [&](const char* name, double weight, const auto& make) {
    require(std::isfinite(weight) && weight >= 0, Fault::config, "the weight {} of a loss must be zero or more, not {}",
            name, weight);
    if (weight > 0) terms_.push_back({weight, make()});
  };
  add("l2", weights.l2, [&] { return square_form(sizes); });
  add("h1_fourier", weights.h1_fourier, [&] { return fourier_form(sizes); });
  add("h1_periodic", weights.h1_periodic, [&] { return central_form(sizes, Ends::periodic); });
  add("h1_one_sided", weights.h1_one_sided, [&] { return central_form(sizes, Ends::one_sided); });
  add("forward_differences", weights.forward_differences, [&] { return forward_form(sizes); });
  require(!terms_.empty(), Fault::config, "a loss needs a positive weight of at least one norm");
  for (auto* scratch : {&error_, &target_, &image_, &gradient_})
    scratch->resize(static_cast<std::size_t>(sample.count()));
}

template <class T>
double RelativeLoss<T>::evaluate_sample(View<const T> prediction, View<const T> target, Index sample,
                                        bool wants_gradient) {
  double* error = error_.data();
  double* wanted = target_.data();
  for (Index c = 0; c < sample_[1]; ++c)
    for (Index j = 0; j < sample_[0]; ++j) {
      const T* const from = &prediction(sample, j, c, 0);
      const T* const truth = &target(sample, j, c, 0);
      for (Index i = 0; i < sample_[2]; ++i) {
        *wanted++ = static_cast<double>(truth[i]);
        *error++ = static_cast<double>(from[i]) - static_cast<double>(truth[i]);
      }
    }
  if (wants_gradient) std::fill(gradient_.begin(), gradient_.end(), 0.0);
  double value = 0;
  for (const Term& term : terms_) {
    const double size = std::sqrt(term.form->apply(target_, image_)) + guard_;
    const double distance = std::sqrt(term.form->apply(error_, image_));
    value += term.weight * distance / size;
    if (!wants_gradient || distance == 0) continue;
    const double slope = term.weight / (distance * size);
    for (std::size_t i = 0; i < gradient_.size(); ++i) gradient_[i] += slope * image_[i];
  }
  return value;
}

template <class T>
void RelativeLoss<T>::evaluate(View<const T> prediction, View<const T> target, std::span<double> values) {
  for (Index sample = 0; double& value : values) value = evaluate_sample(prediction, target, sample++, false);
}

template <class T>
void RelativeLoss<T>::evaluate(View<const T> prediction, View<const T> target, std::span<double> values, double factor,
                               View<T> gradient) {
  for (Index sample = 0; double& value : values) {
    value = evaluate_sample(prediction, target, sample, true);
    const double* slope = gradient_.data();
    for (Index c = 0; c < sample_[1]; ++c)
      for (Index j = 0; j < sample_[0]; ++j) {
        T* const into = &gradient(sample, j, c, 0);
        for (Index i = 0; i < sample_[2]; ++i) into[i] = static_cast<T>(factor * *slope++);
      }
    ++sample;
  }
}

template class RelativeLoss<float>;
template class RelativeLoss<double>;

}  // namespace mercer
