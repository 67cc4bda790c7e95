#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/support/field_basis.hpp>

namespace mercer {

namespace {

Eigen::Map<const Matrix> modes_of(const Basis& basis) { return {basis.modes.data(), basis.size(), basis.count}; }
Eigen::Map<const Eigen::VectorXd> column_of(const std::vector<double>& values) {
  return {values.data(), std::ssize(values)};
}

}  // namespace

FittedBasis fit_basis(const Comm& comm, const Snapshots& snapshots, std::span<const double> weights,
                      const ReducedBasisOptions& options) {
  const Range own = aligned_part(std::ssize(weights), comm.rank(), comm.size());
  const ReducedBasis made = reduced_basis(comm, snapshots, InnerProduct(weights).part(own), options);
  FittedBasis fitted{{gather_everywhere(comm, made.mean), {}, made.count()},
                     made.coefficients,
                     made.residuals,
                     gather_everywhere(comm, made.residual_variance)};
  fitted.basis.modes.reserve(static_cast<std::size_t>(made.count() * std::ssize(weights)));
  for (Index k = 0; k < made.count(); ++k) {
    const std::span<const double> part = made.modes().row(k);
    const std::vector<double> mode = gather_everywhere(comm, std::vector<double>(part.begin(), part.end()));
    fitted.basis.modes.insert(fitted.basis.modes.end(), mode.begin(), mode.end());
  }
  return fitted;
}

FittedBasis fit_basis(const Comm& comm, const Tensor<double>& snapshots, std::span<const double> weights,
                      const ReducedBasisOptions& options) {
  return fit_basis(comm, SnapshotsInMemory(snapshots.view()), weights, options);
}

ReducedBasisOptions basis_options(std::optional<Index> modes, double energy, Centring centring) {
  ReducedBasisOptions options;
  options.modes = modes;
  options.energy = energy;
  options.centring = centring;
  return options;
}

double freedom_factor(Index samples, Index modes) noexcept {
  const Index freedom = samples - modes - 1;
  return freedom > 0 ? static_cast<double>(samples) / static_cast<double>(freedom) : 1;
}

void save_basis(const Basis& basis, OutputFile& file, const std::string& group) {
  file.write<double>(group + "/mean", Shape{basis.size()}, std::span<const double>(basis.mean));
  file.write<double>(group + "/modes", Shape{basis.count, basis.size()}, std::span<const double>(basis.modes));
}

Basis load_basis(const InputFile& file, const std::string& group, Index entries) {
  const Shape shape = file.info(group + "/modes").shape;
  Basis basis{read_list<double>(file, group + "/mean"), read_list<double>(file, group + "/modes"), shape[0]};
  require_agreed(shape == Shape{basis.count, entries} && basis.size() == entries, Fault::data,
                 "{}: the modes of '{}' have the shape {}, and fields of {} entries were expected",
                 file.path().string(), group, text(shape), entries);
  return basis;
}

Matrix values_of(const Basis& basis, const MatrixView& coefficients) {
  Matrix fields = product(modes_of(basis), coefficients);
  fields.colwise() += column_of(basis.mean);
  return fields;
}

FieldDecoder::FieldDecoder(const Basis& basis, const std::vector<double>& residual)
    : basis_(&basis), residual_(&residual), squares_(modes_of(basis).cwiseAbs2()) {
  require(residual.size() == basis.mean.size(), Fault::internal, "{} residuals came for {} entries", residual.size(),
          basis.mean.size());
}

Matrix FieldDecoder::variances(const MatrixView& spread) const {
  Matrix fields = product(squares_, spread);
  fields.colwise() += column_of(*residual_);
  return fields;
}

}  // namespace mercer
