// Stationary covariances on regular grids as parts of circulant ones on larger, periodic grids, spread over the ranks.
#pragma once

#include <mercer/fft/distributed_transform.hpp>
#include <mercer/linalg/linear_operator.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mercer {

/// The smallest size of at least `size` without prime factors above 7, for which transforms are fast.
Index fast_size(Index size) noexcept;

/// K[i, j] = c(i - j) on a grid of two or three dimensions, of which each rank has its slab along the first axis. c
/// need not be a product over the axes. Dietrich and Newsam (1997). All members but sizes are @collective.
class CirculantEmbedding final : public LinearOperator<double> {
 public:
  /// c of a difference of positions in steps, slowest axis first; c(lag) = c(-lag).
  using LagFunction = std::function<double(std::span<const Index> lag)>;

  /// `torus` are the sizes of the periodic grid: at least 2 n - 1 along each axis of n points for an exact product, or
  /// fewer where c vanishes at the lags that meet themselves around it. `comm` must outlive it. Throws Fault::internal
  /// for a torus smaller than the grid.
  CirculantEmbedding(const Comm& comm, const Shape& grid, const Shape& torus, const LagFunction& c);
  /// On the smallest fast torus that is exact.
  CirculantEmbedding(const Comm& comm, const Shape& grid, const LagFunction& c)
      : CirculantEmbedding(comm, grid, exact_torus(grid), c) {}
  static Shape exact_torus(const Shape& grid);

  Index rows() const override { return own_rows_.count() * inner_; }
  Index columns() const override { return rows(); }
  const Shape& torus() const noexcept { return transform_.shape(); }
  Box owned_torus() const { return transform_.owned(); }  ///< this rank's slab of the torus

  /// sum of -min(eigenvalue, 0) over the sum of magnitudes: how much `draw` leaves out; 0 on a torus that is large
  /// enough.
  double negative_share() const;
  /// out ~ N(0, K), but for negative eigenvalues of the torus, which count as zero. Depends on (seed, stream) alone.
  void draw(std::uint64_t seed, std::uint64_t stream, std::span<double> out) const;
  /// Adds the derivative of left^T K right by c at the lags of the torus, [owned_torus], each entry for itself; lag and
  /// -lag have equal ones.
  void add_gradient(std::span<const double> left, std::span<const double> right, std::span<double> column) const;

 private:
  using Complex = std::complex<double>;
  /// Rows that go from one division of the first axis to another.
  struct Moves {
    std::vector<int> counts, starts;
  };
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override { do_apply(y, x); }
  std::vector<Complex> spectrum_of(std::span<const double> x) const;
  void crop(std::span<Complex> spectrum, std::span<double> y) const;
  template <class F>
  void for_each_row(const F& copy) const;
  void plan_moves(const Comm& comm);

  const Comm* comm_;
  Shape grid_;
  Range own_rows_;
  Index inner_;  ///< points of the grid in one row along the first axis
  DistributedTransform<double> transform_;
  Moves from_grid_, to_torus_;
  std::vector<double> eigenvalues_;
};

}  // namespace mercer
