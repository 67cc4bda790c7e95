// y = A x and x = A^T y: what transforms, convolutions, covariances, grid transfers and multigrid cycles have in
// common.
#pragma once

#include <mercer/base/index.hpp>
#include <mercer/parallel/comm.hpp>

#include <cstdint>
#include <span>

namespace mercer {

/// A linear map between vectors spread over the ranks of a communicator. Sizes are those of this rank's parts; products
/// are @collective.
template <class T>
class LinearOperator {
 public:
  virtual ~LinearOperator() = default;
  virtual Index rows() const = 0;
  virtual Index columns() const = 0;
  // Sizes that do not fit are a Fault::internal.
  void apply(std::span<const T> x, std::span<T> y) const;          ///< y[rows] = A x[columns]
  void apply_adjoint(std::span<const T> y, std::span<T> x) const;  ///< x[columns] = A^T y[rows]

 private:
  virtual void do_apply(std::span<const T> x, std::span<T> y) const = 0;
  virtual void do_apply_adjoint(std::span<const T> y, std::span<T> x) const = 0;
};

/// The adjoint of an operator, which must outlive it.
template <class T>
class Adjoint final : public LinearOperator<T> {
 public:
  explicit Adjoint(const LinearOperator<T>& a) noexcept : a_(&a) {}
  Index rows() const override { return a_->columns(); }
  Index columns() const override { return a_->rows(); }

 private:
  void do_apply(std::span<const T> x, std::span<T> y) const override { a_->apply_adjoint(x, y); }
  void do_apply_adjoint(std::span<const T> y, std::span<T> x) const override { a_->apply(y, x); }
  const LinearOperator<T>* a_;
};

/// @collective |<A x, y> - <x, A^T y>| relative to |A x| |y| for random x and y: rounding only where the adjoint is
/// exact. The vectors are the same for every number of ranks, if the ranks hold consecutive parts.
template <class T>
double adjoint_gap(const Comm& comm, const LinearOperator<T>& a, std::uint64_t seed = 1);

}  // namespace mercer
