// Fields as few numbers: bases that the ranks make together and all know, their files, and values with variances.
#pragma once

#include <mercer/io/file.hpp>
#include <mercer/linalg/reduced_basis.hpp>

#include <string>
#include <vector>

namespace mercer {

/// Fields as mean + sum_k a_k modes_k.
struct Basis {
  std::vector<double> mean;   ///< [entries]
  std::vector<double> modes;  ///< [mode, entry]
  Index count = 0;            ///< of modes
  Index size() const noexcept { return std::ssize(mean); }
};

/// A basis with what it says of its snapshots.
struct FittedBasis {
  Basis basis;
  Matrix coefficients;                    ///< [snapshots, modes]
  std::vector<double> residuals;          ///< [snapshots]
  std::vector<double> residual_variance;  ///< [entries], see ReducedBasis
};

/// @collective The basis of snapshots of which each rank has its `aligned_part` of the entries: the same bits on any
/// number of ranks. `weights` are those of all entries.
FittedBasis fit_basis(const Comm& comm, const Snapshots& snapshots, std::span<const double> weights,
                      const ReducedBasisOptions& options);
/// The same of [snapshots, entries] in memory.
FittedBasis fit_basis(const Comm& comm, const Tensor<double>& snapshots, std::span<const double> weights,
                      const ReducedBasisOptions& options);

ReducedBasisOptions basis_options(std::optional<Index> modes, double energy, Centring centring);

/// What makes a mean square of residuals that of new fields: modes that were fitted to the same `samples` take that
/// many degrees of freedom.
double freedom_factor(Index samples, Index modes) noexcept;

/// @collective Writes the datasets `mean` and `modes`, and reads them. Throws Fault::data for modes of another size.
void save_basis(const Basis& basis, OutputFile& file, const std::string& group);
Basis load_basis(const InputFile& file, const std::string& group, Index entries);

/// @collective A small dataset as a list.
template <class T>
std::vector<T> read_list(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  std::vector<T> values(static_cast<std::size_t>(shape.count()));
  file.read<T>(name, Slab::whole(shape), View<T>(values.data(), shape));
  return values;
}

/// Values [entry, field] of fields with coefficients [mode, field].
Matrix values_of(const Basis& basis, const MatrixView& coefficients);

/// A value is linear in the coefficients, so its variance is known without draws. Local.
class FieldDecoder {
 public:
  /// `residual` [entries] is the variance of what the basis leaves; both must outlive the decoder.
  FieldDecoder(const Basis& basis, const std::vector<double>& residual);

  Index modes() const noexcept { return basis_->count; }
  Matrix values(const MatrixView& coefficients) const { return values_of(*basis_, coefficients); }
  /// Variances [entries, field] for independent coefficients of these variances [mode, field], residual included.
  Matrix variances(const MatrixView& spread) const;

 private:
  const Basis* basis_;
  const std::vector<double>* residual_;
  Matrix squares_;  ///< of the modes, [entry, mode]
};

}  // namespace mercer
