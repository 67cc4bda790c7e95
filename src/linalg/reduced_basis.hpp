// Reduced bases: the few fields whose combinations come nearest to many snapshots (proper orthogonal decomposition).
#pragma once

#include <mercer/linalg/snapshot_passes.hpp>

#include <optional>
#include <vector>

namespace mercer {

class Binder;

enum class Centring { mean, none };

struct ReducedBasisOptions {
  std::optional<Index> modes = {};
  double energy = 1;
  Centring centring = Centring::mean;
  double memory = 1e8;
};
void describe(Binder& binder, ReducedBasisOptions& options);

/// x = mean + sum_k a_k modes_k + a residual, with modes orthonormal in the inner product that they were made with.
/// Fields are spread over the ranks like the snapshots; what has no entries is the same on all ranks.
struct ReducedBasis {
  Centring centring = Centring::mean;
  std::vector<double> mean;               ///< [entries], zeros without centring
  std::vector<double> fields;             ///< the modes one after another
  Eigen::VectorXd singular_values;        ///< [modes] of the centred snapshots, falling
  double squares = 0;                     ///< sum of |x - mean|^2 over the snapshots
  Matrix coefficients;                    ///< [snapshots, modes] of the snapshots
  std::vector<double> residuals;          ///< [snapshots], |(I - P)(x - mean)|
  std::vector<double> residual_variance;  ///< [entries], mean square of the residuals over the snapshots

  Index count() const noexcept { return singular_values.size(); }  ///< of modes
  Index size() const noexcept { return static_cast<Index>(mean.size()); }
  View<const double> modes() const { return {fields.data(), {count(), size()}}; }
  /// |(I - P)(x - mean)| / |x - mean| of a snapshot: from 0, inside the span, to 1; 0 for the mean itself.
  double novelty(Index snapshot) const;
};

/// The entries of [0, size) that a rank is to hold for a basis with the same bits on any number of ranks.
Range aligned_part(Index size, int rank, int ranks);

/// @collective The modes of a Gram matrix, refined: they are orthonormal to rounding, and singular values above 1e-6 of
/// the largest are right to 1e-8, although the matrix holds their squares. Reads the snapshots four times (with a mass
/// matrix that is not diagonal three times or more often, see gram_matrix) and keeps, besides the result, up to 16
/// modes more and twice `memory` bytes. With a diagonal mass matrix and entries divided by `aligned_part` the result
/// has the same bits on any number of ranks. Modes below 1e-6 of the largest singular value are left out. Throws agreed
/// errors: Fault::data for snapshots that are not finite, Fault::config for none.
ReducedBasis reduced_basis(const Comm& comm, const Snapshots& snapshots, const InnerProduct& product,
                           const ReducedBasisOptions& options = {});

/// @collective The basis of the old and more snapshots together, without reading the old ones: the old modes, weighted,
/// stand for them. Exact but for what the old basis left out. The residuals of old snapshots are those they had, and
/// what the new basis leaves out. Centring is that of the old basis, whatever the options say. Ross et al. (2008).
ReducedBasis extended_basis(const Comm& comm, const ReducedBasis& old, const Snapshots& more,
                            const InnerProduct& product, const ReducedBasisOptions& options = {});

/// @collective Coefficients of any snapshots, less the mean of the basis, and what they leave.
Projection project(const Comm& comm, const ReducedBasis& basis, const Snapshots& snapshots, const InnerProduct& product,
                   double memory = ReducedBasisOptions().memory);

/// Local: fields[i] = mean + sum_k coefficients[i, k] modes_k, [fields, entries]. Throws Fault::internal for other
/// sizes.
void reconstruct(const ReducedBasis& basis, const MatrixView& coefficients, View<double> fields);

}  // namespace mercer
