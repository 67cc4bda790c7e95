#include <mercer/config/binder.hpp>
#include <mercer/linalg/pod.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace mercer {
namespace {

/// Rows that stand for the old snapshots (modes times singular values), the new ones less their mean, and, where there
/// are means, the distance between the two.
class Merged final : public Snapshots {
 public:
  Merged(const ReducedBasis& old, const Shifted& more, std::span<const double> distance)
      : old_(&old), more_(&more), distance_(distance) {}
  Index count() const override { return old_->count() + more_->snapshots->count() + (distance_.empty() ? 0 : 1); }
  Index size() const override { return old_->size(); }

  void read(const Range& snapshots, const Range& entries, View<double> into) const override {
    const Index first = old_->count(), last = first + more_->snapshots->count(), width = entries.count();
    const auto row = [&](Index number) { return into.row(number - snapshots.begin).data(); };
    for (Index i = snapshots.begin; i < std::min(snapshots.end, first); ++i)
      std::transform(old_->modes().row(i).data() + entries.begin, old_->modes().row(i).data() + entries.end, row(i),
                     [scale = old_->singular_values[i]](double value) { return scale * value; });
    const Index begin = std::max(snapshots.begin, first), end = std::min(snapshots.end, last);
    if (begin < end) more_->read({begin - first, end - first}, entries, View<double>(row(begin), {end - begin, width}));
    if (snapshots.contains(last)) std::copy_n(distance_.data() + entries.begin, width, row(last));
  }

 private:
  const ReducedBasis* old_;
  const Shifted* more_;
  std::span<const double> distance_;
};

/// Snapshots as combinations of the rows of Merged: old ones of old modes, new ones of themselves, and both of the
/// distance between the means.
Matrix combinations(const ReducedBasis& old, Index more, bool centred) {
  const Index modes = old.count(), before = old.coefficients.rows();
  Matrix weights = Matrix::Zero(before + more, modes + more + (centred ? 1 : 0));
  weights.topLeftCorner(before, modes) = old.coefficients * old.singular_values.cwiseInverse().asDiagonal();
  weights.block(before, modes, more, more).setIdentity();
  if (centred) {
    const auto n = static_cast<double>(before), m = static_cast<double>(more);
    weights.col(modes + more).head(before).setConstant(-std::sqrt(m / n / (n + m)));
    weights.col(modes + more).tail(more).setConstant(std::sqrt(n / m / (n + m)));
  }
  return weights;
}

/// Gives a basis of merged rows the coefficients and residuals of the snapshots behind them.
void unmerge(const ReducedBasis& old, Index more, bool centred, Decomposed& merged) {
  ReducedBasis& basis = merged.basis;
  const Index before = old.coefficients.rows(), rows = basis.coefficients.rows();
  const Matrix weights = combinations(old, more, centred);
  const Matrix lost = merged.gram - basis.coefficients * basis.coefficients.transpose();
  basis.coefficients = weights * basis.coefficients;
  basis.residuals.resize(static_cast<std::size_t>(before + more));
  for (Index i = 0; i < before + more; ++i) {
    const double square = weights.row(i).dot(lost * weights.row(i).transpose());
    const double had = i < before ? old.residuals[static_cast<std::size_t>(i)] : 0;
    basis.residuals[static_cast<std::size_t>(i)] = std::hypot(had, std::sqrt(std::max(square, 0.0)));
  }
  basis.squares += std::max(old.squares - old.singular_values.squaredNorm(), 0.0);
  const auto n = static_cast<double>(before), m = static_cast<double>(more);
  for (std::size_t j = 0; j < basis.residual_variance.size(); ++j)
    basis.residual_variance[j] =
        (n * old.residual_variance[j] + static_cast<double>(rows) * basis.residual_variance[j]) / (n + m);
}

void require_snapshots(Index count) {
  require_agreed(count > 0, Fault::config, "a reduced basis was asked for of no snapshots; at least one was expected");
}

}  // namespace

void describe(Binder& binder, ReducedBasisOptions& options) {
  binder.field("modes", options.modes, "most modes to keep; null: as many as `energy` asks for", {1});
  binder.field("energy", options.energy, "part of the sum of squares of the snapshots that the modes must hold; 1: all",
               {0, 1});
  binder.choice("centring", options.centring, {{"mean", Centring::mean}, {"none", Centring::none}},
                "what is taken off the snapshots first");
  binder.field("memory", options.memory, "for the pieces in which a rank reads snapshots [bytes]", positive);
}

double ReducedBasis::novelty(Index snapshot) const {
  const double residual = residuals[static_cast<std::size_t>(snapshot)];
  const double norm = std::hypot(residual, coefficients.row(snapshot).norm());
  return norm > 0 ? residual / norm : 0;
}

Range aligned_part(Index size, int rank, int ranks) {
  const Range leaves = block((size + Leaves::leaf_entries - 1) / Leaves::leaf_entries, rank, ranks);
  return {std::min(leaves.begin * Leaves::leaf_entries, size), std::min(leaves.end * Leaves::leaf_entries, size)};
}

ReducedBasis reduced_basis(const Comm& comm, const Snapshots& snapshots, const InnerProduct& product,
                           const ReducedBasisOptions& options) {
  require_snapshots(snapshots.count());
  Shifted z{&snapshots, {}, options.memory};
  const Shift shift = options.centring == Centring::mean ? Shift::find_mean : Shift::keep;
  ReducedBasis basis = decompose(comm, z, product, shift, options).basis;
  basis.centring = options.centring;
  choose_signs(basis);
  return basis;
}

ReducedBasis extended_basis(const Comm& comm, const ReducedBasis& old, const Snapshots& more,
                            const InnerProduct& product, const ReducedBasisOptions& options) {
  require_snapshots(more.count());
  together(comm, [&] {
    require(more.size() == old.size(), Fault::internal, "a basis of {} entries is extended by snapshots of {}",
            old.size(), more.size());
  });
  const bool centred = old.centring == Centring::mean;
  const auto n = static_cast<double>(old.coefficients.rows()), m = static_cast<double>(more.count());
  Shifted centred_more{&more, {}, options.memory};
  std::vector<double> distance, mean = old.mean;
  if (centred) {
    centred_more.shift = mean_of(comm, more, options.memory);
    distance.resize(mean.size());
    for (std::size_t j = 0; j < mean.size(); ++j) {
      const double step = centred_more.shift[j] - mean[j];
      distance[j] = std::sqrt(n / (n + m) * m) * step;
      mean[j] += m / (n + m) * step;
    }
  }
  const Merged rows(old, centred_more, distance);
  Shifted z{&rows, {}, options.memory};
  Decomposed merged = decompose(comm, z, product, Shift::keep, options);
  unmerge(old, more.count(), centred, merged);
  merged.basis.mean = std::move(mean);
  merged.basis.centring = old.centring;
  choose_signs(merged.basis);
  return std::move(merged.basis);
}

Projection project(const Comm& comm, const ReducedBasis& basis, const Snapshots& snapshots, const InnerProduct& product,
                   double memory) {
  product.check(comm, basis.size());
  together(comm, [&] {
    require(snapshots.size() == basis.size(), Fault::internal, "snapshots of {} entries are projected on modes of {}",
            snapshots.size(), basis.size());
  });
  return project(comm, Shifted{&snapshots, basis.mean, memory}, product, basis.modes());
}

void reconstruct(const ReducedBasis& basis, const MatrixView& coefficients, View<double> fields) {
  const Index count = coefficients.rows(), size = basis.size();
  require(coefficients.cols() == basis.count() && fields.shape() == Shape{count, size} && fields.is_dense(),
          Fault::internal, "{} x {} coefficients of {} modes do not make {} values without gaps", count,
          coefficients.cols(), basis.count(), fields.count());
  multiply({.b = Transpose::yes, .m = size, .n = count, .k = basis.count()}, basis.fields.data(), size,
           coefficients.data(), coefficients.outerStride(), fields.data(), size);
  for (Index i = 0; i < count; ++i)
    std::transform(basis.mean.begin(), basis.mean.end(), fields.row(i).data(), fields.row(i).data(), std::plus<>());
}

}  // namespace mercer
