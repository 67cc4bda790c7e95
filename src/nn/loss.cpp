#include <mercer/nn/loss.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {

template <class T>
RelativeLoss<T>::RelativeLoss(const LossWeights& weights, const Shape& sample, const Space& space)
    : guard_(weights.guard), space_(space) {
  require(sample.dimensions() == 3 && sample.count() > 0, Fault::internal, "a sample has the axes y, channel, x");
  const FieldSizes sizes{sample[1], sample[0], sample[2]};
  part_ = FieldPart::all(sizes);
  own_ = space.own(sizes.rows);
  if (space.is_divided()) divide(weights);
  add_terms(weights);
  const auto numbers = static_cast<std::size_t>(sizes.channels * part_.held.count() * sizes.columns);
  fields_.resize(2 * numbers);
  gradient_.resize(numbers);
  images_.assign(terms_.size(), std::vector<double>(numbers));
  squares_.resize(2 * terms_.size());
}

/// Differences need some rows of neighbours. A Fourier transform needs all, and then every rank works on whole samples.
template <class T>
void RelativeLoss<T>::divide(const LossWeights& weights) {
  const Index rows = part_.whole.rows;
  const auto held = [&](int rank) {
    const Range own = block(rows, rank, space_.comm->size());
    Range held = own;
    const auto add = [&](double weight, const Range& range) {
      if (weight > 0) held = {std::min(held.begin, range.begin), std::max(held.end, range.end)};
    };
    add(weights.h1_periodic, central_reach(rows, own, Ends::periodic));
    add(weights.h1_one_sided, central_reach(rows, own, Ends::one_sided));
    add(weights.forward_differences, forward_reach(rows, own));
    add(weights.h1_absolute, central_reach(rows, own, Ends::nearest));
    return weights.h1_fourier > 0 ? Range{0, rows} : held;
  };
  std::vector<Range> needed;
  for (int rank = 0; rank < space_.comm->size(); ++rank) needed.push_back(held(rank));
  exchange_.emplace(*space_.comm, rows, needed, Outside::circular);
  is_part_ = weights.h1_fourier <= 0;
  if (!is_part_) return;
  part_.own = own_;
  part_.held = held(space_.comm->rank());
}

template <class T>
void RelativeLoss<T>::add_terms(const LossWeights& weights) {
  const auto add = [&](const char* name, double weight, const auto& make) {
    require(std::isfinite(weight) && weight >= 0, Fault::config, "the weight {} of a loss must be zero or more, not {}",
            name, weight);
    if (weight > 0) terms_.push_back({weight, true, make()});
  };
  add("l2", weights.l2, [&] { return square_form(part_); });
  add("h1_fourier", weights.h1_fourier, [&] { return fourier_form(part_.whole); });
  add("h1_periodic", weights.h1_periodic, [&] { return central_form(part_, Ends::periodic); });
  add("h1_one_sided", weights.h1_one_sided, [&] { return central_form(part_, Ends::one_sided); });
  add("forward_differences", weights.forward_differences, [&] { return forward_form(part_); });
  add("h1_absolute", weights.h1_absolute, [&] { return central_form(part_, Ends::nearest, 10); });
  if (weights.h1_absolute > 0) terms_.back().is_relative = false;
  require(!terms_.empty(), Fault::config, "a loss needs a positive weight of at least one norm");
}

template <class T>
FieldRows<double> RelativeLoss<T>::own_rows(std::vector<double>& fields) const {
  const Index columns = part_.whole.columns;
  return FieldRows<double>{fields.data(), columns, part_.held.count() * columns}.from(own_.begin - part_.held.begin);
}

template <class T>
void RelativeLoss<T>::take(View<const T> prediction, View<const T> target, Index sample) {
  const FieldSizes& sizes = part_.whole;
  const FieldRows<double> rows = own_rows(fields_);
  for (Index c = 0; c < sizes.channels; ++c)
    for (Index j = 0; j < own_.count(); ++j) {
      const T* const from = &prediction(sample, j, c, 0);
      const T* const truth = &target(sample, j, c, 0);
      double* const error = rows.row(j) + c * rows.stride;
      double* const wanted = rows.row(j) + (sizes.channels + c) * rows.stride;
      for (Index i = 0; i < sizes.columns; ++i) {
        wanted[i] = static_cast<double>(truth[i]);
        error[i] = static_cast<double>(from[i]) - static_cast<double>(truth[i]);
      }
    }
  if (exchange_) exchange_->exchange(rows, 2 * sizes.channels, sizes.columns);
}

template <class T>
double RelativeLoss<T>::evaluate_sample(View<const T> prediction, View<const T> target, Index sample,
                                        bool wants_gradient) {
  take(prediction, target, sample);
  const std::span<const double> fields(fields_);
  const std::size_t numbers = gradient_.size();
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    squares_[2 * t] = terms_[t].is_relative ? terms_[t].form->apply(fields.subspan(numbers), images_[t]) : 0;
    squares_[2 * t + 1] = terms_[t].form->apply(fields.first(numbers), images_[t]);
  }
  if (is_part_) sum_in_rank_order<double>(*space_.comm, squares_);
  if (wants_gradient) std::fill(gradient_.begin(), gradient_.end(), 0.0);
  double value = 0;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const double size = terms_[t].is_relative ? std::sqrt(squares_[2 * t]) + guard_ : 1;
    const double distance = std::sqrt(squares_[2 * t + 1]);
    value += terms_[t].weight * distance / size;
    if (!wants_gradient || distance == 0) continue;
    const double slope = terms_[t].weight / (distance * size);
    for (std::size_t i = 0; i < numbers; ++i) gradient_[i] += slope * images_[t][i];
  }
  if (is_part_ && wants_gradient) exchange_->accumulate(own_rows(gradient_), part_.whole.channels, part_.whole.columns);
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
    const FieldRows<double> slopes = own_rows(gradient_);
    for (Index c = 0; c < part_.whole.channels; ++c)
      for (Index j = 0; j < own_.count(); ++j) {
        const double* const slope = slopes.row(j) + c * slopes.stride;
        T* const into = &gradient(sample, j, c, 0);
        for (Index i = 0; i < part_.whole.columns; ++i) into[i] = static_cast<T>(factor * slope[i]);
      }
    ++sample;
  }
}

template class RelativeLoss<float>;
template class RelativeLoss<double>;

}  // namespace mercer
