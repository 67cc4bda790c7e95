#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mmgp/decode.hpp>
#include <mercer/solvers/mmgp/functional.hpp>
#include <mercer/solvers/mmgp/scales.hpp>
#include <mercer/solvers/mmgp/train.hpp>
#include <mercer/solvers/mmgp/ways.hpp>
#include <mercer/solvers/support/regression_state.hpp>

#include <algorithm>
#include <map>
#include <numeric>

namespace mercer::mmgp {
namespace {

/// @collective The number of landmarks that most samples have; the lowest of those.
Index usual_marks(const Comm& comm, const Share& share) {
  const Tensor<double> marks = rows_everywhere(comm, share, 1, [](const Specimen& specimen) {
    return std::vector<double>{static_cast<double>(specimen.loop.marks.size())};
  });
  std::map<Index, Index> counts;
  for (const double count : marks.span()) ++counts[static_cast<Index>(count)];
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Columns that are not the same for all samples, to rounding.
std::vector<Index> varying(const Matrix& x) {
  std::vector<Index> kept;
  for (Index column = 0; column < x.cols(); ++column)
    if (x.col(column).maxCoeff() - x.col(column).minCoeff() > 1e-12 * x.col(column).cwiseAbs().maxCoeff())
      kept.push_back(column);
  return kept;
}

/// @collective Scalars of all samples, [samples, names].
Matrix scalar_matrix(const Comm& comm, const Share& share, const std::vector<std::string>& names) {
  const Tensor<double> rows = rows_everywhere(
      comm, share, std::ssize(names), [&](const Specimen& specimen) { return scalars_of(specimen.sample, names); });
  Matrix values(share.count(), std::ssize(names));
  for (Index i = 0; i < values.rows(); ++i)
    for (Index k = 0; k < values.cols(); ++k) values(i, k) = rows(i, k);
  return values;
}

/// Steps of the training that need the common mesh; each is @collective.
class Course {
 public:
  Course(const Context& context, const Settings& settings, const Lesson& lesson, CommonMesh common)
      : context_(context),
        settings_(settings),
        share_(lesson.share),
        learnt_(std::make_unique<Learnt>(
            Learnt{lesson.names, settings.options.scales, std::move(common), {}, 0, {}, {}, {}, {}, {}, {}})),
        weights_(learnt_->common.weights()) {}

  std::unique_ptr<Learnt> learnt() {
    find_shape();
    for (const std::string& name : learnt_->names.fields) find_modes(name);
    regress();
    return std::move(learnt_);
  }

 private:
  void find_shape() {
    const Options& options = settings_.options;
    const Comm& comm = context_.comm;
    std::vector<double> weights = weights_;
    weights.insert(weights.end(), weights_.begin(), weights_.end());
    const Tensor<double> snapshots = divided_rows(comm, share_, std::ssize(weights), coordinates_on);
    FittedBasis fitted =
        fit_basis(comm, snapshots, weights, basis_options(options.shape_modes, options.shape_energy, options.centring));
    learnt_->shape = std::move(fitted.basis);
    learnt_->usual_residual = median(std::move(fitted.residuals));
    const Matrix scalars = scalar_matrix(comm, share_, learnt_->names.inputs);
    Matrix all(share_.count(), fitted.coefficients.cols() + scalars.cols());
    all << fitted.coefficients, scalars;
    learnt_->kept = varying(all);
    require_agreed(!learnt_->kept.empty(), Fault::data,
                   "no shape and no input varies among the {} training samples, so there is nothing to learn from",
                   share_.count());
    inputs_.resize(all.rows(), std::ssize(learnt_->kept));
    for (Index k = 0; k < inputs_.cols(); ++k) inputs_.col(k) = all.col(learnt_->kept[static_cast<std::size_t>(k)]);
  }

  void find_modes(const std::string& name) {
    const Options& options = settings_.options;
    const Comm& comm = context_.comm;
    const Index nodes = learnt_->common.nodes();
    const Tensor<double> snapshots = divided_rows(comm, share_, nodes, [&](const Specimen& specimen) {
      std::vector<double> there(static_cast<std::size_t>(nodes));
      specimen.ways.there.apply(field_of(specimen.sample, name), there);
      return there;
    });
    FittedBasis fitted =
        fit_basis(comm, snapshots, weights_, basis_options(options.modes, options.energy, options.centring));
    learnt_->residuals.push_back(residual(name, fitted));
    learnt_->fields.push_back(std::move(fitted.basis));
    coefficients_.push_back(std::move(fitted.coefficients));
  }

  /// Mean square on the common mesh of what the basis and the ways leave of a field at the nodes of the samples. The
  /// modes were fitted to the same samples, which is made up for by the degrees of freedom.
  std::vector<double> residual(const std::string& name, const FittedBasis& fitted) {
    const Comm& comm = context_.comm;
    const Index nodes = learnt_->common.nodes(), samples = share_.count();
    const std::vector<Index> numbers = share_.numbers(comm.rank());
    std::size_t next = 0;
    const Tensor<double> squares = divided_rows(comm, share_, nodes, [&](const Specimen& specimen) {
      const Matrix a = fitted.coefficients.row(numbers[next++]).transpose();
      const std::span<const double> truth = field_of(specimen.sample, name);
      std::vector<double> rest = at_nodes(specimen, values_of(fitted.basis, a), 0),
                          there(static_cast<std::size_t>(nodes));
      for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = (truth[i] - rest[i]) * (truth[i] - rest[i]);
      specimen.ways.there.apply(rest, there);
      return there;
    });
    const Index own = squares.shape()[1];
    const double share = freedom_factor(samples, fitted.basis.count) / static_cast<double>(samples);
    std::vector<double> mean(static_cast<std::size_t>(own));
    for (Index i = 0; i < squares.count(); ++i) mean[static_cast<std::size_t>(i % own)] += share * squares.data()[i];
    return gather_everywhere(comm, mean);
  }

  void regress() {
    const Comm& comm = context_.comm;
    const Matrix table = scalar_matrix(comm, share_, learnt_->names.scalars);
    const std::vector<Matrix> scalars(table.colwise().begin(), table.colwise().end());
    learnt_->coefficients = regressed(context_, inputs_, coefficients_, settings_.options.fields);
    learnt_->scalars = regressed(context_, inputs_, scalars, settings_.options.scalars);
    const Tensor<double> marks = rows_everywhere(comm, share_, 1, [&](const Specimen& specimen) {
      return std::vector<double>{std::bit_cast<double>(fingerprint(specimen.sample, learnt_->names.inputs))};
    });
    for (const double mark : marks.span()) learnt_->fingerprints.push_back(std::bit_cast<Index>(mark));
  }

  const Context& context_;
  const Settings& settings_;
  const Share& share_;
  std::unique_ptr<Learnt> learnt_;
  std::vector<double> weights_;
  Matrix inputs_;
  std::vector<Matrix> coefficients_;
};

}  // namespace

Lesson read_lesson(const Context& context, const Settings& settings, const SampleSource& source,
                   const MeshDataset& dataset) {
  const Comm& comm = context.comm;
  Lesson lesson;
  std::vector<Index> places;
  Scales scales;
  require_division(comm, settings);
  together(comm, [&] {
    lesson.names = names_of(settings.data, dataset.index());
    functionals_of(settings.options.functionals, lesson.names.fields, lesson.names.scalars);
    scales = Scales(settings.options.scales, lesson.names);
    places = places_of(dataset, settings.data.train);
  });
  lesson.share = shared_out(comm, dataset, places);
  const PhaseTimer timer(context.phases, "read");
  use_each(context, dataset, source.bad, lesson.share, [&](Index place, Specimen& specimen) {
    specimen = read_specimen(dataset, place, settings.options);
    scalars_of(specimen.sample, lesson.names.inputs);
    scalars_of(specimen.sample, lesson.names.scalars);
    for (const std::string& name : lesson.names.fields) field_of(specimen.sample, name);
    scales.divide(specimen.sample);
  });
  const Index marks = usual_marks(comm, lesson.share);
  use_each(context, dataset, source.bad, lesson.share, [&](Index, Specimen& specimen) {
    require(std::ssize(specimen.loop.marks) == marks, Fault::data,
            "the boundary has {} landmarks, and most of the samples have {}", specimen.loop.marks.size(), marks);
  });
  const Tensor<double> rows =
      rows_everywhere(comm, lesson.share, marks + 1, [](const Specimen& specimen) { return fractions(specimen.loop); });
  std::vector<std::vector<double>> all;
  for (Index i = 0; i < lesson.share.count(); ++i)
    all.emplace_back(rows.data() + i * (marks + 1), rows.data() + (i + 1) * (marks + 1));
  lesson.fractions = mean_fractions(all);
  return lesson;
}

std::unique_ptr<Learnt> learn(const Context& context, const Settings& settings, const SampleSource& source,
                              const MeshDataset& dataset, Lesson lesson) {
  std::optional<CommonMesh> common;
  {
    const PhaseTimer timer(context.phases, "map");
    const Comm& comm = context.comm;
    Specimen middle;
    together(comm, [&] {
      middle = read_specimen(dataset, lesson.share.places[static_cast<std::size_t>(lesson.share.count() / 2)],
                             settings.options);
      if (settings.training.parallel == Parallel::samples || middle.is_curve())
        common.emplace(middle, lesson.fractions, settings.options);
    });
    if (!common) common.emplace(comm, middle, lesson.fractions, settings.options);
    find_ways(context, dataset, source.bad, settings.training, *common, lesson.share);
  }
  const PhaseTimer timer(context.phases, "learn");
  return Course(context, settings, lesson, std::move(*common)).learnt();
}

}  // namespace mercer::mmgp
