// Convolutions in rings. On the unit circle conj(x^j) = x^-j, so adjoints need only conjugate spectra. As x^N = i, what
// leaves the ring at its upper end comes back in the imaginary part, and what leaves it at the lower end too: x^-n =
// -i x^(N-n). There the other half of a full convolution can be read, which periodic rows and reverse kernels need.
#include <mercer/fft/convolution_engine.hpp>

namespace mercer {

/// The parts of a workspace: 2 N numbers each for factors and scratch, N for each copy of a row.
template <class T>
struct RingConvolution<T>::Workspace {
  Workspace(Index size, T* memory)
      : factors(memory),
        scratch(memory + 2 * size),
        row(memory + 4 * size),
        other(memory + 5 * size),
        re(memory + 6 * size),
        im(memory + 7 * size) {}
  T *factors, *scratch, *row, *other, *re, *im;
};

/// Outputs [begin, end) from inputs at [first, first + N).
template <class T>
struct RingConvolution<T>::Piece {
  Index begin, end, first;
};

namespace {

template <class T>
RingRow<T> whole_row(const Ring<T>& ring, T* row) {
  RingRow<T> parts{};
  for (Index s = 0; s < ring.lanes(); ++s) parts[static_cast<std::size_t>(s)] = row + s * ring.part();
  return parts;
}

/// a += conj(b), as spectra.
template <class T>
void add_conjugate(const Ring<T>& ring, T* a, const T* b) {
  const Index lanes = ring.lanes();
  for (Index vector = 0; vector < ring.part(); ++vector, a += 2 * lanes, b += 2 * lanes)
    for (Index lane = 0; lane < lanes; ++lane) {
      a[lane] += b[lane];
      a[lanes + lane] -= b[lanes + lane];
    }
}

}  // namespace

template <class T>
RingConvolution<T>::RingConvolution(Index length, bool wraps, Reach reach, Index ring_size, bool blocks)
    : ring_(ring_size), length_(length), wraps_(wraps), blocks_(blocks), reach_(reach) {}

/// The taps that count: a periodic kernel that is longer than the row comes round.
template <class T>
std::span<const T> RingConvolution<T>::folded_kernel(std::span<const T> k, T* memory) const {
  const auto taps = static_cast<std::size_t>(reach_.back + 1);
  if (!wraps_ || k.size() <= taps) return k.first(std::min(taps, k.size()));
  std::copy_n(k.data(), taps, memory);
  for (std::size_t s = taps; s < k.size(); s += taps)
    for (std::size_t lag = 0; lag < std::min(taps, k.size() - s); ++lag) memory[lag] += k[s + lag];
  return {memory, taps};
}

template <class T>
void RingConvolution<T>::kernel_spectrum(std::span<const T> k, std::span<const T> r, T* K, T* workspace) const {
  const Workspace work(ring_.size(), workspace);
  const EndlessRow<T> forward{folded_kernel(k, work.re)};
  ring_.kernels().evaluate(ring_.tables(), window(ring_, forward, 0, work.row).data(), K);
  if (reach_.ahead == 0) return;
  const EndlessRow<T> reverse{r.first(static_cast<std::size_t>(reach_.ahead))};
  ring_.kernels().evaluate(ring_.tables(), window(ring_, reverse, -1, work.row).data(), work.scratch);
  add_conjugate(ring_, K, work.scratch);
}

template <class T>
auto RingConvolution<T>::piece(Side side, Index begin) const noexcept -> Piece {
  const Index back = side == Side::forward ? reach_.back : reach_.ahead;
  return {begin, std::min(begin + step(), length_), blocks_ ? begin - back : 0};
}

template <class T>
void RingConvolution<T>::product(Side side, const T* K, std::span<const T> from, T skip, std::span<T> to, T* workspace,
                                 const NextRows<T>& next) const {
  const Workspace work(ring_.size(), workspace);
  const auto multiply = side == Side::forward ? ring_.kernels().multiply : ring_.kernels().multiply_conjugate;
  for (Index begin = 0; begin < length_; begin += step()) {
    const Piece here = piece(side, begin);
    const RingRow<const T> row = window(ring_, EndlessRow<T>{from, wraps_ && blocks_}, here.first, work.row);
    multiply(ring_.tables(), row.data(), K, skip, work.factors, next);
    finish(side, here, work, to);
  }
}

/// Writes a piece of the output from its factors.
template <class T>
void RingConvolution<T>::finish(Side side, const Piece& piece, const Workspace& work, std::span<T> to) const {
  if (folds()) {
    ring_.kernels().join_complex(ring_.tables(), work.factors, whole_row(ring_, work.re).data(),
                                 whole_row(ring_, work.im).data());
    return fold(side, work, to);
  }
  const OutputWindow<T> out{to, piece.first, piece.begin, piece.end, work.re};
  ring_.kernels().join(ring_.tables(), work.factors, out.parts(ring_).data());
  out.deliver(ring_);
}

/// Position t of a periodic row: powers t and t + L of the full product, or t and t - L of its adjoint.
template <class T>
void RingConvolution<T>::fold(Side side, const Workspace& work, std::span<T> to) const {
  const Index within = ring_.size() - length_;  // powers from L on that are still in the ring
  for (Index t = 0; t < length_; ++t) {
    const T beyond = t < within ? work.re[t + length_] : work.im[t - within];
    const T round = side == Side::forward ? beyond : -work.im[within + t];
    to[static_cast<std::size_t>(t)] = work.re[t] + round;
  }
}

template <class T>
void RingConvolution<T>::apply(const T* K, std::span<const T> u, T skip, std::span<T> y, T* workspace,
                               const NextRows<T>& next) const {
  product(Side::forward, K, u, skip, y, workspace, blocks_ ? NextRows<T>{} : next);
}

template <class T>
void RingConvolution<T>::apply_adjoint(const T* K, std::span<const T> g, T skip, std::span<T> grad_u,
                                       T* workspace) const {
  product(Side::adjoint, K, g, skip, grad_u, workspace, {});
}

template <class T>
void RingConvolution<T>::add_kernel_gradient(std::span<const T> u, std::span<const T> g, T* gradient,
                                             T* workspace) const {
  const Workspace work(ring_.size(), workspace);
  for (Index begin = 0; begin < length_; begin += step()) {
    const Piece here = piece(Side::forward, begin);
    const auto row = window(ring_, EndlessRow<T>{u, wraps_ && blocks_}, here.first, work.row);
    const auto other = window(ring_, EndlessRow<T>{g, false, here.begin, here.end}, here.first, work.other);
    ring_.kernels().correlate(ring_.tables(), row.data(), other.data(), nullptr, T{}, gradient, work.scratch,
                              work.factors, {});
  }
}

template <class T>
void RingConvolution<T>::backward(const T* K, std::span<const T> u, std::span<const T> g, T skip, std::span<T> grad_u,
                                  T* gradient, T* workspace, const NextRows<T>& next) const {
  if (blocks_) {  // the windows of the two results differ
    apply_adjoint(K, g, skip, grad_u, workspace);
    return add_kernel_gradient(u, g, gradient, workspace);
  }
  const Workspace work(ring_.size(), workspace);
  const auto row = window(ring_, EndlessRow<T>{u}, 0, work.row), other = window(ring_, EndlessRow<T>{g}, 0, work.other);
  ring_.kernels().correlate(ring_.tables(), row.data(), other.data(), K, skip, gradient, work.scratch, work.factors,
                            next);
  finish(Side::adjoint, piece(Side::adjoint, 0), work, grad_u);
}

/// Lag s is power s of the gradient's polynomial, lag -n is power N - n of its imaginary part, negative.
template <class T>
void RingConvolution<T>::kernel_gradient(T* gradient, std::span<T> grad_k, std::span<T> grad_r, T* workspace) const {
  const Workspace work(ring_.size(), workspace);
  ring_.kernels().interpolate(ring_.tables(), gradient);
  ring_.kernels().join_complex(ring_.tables(), gradient, whole_row(ring_, work.re).data(),
                               whole_row(ring_, work.im).data());
  const Index taps = reach_.back + 1, within = ring_.size() - length_;
  if (folds())
    for (Index lag = 0; lag < taps; ++lag) work.re[lag] -= work.im[within + lag];
  for (std::size_t s = 0; s < grad_k.size() && (wraps_ || s == 0); s += static_cast<std::size_t>(taps))
    for (std::size_t lag = 0; lag < std::min(static_cast<std::size_t>(taps), grad_k.size() - s); ++lag)
      grad_k[s + lag] += work.re[lag];
  for (Index j = 0; j < reach_.ahead; ++j) grad_r[static_cast<std::size_t>(j)] -= work.im[ring_.size() - 1 - j];
}

template class RingConvolution<float>;
template class RingConvolution<double>;

}  // namespace mercer
