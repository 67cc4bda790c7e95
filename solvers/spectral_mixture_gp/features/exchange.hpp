// The two collective steps of an operator: rows of an array gathered from all ranks, and partial sums spread over them.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/tensor_product.hpp>

namespace mercer::smgp {

/// Arrays of one shape that ranks own by consecutive rows along the first axis.
class Exchange {
 public:
  Exchange(const Comm& comm, const Shape& shape);  ///< `comm` must outlive it

  const Shape& shape() const noexcept { return shape_; }          ///< of the whole array
  Range rows() const noexcept { return rows_of(comm_->rank()); }  ///< of this rank
  Shape own_shape() const;

  Array gather(const Array& own) const;  ///< @collective the whole array, on every rank
  /// @collective This rank's rows of the sum of all ranks' arrays, added in the order of the ranks.
  Array sum_scatter(Array partial) const;
  Array own_part(const Array& whole) const;                    ///< local
  Index collectives() const noexcept { return collectives_; }  ///< run so far

 private:
  Range rows_of(int rank) const noexcept { return block(shape_[0], rank, comm_->size()); }

  const Comm* comm_;
  Shape shape_;
  Index row_size_;
  mutable Index collectives_ = 0;
};

}  // namespace mercer::smgp
