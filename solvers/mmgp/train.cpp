#include <mercer/linalg/snapshot_store.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mmgp/corrections.hpp>
#include <mercer/solvers/mmgp/decode.hpp>
#include <mercer/solvers/mmgp/functional.hpp>
#include <mercer/solvers/mmgp/lessons.hpp>
#include <mercer/solvers/mmgp/train.hpp>
#include <mercer/solvers/support/regression_state.hpp>

#include <algorithm>
#include <map>

namespace mercer::mmgp {
namespace {

/// Places of landmarks of this rank's samples, each as fractions of its boundary with both ends.
using Fractions = std::vector<std::vector<double>>;

/// @collective The number of landmarks that most samples have; the lowest of those.
Index usual_marks(const Comm& comm, const Share& share, const Fractions& mine) {
  const Tensor<double> marks = rows_everywhere(
      comm, share, 1, [&](std::size_t i) { return std::vector<double>{static_cast<double>(mine[i].size() - 1)}; });
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

/// Scalars [samples, names] in rows.
Matrix matrix_of(const std::vector<double>& rows, Index samples) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(rows.data(), samples, std::ssize(rows) / samples);
}

/// Steps of the training that need the common mesh; each is @collective.
class Course {
 public:
  Course(const Context& context, const Settings& settings, const MeshDataset& dataset, const Lesson& lesson,
         CommonMesh common)
      : context_(context),
        settings_(settings),
        learnt_(std::make_unique<Learnt>(
            Learnt{lesson.names, settings.options.scales, std::move(common), {}, 0, {}, {}, {}, {}, {}, {}, {}})),
        lessons_(context, settings, dataset, lesson, learnt_->common),
        weights_(learnt_->common.weights()) {}

  std::unique_ptr<Learnt> learnt(BadSamples bad) {
    collect(bad);
    const PhaseTimer timer(context_.phases, "learn");
    find_shape();
    for (std::size_t f = 0; f < learnt_->names.fields.size(); ++f) find_modes(f);
    find_residuals();
    regress();
    const auto each_batch = [&](const UseBatch& use) { lessons_.for_each(BadSamples::refused, use); };
    learnt_->corrections = cross_validated_corrections(
        context_, settings_.options,
        {learnt_->names, lessons_.scales(), weights_, inputs_, std::span(snapshots_).subspan(1), each_batch});
    return std::move(learnt_);
  }

 private:
  Index samples() const { return snapshots_.front().count(); }

  SnapshotStore store(Index width) const {
    const Comm& comm = context_.comm;
    const Index own = aligned_part(width, comm.rank(), comm.size()).count();
    return lessons_.fit() ? SnapshotStore(comm, own) : SnapshotStore(comm, own, context_.scratch);
  }

  void collect(BadSamples bad) {
    const PhaseTimer timer(context_.phases, "map");
    const Index nodes = learnt_->common.nodes();
    snapshots_.push_back(store(2 * nodes));
    for (std::size_t f = 0; f < learnt_->names.fields.size(); ++f) snapshots_.push_back(store(nodes));
    lessons_.for_each(bad, [&](Index, const Batch& batch) { collect(batch); });
  }

  void collect(const Batch& batch) {
    const Comm& comm = context_.comm;
    const Names& names = learnt_->names;
    const Index nodes = learnt_->common.nodes();
    const auto rows = [&](Index width, const auto& row) {
      return divided_rows(comm, batch.share, width, [&](std::size_t i) { return row(batch.mine[i]); });
    };
    const auto add_scalars = [&](const std::vector<std::string>& which, std::vector<double>& to) {
      const Tensor<double> values = rows_everywhere(
          comm, batch.share, std::ssize(which), [&](std::size_t i) { return scalars_of(batch.mine[i].sample, which); });
      to.insert(to.end(), values.span().begin(), values.span().end());
    };
    snapshots_.front().append(rows(2 * nodes, coordinates_on).view());
    for (std::size_t f = 0; f < names.fields.size(); ++f)
      snapshots_[1 + f].append(
          rows(nodes, [&](const Specimen& specimen) { return field_on(specimen, names.fields[f]); }).view());
    add_scalars(names.inputs, scalars_in_);
    add_scalars(names.scalars, scalars_out_);
    const Tensor<double> marks = rows_everywhere(comm, batch.share, 1, [&](std::size_t i) {
      return std::vector<double>{std::bit_cast<double>(fingerprint(batch.mine[i].sample, names.inputs))};
    });
    for (const double mark : marks.span()) learnt_->fingerprints.push_back(std::bit_cast<Index>(mark));
  }

  void find_shape() {
    const Options& options = settings_.options;
    std::vector<double> weights = weights_;
    weights.insert(weights.end(), weights_.begin(), weights_.end());
    FittedBasis fitted = fit_basis(context_.comm, snapshots_.front(), weights,
                                   basis_options(options.shape_modes, options.shape_energy, options.centring));
    learnt_->shape = std::move(fitted.basis);
    learnt_->usual_residual = median(std::move(fitted.residuals));
    Matrix all(samples(), fitted.coefficients.cols() + std::ssize(learnt_->names.inputs));
    all << fitted.coefficients, matrix_of(scalars_in_, samples());
    learnt_->kept = varying(all);
    require_agreed(!learnt_->kept.empty(), Fault::data,
                   "no shape and no input varies among the {} training samples, so there is nothing to learn from",
                   samples());
    inputs_.resize(all.rows(), std::ssize(learnt_->kept));
    for (Index k = 0; k < inputs_.cols(); ++k) inputs_.col(k) = all.col(learnt_->kept[static_cast<std::size_t>(k)]);
  }

  void find_modes(std::size_t field) {
    const Options& options = settings_.options;
    FittedBasis fitted = fit_basis(context_.comm, snapshots_[1 + field], weights_,
                                   basis_options(options.modes, options.energy, options.centring));
    learnt_->fields.push_back(std::move(fitted.basis));
    coefficients_.push_back(std::move(fitted.coefficients));
  }

  /// Mean square on the common mesh of what the bases and the ways leave of fields at the nodes of the samples. The
  /// modes were fitted to the same samples, which is made up for by the degrees of freedom.
  void find_residuals() {
    const Comm& comm = context_.comm;
    const std::size_t fields = learnt_->fields.size();
    if (fields == 0) return;
    const Index own = aligned_part(learnt_->common.nodes(), comm.rank(), comm.size()).count();
    std::vector<std::vector<double>> means(fields, std::vector<double>(static_cast<std::size_t>(own)));
    lessons_.for_each(BadSamples::refused, [&](Index first, const Batch& batch) {
      for (std::size_t f = 0; f < fields; ++f) add_residuals(f, first, batch, means[f]);
    });
    for (const std::vector<double>& mean : means) learnt_->residuals.push_back(gather_everywhere(comm, mean));
  }

  void add_residuals(std::size_t field, Index first, const Batch& batch, std::vector<double>& mean) const {
    const Comm& comm = context_.comm;
    const Basis& basis = learnt_->fields[field];
    const std::vector<Index> numbers = batch.share.numbers(comm.rank());
    const Index nodes = learnt_->common.nodes();
    const Tensor<double> squares = divided_rows(comm, batch.share, nodes, [&](std::size_t i) {
      const Specimen& specimen = batch.mine[i];
      const Matrix a = coefficients_[field].row(first + numbers[i]).transpose();
      const std::span<const double> truth = field_of(specimen.sample, learnt_->names.fields[field]);
      std::vector<double> rest = at_nodes(specimen, values_of(basis, a), 0), there(static_cast<std::size_t>(nodes));
      for (std::size_t k = 0; k < rest.size(); ++k) rest[k] = (truth[k] - rest[k]) * (truth[k] - rest[k]);
      specimen.ways.there.apply(rest, there);
      return there;
    });
    const Index own = squares.shape()[1];
    const double share = freedom_factor(samples(), basis.count) / static_cast<double>(samples());
    for (Index i = 0; i < squares.count(); ++i) mean[static_cast<std::size_t>(i % own)] += share * squares.data()[i];
  }

  void regress() {
    const Matrix table = matrix_of(scalars_out_, samples());
    const std::vector<Matrix> scalars(table.colwise().begin(), table.colwise().end());
    const auto sample = [&](Index number) { return fmt::format("'{}'", lessons_.id(number)); };
    learnt_->coefficients =
        regressed(context_, inputs_, coefficients_, {learnt_->names.fields, sample}, settings_.options.fields);
    learnt_->scalars =
        regressed(context_, inputs_, scalars, {learnt_->names.scalars, sample}, settings_.options.scalars);
  }

  const Context& context_;
  const Settings& settings_;
  std::unique_ptr<Learnt> learnt_;
  Lessons lessons_;
  std::vector<double> weights_;
  std::vector<SnapshotStore> snapshots_;          ///< coordinates, then one a field
  std::vector<double> scalars_in_, scalars_out_;  ///< [samples, names]
  Matrix inputs_;
  std::vector<Matrix> coefficients_;
};

}  // namespace

Lesson read_lesson(const Context& context, const Settings& settings, const SampleSource& source,
                   const MeshDataset& dataset) {
  const Comm& comm = context.comm;
  Lesson lesson;
  Scales scales;
  require_division(comm, settings);
  together(comm, [&] {
    lesson.names = names_of(settings.data, dataset.index());
    functionals_of(settings.options.functionals, lesson.names.fields, lesson.names.scalars);
    scales = Scales(settings.options.scales, lesson.names);
    lesson.places = places_of(dataset, settings.data.train);
  });
  const PhaseTimer timer(context.phases, "read");
  Share share = shared_out(comm, dataset, lesson.places);
  Fractions mine(share.numbers(comm.rank()).size());
  const auto settle = [&](const std::vector<FailedSample>& refused) {
    tell(context, dataset, source.bad, refused, share.count());
    leave_out(refused, comm.rank(), share, mine);
  };
  settle(try_each(comm, dataset, share, [&](Index place, std::size_t i) {
    const Specimen specimen = read_specimen(dataset, place, settings.options);
    require(
        !specimen.is_curve() || settings.options.map == Options().map, Fault::config,
        "options.map says how the inside of a surface follows its boundary, and sample '{}' is a closed curve, which "
        "has none; leave it out",
        specimen.sample.id);
    scalars_of(specimen.sample, lesson.names.inputs);
    scalars_of(specimen.sample, lesson.names.scalars);
    for (const std::string& name : lesson.names.fields) field_of(specimen.sample, name);
    for (const auto& [output, formula] : settings.options.scales) scales.of(output, specimen.sample);
    mine[i] = fractions(specimen.loop);
  }));
  const Index marks = usual_marks(comm, share, mine);
  settle(try_each(comm, dataset, share, [&](Index, std::size_t i) {
    require(std::ssize(mine[i]) == marks + 1, Fault::data,
            "the boundary has {} landmarks, and most of the samples have {}", mine[i].size() - 1, marks);
  }));
  const Tensor<double> rows = rows_everywhere(comm, share, marks + 1, [&](std::size_t i) { return mine[i]; });
  std::vector<std::vector<double>> all;
  for (Index i = 0; i < share.count(); ++i)
    all.emplace_back(rows.data() + i * (marks + 1), rows.data() + (i + 1) * (marks + 1));
  lesson.places = std::move(share.places);
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
      middle = read_specimen(dataset, lesson.places[lesson.places.size() / 2], settings.options);
      if (settings.training.parallel == Parallel::samples || middle.is_curve())
        common.emplace(middle, lesson.fractions, settings.options);
    });
    if (!common) common.emplace(comm, middle, lesson.fractions, settings.options);
  }
  return Course(context, settings, dataset, lesson, std::move(*common)).learnt(source.bad);
}

}  // namespace mercer::mmgp
