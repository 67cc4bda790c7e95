// Diagonal state spaces as recurrences along rows of many channels, with states that go in and come out.
#pragma once

#include <mercer/fft/state_space.hpp>
#include <mercer/fft/state_space_kernels.hpp>

namespace mercer {

/// Scans of rows of any length through one DiscreteStateSpace for each channel: y = 2 Re(C x) + skip u. As many
/// channels as a vector has lanes go side by side. Rows may be cut anywhere: the state that comes out of one piece goes
/// into the next. In single precision a state forgets its past to within the rounding of w, about 1e-7 a step. Local;
/// owns scratch memory, so one thread at a time. Instantiated for float and double.
template <class T>
class StateSpaceScan {
 public:
  /// All channels have as many modes as the first, and `skip` a number for each, else Fault::internal.
  StateSpaceScan(std::vector<DiscreteStateSpace> channels, std::span<const T> skip);

  Index channels() const noexcept { return static_cast<Index>(spaces_.size()); }
  Index modes() const noexcept { return modes_; }

  /// y[batch, channels, length] of u; state[batch, channels, modes, 2] is that before the rows and ends as that after.
  void apply(View<const T> u, View<T> y, View<T> state);

  /// Derivatives of a number by what goes in, from those by what comes out: writes that by u, turns `grad_state` from
  /// the state after the rows to that before, and adds to those by the channels, dL = Re(g dz), and by skip.
  void apply_adjoint(View<const T> u, View<const T> state_before, View<const T> grad_y, View<T> grad_u,
                     View<T> grad_state, std::span<DiscreteStateSpace> grad_channels, std::span<T> grad_skip);

 private:
  Index lanes() const noexcept { return kernels_->lanes; }
  Index groups() const noexcept { return (channels() + lanes() - 1) / lanes(); }
  void check(const Shape& rows, const Shape& state) const;
  ScanTables<T> tables(Index group) const noexcept;
  void read_state(View<const T> state, Index sample, Index group);
  void write_state(View<T> state, Index sample, Index group) const;
  void read_costate(View<const T> grad_state, Index sample, Index group);
  void write_costate(View<T> grad_state, Index sample, Index group, std::span<DiscreteStateSpace> grad_channels) const;
  void collect(Index group, std::span<const double> sums, std::span<DiscreteStateSpace> grad_channels) const;

  std::vector<DiscreteStateSpace> spaces_;
  Index modes_;
  const StateSpaceKernels<T>* kernels_;
  Tensor<T> w_, output_, skip_;  ///< [groups, modes, 2, lanes], [groups, lanes]; zero in lanes without a channel
  Tensor<T> state_, first_state_, costate_, buffer_;
};

}  // namespace mercer
