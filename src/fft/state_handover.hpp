// Diagonal state spaces along rows whose steps are spread over the ranks: what is handed over is the state alone.
#pragma once

#include <mercer/fft/state_space_scan.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <cstdint>

namespace mercer {

/// The rank of each piece of a row scans it from a zero state; as the recurrence is linear, the states before the
/// pieces follow from those after them in log2(P) exchanges, and a second scan starts from these. Against turning the
/// rows around the ranks, that moves 2 modes in place of M steps. Members are @collective; owns scratch memory.
/// Instantiated for float and double.
template <class T>
class StateHandover {
 public:
  /// `comm` must outlive it; `length` is that of the whole rows. Throws Fault::internal as StateSpaceScan does.
  StateHandover(const Comm& comm, Index length, std::vector<DiscreteStateSpace> channels, std::span<const T> skip);

  Range own_steps() const noexcept { return steps_of(comm_->rank()); }
  Index modes() const noexcept { return scan_.modes(); }
  /// What this rank sends in one `apply` for `batch` rows a channel: 2 modes numbers a row and exchange, of which it
  /// takes part in log2(P) + 1 at most.
  std::uint64_t bytes_sent(Index batch) const noexcept;

  /// y[batch, channels, own steps] of u, from a zero state before the first step of all; leaves in
  /// state_before[batch, channels, modes, 2] the state before the own steps, for the adjoint.
  void apply(View<const T> u, View<T> y, View<T> state_before);
  /// Derivatives of a number by what goes in from those by y, as in StateSpaceScan; those by the channels and by skip
  /// are added up over all ranks.
  void apply_adjoint(View<const T> u, View<const T> state_before, View<const T> grad_y, View<T> grad_u,
                     std::span<DiscreteStateSpace> grad_channels, std::span<T> grad_skip);

 private:
  enum class Way { onward, back };
  Range steps_of(int rank) const noexcept { return block(length_, rank, comm_->size()); }
  /// From what each piece leaves of a zero state to what comes into each piece.
  void hand_over(View<T> state, Way way) const;
  void add_decayed(View<T> sum, const std::vector<T>& received, Index steps, Way way) const;

  const Comm* comm_;
  Index length_;
  std::vector<ComplexVector> decays_;  ///< w of each channel
  StateSpaceScan<T> scan_;
};

extern template class StateHandover<float>;
extern template class StateHandover<double>;

}  // namespace mercer
