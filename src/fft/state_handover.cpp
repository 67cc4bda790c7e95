// Recursive doubling: after the exchange over a distance d each rank knows what 2 d pieces leave of a zero state.
#include <mercer/fft/state_handover.hpp>

#include <algorithm>

namespace mercer {
namespace {

std::vector<ComplexVector> decays_of(const std::vector<DiscreteStateSpace>& channels) {
  std::vector<ComplexVector> decays;
  for (const DiscreteStateSpace& channel : channels) decays.push_back(channel.w);
  return decays;
}

/// Rank 0 first; MPI_PROC_NULL beyond the ends.
int neighbour(const Comm& comm, int distance) {
  const int rank = comm.rank() + distance;
  return 0 <= rank && rank < comm.size() ? rank : MPI_PROC_NULL;
}

template <class T>
std::vector<T> packed(View<const T> view) {
  std::vector<T> numbers;
  for (Index row = 0; row < view.rows(); ++row)
    numbers.insert(numbers.end(), view.row(row).begin(), view.row(row).end());
  return numbers;
}

void sum_over_ranks(const Comm& comm, ComplexVector& values) {
  check_mpi(
      MPI_Allreduce(MPI_IN_PLACE, values.data(), narrow<int>(2 * values.size()), MPI_DOUBLE, MPI_SUM, comm.raw()));
}

/// Gradients that start from zero, to be added to those of the caller once they are summed.
std::vector<DiscreteStateSpace> zeros_like(std::span<const DiscreteStateSpace> channels) {
  std::vector<DiscreteStateSpace> zeros;
  for (const DiscreteStateSpace& channel : channels) {
    const ComplexVector none(channel.w.size());
    zeros.push_back({none, none, none});
  }
  return zeros;
}

void add(ComplexVector& sum, const ComplexVector& part) { std::ranges::transform(sum, part, sum.begin(), std::plus()); }

}  // namespace

template <class T>
StateHandover<T>::StateHandover(const Comm& comm, Index length, std::vector<DiscreteStateSpace> channels,
                                std::span<const T> skip)
    : comm_(&comm), length_(length), decays_(decays_of(channels)), scan_(std::move(channels), skip) {}

template <class T>
std::uint64_t StateHandover<T>::bytes_sent(Index batch) const noexcept {
  std::uint64_t exchanges = comm_->rank() + 1 < comm_->size() ? 1 : 0;
  for (int distance = 1; distance < comm_->size(); distance *= 2)
    exchanges += comm_->rank() + distance < comm_->size() ? 1 : 0;
  return exchanges * sizeof(T) * static_cast<std::uint64_t>(2 * modes() * scan_.channels() * batch);
}

template <class T>
void StateHandover<T>::add_decayed(View<T> sum, const std::vector<T>& received, Index steps, Way way) const {
  std::size_t at = 0;
  for (Index row = 0; row < sum.rows(); ++row) {
    const Index mode = row % modes(), channel = row / modes() % scan_.channels();
    const std::complex<double> w = decays_[static_cast<std::size_t>(channel)][static_cast<std::size_t>(mode)];
    const std::complex<double> decay = std::pow(way == Way::onward ? w : std::conj(w), static_cast<double>(steps));
    const std::complex<double> part = decay * std::complex<double>(received[at], received[at + 1]);
    sum.row(row)[0] += static_cast<T>(part.real());
    sum.row(row)[1] += static_cast<T>(part.imag());
    at += 2;
  }
}

template <class T>
void StateHandover<T>::hand_over(View<T> state, Way way) const {
  const int sign = way == Way::onward ? 1 : -1, rank = comm_->rank();
  const auto exchange = [&](int distance) {
    const std::vector<T> mine = packed<T>(state);
    std::vector<T> theirs(mine.size());
    const int count = narrow<int>(mine.size());
    check_mpi(MPI_Sendrecv(mine.data(), count, mpi_type<T>(), neighbour(*comm_, sign * distance), 0, theirs.data(),
                           count, mpi_type<T>(), neighbour(*comm_, -sign * distance), 0, comm_->raw(),
                           MPI_STATUS_IGNORE));
    return theirs;
  };
  for (int distance = 1; distance < comm_->size(); distance *= 2) {
    const std::vector<T> received = exchange(distance);
    if (neighbour(*comm_, -sign * distance) == MPI_PROC_NULL) continue;
    const int first = std::max(0, way == Way::onward ? rank - distance + 1 : rank),
              last = std::min(comm_->size() - 1, way == Way::onward ? rank : rank + distance - 1);
    add_decayed(state, received, steps_of(last).end - steps_of(first).begin, way);
  }
  const std::vector<T> received = exchange(1);  // zeros where nobody is
  for (Index row = 0; row < state.rows(); ++row) std::copy_n(received.data() + 2 * row, 2, state.row(row).data());
}

template <class T>
void StateHandover<T>::apply(View<const T> u, View<T> y, View<T> state_before) {
  for (Index row = 0; row < state_before.rows(); ++row) std::ranges::fill(state_before.row(row), T{});
  scan_.apply(u, y, state_before);
  hand_over(state_before, Way::onward);
  Tensor<T> state(state_before.shape());
  for (Index row = 0; row < state_before.rows(); ++row)
    std::ranges::copy(state_before.row(row), state.view().row(row).begin());
  scan_.apply(u, y, state.view());
}

template <class T>
void StateHandover<T>::apply_adjoint(View<const T> u, View<const T> state_before, View<const T> grad_y, View<T> grad_u,
                                     std::span<DiscreteStateSpace> grad_channels, std::span<T> grad_skip) {
  std::vector<DiscreteStateSpace> found = zeros_like(grad_channels);
  std::vector<T> skip(grad_skip.size());
  Tensor<T> costate(state_before.shape());
  scan_.apply_adjoint(u, state_before, grad_y, grad_u, costate.view(), found, skip);
  hand_over(costate.view(), Way::back);
  found = zeros_like(grad_channels);
  std::ranges::fill(skip, T{});
  scan_.apply_adjoint(u, state_before, grad_y, grad_u, costate.view(), found, skip);
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, skip.data(), narrow<int>(skip.size()), mpi_type<T>(), MPI_SUM, comm_->raw()));
  std::ranges::transform(grad_skip, skip, grad_skip.begin(), std::plus());
  for (std::size_t channel = 0; channel < found.size(); ++channel) {
    for (ComplexVector DiscreteStateSpace::*part :
         {&DiscreteStateSpace::w, &DiscreteStateSpace::input, &DiscreteStateSpace::C}) {
      sum_over_ranks(*comm_, found[channel].*part);
      add(grad_channels[channel].*part, found[channel].*part);
    }
  }
}

template class StateHandover<float>;
template class StateHandover<double>;

}  // namespace mercer
