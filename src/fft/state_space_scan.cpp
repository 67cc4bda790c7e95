// Scans. The kernels work with states over `input`, so that a step costs one product less.
#include <mercer/base/simd.hpp>
#include <mercer/fft/state_space_scan.hpp>

#include <array>
#include <cmath>

namespace mercer {
namespace {

using Complex = std::complex<double>;

/// What states are divided by. An input below all rounding is taken for a tiny one.
Complex scale(const DiscreteStateSpace& space, Index mode) {
  const Complex input = space.input[static_cast<std::size_t>(mode)];
  return std::abs(input) < 1e-18 ? 1e-18 : input;
}

template <class T>
void set(Tensor<T>& pairs, Index mode, Index lane, Complex value) {
  pairs(mode, 0, lane) = static_cast<T>(value.real());
  pairs(mode, 1, lane) = static_cast<T>(value.imag());
}

template <class T>
Complex get(const Tensor<T>& pairs, Index mode, Index lane) {
  return {pairs(mode, 0, lane), pairs(mode, 1, lane)};
}

template <class T>
Complex get(View<const T> states, Index sample, Index channel, Index mode) {
  return {states(sample, channel, mode, 0), states(sample, channel, mode, 1)};
}

template <class T>
void set(View<T> states, Index sample, Index channel, Index mode, Complex value) {
  states(sample, channel, mode, 0) = static_cast<T>(value.real());
  states(sample, channel, mode, 1) = static_cast<T>(value.imag());
}

/// The rows of a group of channels; lanes without a channel get `spare`.
template <class T>
std::array<T*, 16> lane_rows(View<T> rows, Index sample, Index first, Index lanes, T* spare) {
  std::array<T*, 16> pointers{};
  for (Index lane = 0; lane < lanes; ++lane)
    pointers[static_cast<std::size_t>(lane)] = first + lane < rows.shape()[1] ? &rows(sample, first + lane, 0) : spare;
  return pointers;
}

/// Calls `work(mode, lane, channel)` for all channels of a group.
template <class Work>
void for_modes(Index modes, Index lanes, Index group, Index channels, const Work& work) {
  for (Index lane = 0; lane < std::min(lanes, channels - group * lanes); ++lane)
    for (Index mode = 0; mode < modes; ++mode) work(mode, lane, group * lanes + lane);
}

/// sums_channel += <a, b> over samples and steps.
template <class T>
void add_products(View<const T> a, View<const T> b, std::span<T> sums) {
  for (Index row = 0; row < a.rows(); ++row) {
    double sum = 0;
    const std::span<const T> x = a.row(row), y = b.row(row);
    for (std::size_t t = 0; t < x.size(); ++t) sum += static_cast<double>(x[t]) * static_cast<double>(y[t]);
    sums[static_cast<std::size_t>(row) % sums.size()] += static_cast<T>(sum);
  }
}

}  // namespace

template <class T>
StateSpaceScan<T>::StateSpaceScan(std::vector<DiscreteStateSpace> channels, std::span<const T> skip)
    : spaces_(std::move(channels)),
      modes_(spaces_.empty() ? 0 : static_cast<Index>(spaces_.front().w.size())),
      kernels_(&state_space_kernels<T>()) {
  require(modes_ >= 1 && skip.size() == spaces_.size(), Fault::internal,
          "a scan needs channels of at least one mode and a skip term for each; here are {} channels, {} modes and {} "
          "skip terms",
          spaces_.size(), modes_, skip.size());
  w_ = Tensor<T>({groups() * modes_, 2, lanes()}, Rows::dense);
  output_ = Tensor<T>(w_.shape(), Rows::dense);
  skip_ = Tensor<T>({groups(), lanes()}, Rows::dense);
  for (Tensor<T>* states : {&state_, &first_state_, &costate_}) *states = Tensor<T>({modes_, 2, lanes()}, Rows::dense);
  buffer_ = Tensor<T>({(5 * kernels_->chunk + 2) * lanes()});
  for (Index channel = 0; channel < this->channels(); ++channel) {
    const DiscreteStateSpace& space = spaces_[static_cast<std::size_t>(channel)];
    const auto modes = static_cast<std::size_t>(modes_);
    require(space.w.size() == modes && space.input.size() == modes && space.C.size() == modes, Fault::internal,
            "all channels of a scan have {} modes, but channel {} has not", modes_, channel);
    const Index group = channel / lanes(), lane = channel % lanes();
    skip_(group, lane) = skip[static_cast<std::size_t>(channel)];
    for (Index mode = 0; mode < modes_; ++mode) {
      const auto n = static_cast<std::size_t>(mode);
      set(w_, group * modes_ + mode, lane, space.w[n]);
      set(output_, group * modes_ + mode, lane, 2.0 * space.C[n] * scale(space, mode));
    }
  }
}

template <class T>
void StateSpaceScan<T>::check(const Shape& rows, const Shape& state) const {
  require(
      rows.dimensions() == 3 && rows[1] == channels() && state == Shape{rows[0], channels(), modes_, 2},
      Fault::internal,
      "a scan of {} channels with {} modes takes rows [batch, channels, length] and states [batch, channels, modes, "
      "2], not {} dimensions with {} channels and {} numbers of states",
      channels(), modes_, rows.dimensions(), rows[1], state.count());
}

template <class T>
ScanTables<T> StateSpaceScan<T>::tables(Index group) const noexcept {
  return {modes_, &w_(group * modes_, 0, 0), &output_(group * modes_, 0, 0), &skip_(group, 0)};
}

template <class T>
void StateSpaceScan<T>::read_state(View<const T> state, Index sample, Index group) {
  for_modes(modes_, lanes(), group, channels(), [&](Index mode, Index lane, Index channel) {
    const auto& space = spaces_[static_cast<std::size_t>(channel)];
    set(state_, mode, lane, get(state, sample, channel, mode) / scale(space, mode));
  });
}

template <class T>
void StateSpaceScan<T>::write_state(View<T> state, Index sample, Index group) const {
  for_modes(modes_, lanes(), group, channels(), [&](Index mode, Index lane, Index channel) {
    const auto& space = spaces_[static_cast<std::size_t>(channel)];
    set(state, sample, channel, mode, get(state_, mode, lane) * scale(space, mode));
  });
}

template <class T>
void StateSpaceScan<T>::apply(View<const T> u, View<T> y, View<T> state) {
  check(u.shape(), state.shape());
  check(y.shape(), state.shape());
  require(u.shape() == y.shape(), Fault::internal, "a scan of rows of {} cannot fill rows of {}", u.shape().back(),
          y.shape().back());
  const FlushDenormals flush;
  const Index length = u.shape().back();
  if (length == 0) return;
  std::vector<T> spare(static_cast<std::size_t>(length));
  for (Index sample = 0; sample < u.shape()[0]; ++sample)
    for (Index group = 0; group < groups(); ++group) {
      const Index first = group * lanes();
      read_state(state, sample, group);
      const auto rows = lane_rows<const T>(u, sample, first, lanes(), &u(sample, first, 0));
      const auto out = lane_rows<T>(y, sample, first, lanes(), spare.data());
      kernels_->scan(tables(group), length, rows.data(), out.data(), state_.data(), nullptr, buffer_.data());
      write_state(state, sample, group);
    }
}

template <class T>
void StateSpaceScan<T>::read_costate(View<const T> grad_state, Index sample, Index group) {
  for_modes(modes_, lanes(), group, channels(), [&](Index mode, Index lane, Index channel) {
    const auto& space = spaces_[static_cast<std::size_t>(channel)];
    set(costate_, mode, lane, std::conj(get(grad_state, sample, channel, mode)) * scale(space, mode));
  });
}

/// The states over `input` also carry derivatives by `input`, at both ends.
template <class T>
void StateSpaceScan<T>::write_costate(View<T> grad_state, Index sample, Index group,
                                      std::span<DiscreteStateSpace> grad_channels) const {
  for_modes(modes_, lanes(), group, channels(), [&](Index mode, Index lane, Index channel) {
    const auto c = static_cast<std::size_t>(channel), n = static_cast<std::size_t>(mode);
    const Complex by = scale(spaces_[c], mode), p = get(costate_, mode, lane) / by;
    const Complex after = std::conj(get<T>(grad_state, sample, channel, mode));
    grad_channels[c].input[n] += after * get(state_, mode, lane) - p * get(first_state_, mode, lane);
    set(grad_state, sample, channel, mode, std::conj(p));
  });
}

template <class T>
void StateSpaceScan<T>::collect(Index group, std::span<const double> sums,
                                std::span<DiscreteStateSpace> grad_channels) const {
  for_modes(modes_, lanes(), group, channels(), [&](Index mode, Index lane, Index channel) {
    const auto c = static_cast<std::size_t>(channel), n = static_cast<std::size_t>(mode);
    const auto at = [&](Index part) { return sums[static_cast<std::size_t>((4 * mode + part) * lanes() + lane)]; };
    const Complex by_output(at(0), at(1));
    grad_channels[c].C[n] += 2.0 * scale(spaces_[c], mode) * by_output;
    grad_channels[c].input[n] += 2.0 * spaces_[c].C[n] * by_output;
    grad_channels[c].w[n] += Complex(at(2), at(3));
  });
}

template <class T>
void StateSpaceScan<T>::apply_adjoint(View<const T> u, View<const T> state_before, View<const T> grad_y, View<T> grad_u,
                                      View<T> grad_state, std::span<DiscreteStateSpace> grad_channels,
                                      std::span<T> grad_skip) {
  for (const Shape& rows : {u.shape(), grad_y.shape(), grad_u.shape()}) check(rows, state_before.shape());
  check(u.shape(), grad_state.shape());
  require(grad_y.shape() == u.shape() && grad_u.shape() == u.shape() &&
              std::cmp_equal(grad_channels.size(), channels()) && std::cmp_equal(grad_skip.size(), channels()),
          Fault::internal, "the derivatives of a scan have other sizes than what they belong to");
  const FlushDenormals flush;
  const Index length = u.shape().back(), chunks = (length + kernels_->chunk - 1) / kernels_->chunk;
  if (length == 0) return;
  Tensor<T> starts({chunks, modes_, 2, lanes()}, Rows::dense), spare({length});
  std::array<T*, 16> nowhere{};
  nowhere.fill(spare.data());
  std::vector<double> sums(static_cast<std::size_t>(4 * modes_ * lanes()));
  for (Index sample = 0; sample < u.shape()[0]; ++sample)
    for (Index group = 0; group < groups(); ++group) {
      const Index first = group * lanes();
      read_state(state_before, sample, group);
      std::copy_n(state_.data(), state_.count(), first_state_.data());
      const auto rows = lane_rows<const T>(u, sample, first, lanes(), &u(sample, first, 0));
      kernels_->scan(tables(group), length, rows.data(), nowhere.data(), state_.data(), starts.data(), buffer_.data());
      read_costate(grad_state, sample, group);
      std::fill(sums.begin(), sums.end(), 0.0);
      const auto slopes = lane_rows<const T>(grad_y, sample, first, lanes(), &grad_y(sample, first, 0));
      const auto out = lane_rows<T>(grad_u, sample, first, lanes(), spare.data());
      kernels_->scan_adjoint(tables(group), length, rows.data(), slopes.data(), out.data(), starts.data(),
                             costate_.data(), sums.data(), buffer_.data());
      collect(group, sums, grad_channels);
      write_costate(grad_state, sample, group, grad_channels);
    }
  add_products(u, grad_y, grad_skip);
}

template class StateSpaceScan<float>;
template class StateSpaceScan<double>;

}  // namespace mercer
