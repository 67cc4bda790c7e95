// Operators to test with: a stencil along a line, spread over the ranks, with an exact adjoint by its halo.
#pragma once

#include <mercer/linalg/linear_operator.hpp>
#include <mercer/parallel/halo.hpp>

#include <algorithm>

/// (A u)_i = 2.5 u_i - (1 + skew) u_{i-1} - (1 - skew) u_{i+1}, zero outside. Positive definite; symmetric without
/// skew.
template <class T>
class Stencil final : public mercer::LinearOperator<T> {
 public:
  Stencil(const mercer::Comm& comm, mercer::Index points, T skew)
      : decomposition_(mercer::Shape({points}), comm),
        halo_(comm, decomposition_, {1}),
        size_(decomposition_.owned(comm.rank()).count()),
        left_(-1 - skew),
        right_(-1 + skew) {}
  mercer::Index rows() const override { return size_; }
  mercer::Index columns() const override { return size_; }

 private:
  void do_apply(std::span<const T> x, std::span<T> y) const override {
    mercer::Tensor<T> block(halo_.padded_shape(), mercer::Rows::dense);
    std::copy(x.begin(), x.end(), block.data() + 1);
    halo_.exchange(block.view());
    for (mercer::Index i = 0; i < size_; ++i)
      y[static_cast<std::size_t>(i)] = left_ * block(i) + diagonal * block(i + 1) + right_ * block(i + 2);
  }
  void do_apply_adjoint(std::span<const T> y, std::span<T> x) const override {
    mercer::Tensor<T> block(halo_.padded_shape(), mercer::Rows::dense);
    for (mercer::Index i = 0; i < size_; ++i) {
      const T value = y[static_cast<std::size_t>(i)];
      block(i) += left_ * value, block(i + 1) += diagonal * value, block(i + 2) += right_ * value;
    }
    halo_.accumulate(block.view());
    std::copy_n(block.data() + 1, size_, x.begin());
  }

  static constexpr T diagonal = T(2.5);
  mercer::Decomposition decomposition_;
  mercer::Halo halo_;
  mercer::Index size_;
  T left_, right_;
};
