#include <mercer/gp/regression_folds.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/mmgp/corrections.hpp>
#include <mercer/solvers/mmgp/draws.hpp>
#include <mercer/solvers/mmgp/learnt.hpp>
#include <mercer/solvers/support/field_basis.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::mmgp {
namespace {

/// Fields learnt from some samples, and what they say of the others.
struct Fold {
  std::vector<Basis> bases;
  std::vector<Coefficients> coefficients;  ///< of the samples left out, in their order
};

/// Some of other snapshots, in their order.
class ChosenSnapshots final : public Snapshots {
 public:
  ChosenSnapshots(const Snapshots& all, const std::vector<Index>& chosen) : all_(all), chosen_(chosen) {}
  Index count() const override { return std::ssize(chosen_); }
  Index size() const override { return all_.size(); }
  void read(const Range& snapshots, const Range& entries, View<double> into) const override {
    const Index width = entries.count();
    for (Index i = snapshots.begin; i < snapshots.end; ++i) {
      const Index from = chosen_[static_cast<std::size_t>(i)];
      all_.read({from, from + 1}, entries,
                View<double>(into.data() + (i - snapshots.begin) * into.strides()[0], Shape({1, width})));
    }
  }

 private:
  const Snapshots& all_;
  const std::vector<Index>& chosen_;
};

/// @collective
Fold learn_fold(const Context& context, const Options& options, const Taught& taught, const FoldRows& rows) {
  const auto& [in, out] = rows;
  const Comm& comm = context.comm;
  Fold fold;
  Matrix y(std::ssize(in), 0);
  std::vector<Index> counts;
  for (const SnapshotStore& field : taught.fields) {
    FittedBasis fitted = fit_basis(comm, ChosenSnapshots(field, in), taught.weights,
                                   basis_options(options.modes, options.energy, options.centring));
    counts.push_back(fitted.basis.count);
    y.conservativeResize(Eigen::NoChange, y.cols() + fitted.basis.count);
    y.rightCols(fitted.basis.count) = fitted.coefficients;
    fold.bases.push_back(std::move(fitted.basis));
  }
  RegressionOptions quick = options.fields;
  quick.seed = context.seed;
  quick.starts = 1;
  quick.further_starts = 0;
  std::optional<RegressionFit> fit;
  if (y.cols() > 0) fit = fit_regression(comm, rows_of(taught.inputs, in), std::move(y), quick, counts);
  together(comm, [&] {
    Regression::Prediction predicted;
    if (fit) predicted = Regression(std::move(*fit)).predict(rows_of(taught.inputs, out));
    fold.coefficients = by_field(predicted, fold.bases, std::ssize(out));
  });
  return fold;
}

/// Errors of functionals in deviations of their draws; zero where draws do not differ.
void add_errors(std::span<const Functional> functionals, const Fold& fold, Index sample, const Specimen& specimen,
                const Taught& taught, const Options& options, std::uint64_t seed, std::span<double> errors) {
  const std::vector<double> scales = taught.scales.of(taught.names.fields, specimen.sample);
  std::vector<std::vector<double>> fields;
  for (std::size_t f = 0; f < scales.size(); ++f) {
    const std::span<const double> field = field_of(specimen.sample, taught.names.fields[f]);
    fields.emplace_back(field.begin(), field.end());
    for (double& value : fields.back()) value *= scales[f];
  }
  const std::vector<std::span<const double>> truth(fields.begin(), fields.end());
  std::vector<double> scratch(static_cast<std::size_t>(specimen.ways.back.rows()));
  const std::vector<Drawn> expected = drawn(functionals, fold.bases, fold.coefficients, sample, specimen, scales,
                                            options.draws, draws_of(specimen, taught.names.inputs, seed));
  for (std::size_t k = 0; k < functionals.size(); ++k)
    if (expected[k].deviation > 0)
      errors[k] = (value_of(functionals[k], truth, scratch) - expected[k].mean) / expected[k].deviation;
}

/// @collective [samples, functionals] on every rank.
Tensor<double> cross_validated_errors(const Context& context, const Options& options, const Taught& taught,
                                      std::span<const Functional> functionals, Index folds) {
  const Comm& comm = context.comm;
  const Index samples = taught.inputs.rows(), width = std::ssize(functionals);
  Tensor<double> errors({samples, width}, Rows::dense);
  for (Index number = 0; number < folds; ++number) {
    const Fold fold = learn_fold(context, options, taught, fold_rows(samples, folds, number));
    taught.each_batch([&](Index first, const Batch& batch) {
      together(comm, [&] {
        const std::vector<Index> mine = batch.share.numbers(comm.rank());
        for (std::size_t i = 0; i < mine.size(); ++i) {
          const Index sample = first + mine[i];
          if (sample % folds != number) continue;
          const std::span<double> row(errors.data() + sample * width, static_cast<std::size_t>(width));
          add_errors(functionals, fold, sample / folds, batch.mine[i], taught, options, context.seed, row);
        }
      });
    });
  }
  sum_in_rank_order<double>(comm, errors.span());  // each comes from one rank, so that this gathers them
  return errors;
}

}  // namespace

std::vector<Correction> cross_validated_corrections(const Context& context, const Options& options,
                                                    const Taught& taught) {
  const std::vector<Functional> functionals =
      functionals_of(options.functionals, taught.names.fields, taught.names.scalars);
  const Index samples = taught.inputs.rows(), folds = std::min(options.functional_folds, samples / 2);
  if (functionals.empty() || folds < 2) return {};
  const PhaseTimer timer(context.phases, "functionals");
  const Tensor<double> all = cross_validated_errors(context, options, taught, functionals, folds);
  std::vector<Correction> corrections;
  for (Index k = 0; k < all.shape()[1]; ++k) {
    Correction correction{functionals[static_cast<std::size_t>(k)].text, 0, 0};
    for (Index i = 0; i < samples; ++i) correction.shift += all(i, k) / static_cast<double>(samples);
    for (Index i = 0; i < samples; ++i) correction.scale += std::pow(all(i, k) - correction.shift, 2);
    correction.scale = std::sqrt(std::max(1.0, correction.scale / static_cast<double>(samples - 1)));
    corrections.push_back(std::move(correction));
  }
  return corrections;
}

}  // namespace mercer::mmgp
