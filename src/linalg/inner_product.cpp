#include <mercer/linalg/inner_product.hpp>

#include <cmath>

namespace mercer {

void InnerProduct::check(const Comm& comm, Index size) const {
  together(comm, [&] {
    const Index own = is_diagonal() ? static_cast<Index>(weights_.size()) : mass_->rows();
    require(own == size && (is_diagonal() || mass_->columns() == size), Fault::internal,
            "an inner product of {} entries does not fit fields of {}", own, size);
    for (std::size_t i = 0; i < weights_.size(); ++i)
      require(std::isfinite(weights_[i]) && weights_[i] >= 0, Fault::numerics,
              "weight {} of an inner product is {}; weights are positive or zero", i, weights_[i]);
  });
}

void InnerProduct::weigh(View<const double> fields, View<double> out) const {
  for (Index row = 0; row < fields.shape()[0]; ++row) {
    const std::span<const double> x = fields.row(row);
    const std::span<double> y = out.row(row);
    if (!is_diagonal()) {
      mass_->apply(x, y);
      continue;
    }
#pragma omp simd
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = weights_[i] * x[i];
  }
}

void InnerProduct::add_squares(View<const double> fields, View<const double> weighed, std::span<double> sums) {
  for (Index row = 0; row < fields.shape()[0]; ++row) {
    const std::span<const double> x = fields.row(row), y = weighed.row(row);
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
    sums[static_cast<std::size_t>(row)] += sum;
  }
}

}  // namespace mercer
