// Powers of modes and scans at one level of vector instructions; compiled once for each level.
#include <mercer/base/lane_transpose.hpp>
#include <mercer/base/lanes.hpp>
#include <mercer/fft/state_space_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {
namespace {

constexpr std::int64_t chunk = 256;
constexpr int together = 4;  ///< modes whose states stay in registers

template <class T>
MERCER_INLINE Pair<T> constant(const T* pair) {
  return {broadcast(pair[0]), broadcast(pair[1])};
}

template <class T>
MERCER_INLINE Pair<T> first_powers(const PowerTables<T>& tables, std::int64_t mode) {
  return load_pair(tables.power + 2 * lanes<T> * mode) * constant(tables.start + 2 * mode);
}

template <int modes, class T>
MERCER_INLINE void expand_modes(const PowerTables<T>& tables, std::int64_t mode, std::int64_t vectors, T* out) {
  Pair<T> z[modes], step[modes];
#pragma GCC unroll 4
  for (int n = 0; n < modes; ++n) {
    z[n] = first_powers(tables, mode + n);
    step[n] = constant(tables.step + 2 * (mode + n));
  }
  for (std::int64_t v = 0; v < vectors; ++v) {
    Lanes<T> total = load(out + v * lanes<T>);
#pragma GCC unroll 4
    for (int n = 0; n < modes; ++n) {
      total += z[n].re;
      z[n] = z[n] * step[n];
    }
    store(out + v * lanes<T>, total);
  }
}

template <class T>
void expand(const PowerTables<T>& tables, std::int64_t vectors, T* out) {
  for (std::int64_t v = 0; v < vectors; ++v) store(out + v * lanes<T>, Lanes<T>{});
  std::int64_t mode = 0;
  for (; mode + together <= tables.modes; mode += together) expand_modes<together>(tables, mode, vectors, out);
  for (; mode < tables.modes; ++mode) expand_modes<1>(tables, mode, vectors, out);
}

template <int modes, class T>
MERCER_INLINE void expand_adjoint_modes(const PowerTables<T>& tables, std::int64_t mode, std::int64_t vectors,
                                        const T* g, double* sums) {
  Pair<T> z[modes], step[modes], plain[modes], weighted[modes];
#pragma GCC unroll 4
  for (int n = 0; n < modes; ++n) {
    z[n] = first_powers(tables, mode + n);
    step[n] = constant(tables.step + 2 * (mode + n));
    plain[n] = weighted[n] = Pair<T>{};
  }
  Lanes<T> position;
  for (int lane = 0; lane < lanes<T>; ++lane) position[lane] = static_cast<T>(lane);
  for (std::int64_t v = 0; v < vectors; ++v, position += broadcast(static_cast<T>(lanes<T>))) {
    const Lanes<T> value = load(g + v * lanes<T>), by_position = position * value;
#pragma GCC unroll 4
    for (int n = 0; n < modes; ++n) {
      plain[n].re += z[n].re * value;
      plain[n].im += z[n].im * value;
      weighted[n].re += z[n].re * by_position;
      weighted[n].im += z[n].im * by_position;
      z[n] = z[n] * step[n];
    }
  }
  for (int n = 0; n < modes; ++n) {
    const Lanes<T> totals[4] = {plain[n].re, plain[n].im, weighted[n].re, weighted[n].im};
    for (int i = 0; i < 4; ++i) sums[4 * (mode + n) + i] += static_cast<double>(sum<T>(totals[i]));
  }
}

template <class T>
void expand_adjoint(const PowerTables<T>& tables, std::int64_t vectors, const T* g, double* sums) {
  constexpr int few = together / 2;  // each has four pairs in registers
  std::int64_t mode = 0;
  for (; mode + few <= tables.modes; mode += few) expand_adjoint_modes<few>(tables, mode, vectors, g, sums);
  for (; mode < tables.modes; ++mode) expand_adjoint_modes<1>(tables, mode, vectors, g, sums);
}

/// Steps [first, first + count) of `lanes` rows, to [steps][lanes].
template <class T>
MERCER_INLINE void gather(const T* const* row, std::int64_t first, std::int64_t count, T* to) {
  std::int64_t t = 0;
  for (; t + lanes<T> <= count; t += lanes<T>) {
    Lanes<T> square[lanes<T>];
#pragma GCC unroll 16
    for (int lane = 0; lane < lanes<T>; ++lane) square[lane] = load(row[lane] + first + t);
    transpose<T>(square);
#pragma GCC unroll 16
    for (int lane = 0; lane < lanes<T>; ++lane) store(to + (t + lane) * lanes<T>, square[lane]);
  }
  for (; t < count; ++t)
    for (int lane = 0; lane < lanes<T>; ++lane) to[t * lanes<T> + lane] = row[lane][first + t];
}

template <class T>
MERCER_INLINE void scatter(const T* from, std::int64_t first, std::int64_t count, T* const* row) {
  std::int64_t t = 0;
  for (; t + lanes<T> <= count; t += lanes<T>) {
    Lanes<T> square[lanes<T>];
#pragma GCC unroll 16
    for (int lane = 0; lane < lanes<T>; ++lane) square[lane] = load(from + (t + lane) * lanes<T>);
    transpose<T>(square);
#pragma GCC unroll 16
    for (int lane = 0; lane < lanes<T>; ++lane) store(row[lane] + first + t, square[lane]);
  }
  for (; t < count; ++t)
    for (int lane = 0; lane < lanes<T>; ++lane) row[lane][first + t] = from[t * lanes<T> + lane];
}

/// out += Re(output * x) along the steps of a chunk, for some modes at once.
template <int modes, class T>
MERCER_INLINE void scan_modes(const ScanTables<T>& tables, std::int64_t mode, std::int64_t count, const T* in, T* out,
                              T* state) {
  Pair<T> x[modes], w[modes], output[modes];
#pragma GCC unroll 4
  for (int n = 0; n < modes; ++n) {
    const std::int64_t at = 2 * lanes<T> * (mode + n);
    x[n] = load_pair(state + at);
    w[n] = load_pair(tables.w + at);
    output[n] = load_pair(tables.output + at);
  }
  for (std::int64_t t = 0; t < count; ++t) {
    const Lanes<T> u = load(in + t * lanes<T>);
    Lanes<T> y = load(out + t * lanes<T>);
#pragma GCC unroll 4
    for (int n = 0; n < modes; ++n) {
      const Lanes<T> re = x[n].re * w[n].re + u - x[n].im * w[n].im;
      x[n].im = x[n].re * w[n].im + x[n].im * w[n].re;
      x[n].re = re;
      y = y + x[n].re * output[n].re - x[n].im * output[n].im;
    }
    store(out + t * lanes<T>, y);
  }
#pragma GCC unroll 4
  for (int n = 0; n < modes; ++n) store_pair(state + 2 * lanes<T> * (mode + n), x[n]);
}

template <class T>
void scan(const ScanTables<T>& tables, std::int64_t count, const T* const* row, T* const* out, T* state, T* starts,
          T* buffer) {
  T *const in = buffer, *const sums = buffer + chunk * lanes<T>;
  const Lanes<T> skip = load(tables.skip);
  const std::int64_t size = 2 * lanes<T> * tables.modes;
  for (std::int64_t first = 0; first < count; first += chunk) {
    const std::int64_t here = count - first < chunk ? count - first : chunk;
    for (std::int64_t i = 0; starts != nullptr && i < size; ++i) *starts++ = state[i];
    gather(row, first, here, in);
    for (std::int64_t t = 0; t < here; ++t) store(sums + t * lanes<T>, skip * load(in + t * lanes<T>));
    std::int64_t mode = 0;
    for (; mode + together <= tables.modes; mode += together) scan_modes<together>(tables, mode, here, in, sums, state);
    for (; mode < tables.modes; ++mode) scan_modes<1>(tables, mode, here, in, sums, state);
    scatter(sums, first, here, out);
  }
}

/// The states of one mode before and after each step of a chunk, [count + 1][re, im][lanes].
template <class T>
MERCER_INLINE void record_states(const ScanTables<T>& tables, std::int64_t mode, std::int64_t count, const T* in,
                                 const T* start, T* states) {
  Pair<T> x = load_pair(start + 2 * lanes<T> * mode);
  const Pair<T> w = load_pair(tables.w + 2 * lanes<T> * mode);
  store_pair(states, x);
  for (std::int64_t t = 0; t < count; ++t) {
    x = x * w;
    x.re += load(in + t * lanes<T>);
    store_pair(states + 2 * lanes<T> * (t + 1), x);
  }
}

template <class T>
MERCER_INLINE void add_lanes(double* to, const Lanes<T>& values) {
  for (int lane = 0; lane < lanes<T>; ++lane) to[lane] += static_cast<double>(values[lane]);
}

/// One mode back through a chunk: p_t = w p_(t+1) + output g_t, and grad_in += Re(p).
template <class T>
MERCER_INLINE void scan_mode_back(const ScanTables<T>& tables, std::int64_t mode, std::int64_t count, const T* states,
                                  const T* g, T* grad_in, T* costate, double* sums) {
  const std::int64_t at = 2 * lanes<T> * mode;
  const Pair<T> w = load_pair(tables.w + at), output = load_pair(tables.output + at);
  Pair<T> p = load_pair(costate + at), of_output{}, of_w{};
  for (std::int64_t t = count; t-- > 0;) {
    const Lanes<T> slope = load(g + t * lanes<T>);
    const Pair<T> before = load_pair(states + 2 * lanes<T> * t), x = load_pair(states + 2 * lanes<T> * (t + 1));
    p.re += output.re * slope;
    p.im += output.im * slope;
    of_output.re += slope * x.re;
    of_output.im += slope * x.im;
    of_w = of_w + p * before;
    store(grad_in + t * lanes<T>, load(grad_in + t * lanes<T>) + p.re);
    p = p * w;
  }
  store_pair(costate + at, p);
  const Lanes<T> totals[4] = {of_output.re, of_output.im, of_w.re, of_w.im};
  for (int i = 0; i < 4; ++i) add_lanes<T>(sums + (4 * mode + i) * lanes<T>, totals[i]);
}

template <class T>
void scan_adjoint(const ScanTables<T>& tables, std::int64_t count, const T* const* row, const T* const* grad_out,
                  T* const* grad_row, const T* starts, T* costate, double* sums, T* buffer) {
  T *const in = buffer, *const g = in + chunk * lanes<T>, *const states = g + chunk * lanes<T>;
  const Lanes<T> skip = load(tables.skip);
  for (std::int64_t number = (count + chunk - 1) / chunk; number-- > 0;) {
    const std::int64_t first = number * chunk, here = count - first < chunk ? count - first : chunk;
    const T* const start = starts + number * 2 * lanes<T> * tables.modes;
    T* const grad_in = states + 2 * lanes<T> * (chunk + 1);
    gather(row, first, here, in);
    gather(grad_out, first, here, g);
    for (std::int64_t t = 0; t < here; ++t) store(grad_in + t * lanes<T>, skip * load(g + t * lanes<T>));
    for (std::int64_t mode = 0; mode < tables.modes; ++mode) {
      record_states(tables, mode, here, in, start, states);
      scan_mode_back(tables, mode, here, states, g, grad_in, costate, sums);
    }
    scatter(grad_in, first, here, grad_row);
  }
}

template <class T>
constexpr StateSpaceKernels<T> kernels() {
  return {.lanes = lanes<T>,
          .chunk = chunk,
          .expand = expand<T>,
          .expand_adjoint = expand_adjoint<T>,
          .scan = scan<T>,
          .scan_adjoint = scan_adjoint<T>};
}

}  // namespace

constinit const StateSpaceKernels<float> float_state_space_kernels = kernels<float>();
constinit const StateSpaceKernels<double> double_state_space_kernels = kernels<double>();

}  // namespace mercer::MERCER_SIMD_LEVEL
