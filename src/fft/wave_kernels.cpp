// The kernels of transforms to few waves at one level of vector instructions; compiled once for each level.
#include <mercer/fft/small_product.hpp>
#include <mercer/fft/wave_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {
namespace {

using Int = std::int64_t;

template <class T>
constexpr Int padded(Int count) {
  constexpr Int line = 64 / static_cast<Int>(sizeof(T));
  return (count + line - 1) / line * line;
}

/// Up to one vector, zero beyond `count`.
template <bool is_whole, class T>
MERCER_INLINE Lanes<T> load_part(const T* from, Int count) {
  if constexpr (is_whole) return load(from);
  T values[lanes<T>] = {};
  for (Int i = 0; i < count && i < lanes<T>; ++i) values[i] = from[i];
  return load(values);
}

template <bool is_whole, class T>
MERCER_INLINE void store_part(T* to, Int count, const Lanes<T>& values) {
  if constexpr (is_whole) return store<T>(to, values);
  for (Int i = 0; i < count && i < lanes<T>; ++i) to[i] = values[i];
}

/// The rows that one position n stands for: n and size - n, and of four panels size / 2 - n and size / 2 + n.
template <class Number>
struct Images {
  template <class T>
  Images(const WaveAxis<T>& axis, Number* x, Int stride, Int n)
      : near(x + n * stride),
        mirrored(x + (n == 0 ? 0 : axis.size - n) * stride),
        before_half(x + (axis.size / 2 - n) * stride),
        after_half(x + (axis.size / 2 + n) * stride) {}
  Number *near, *mirrored, *before_half, *after_half;
};

/// Sums and differences of the images in a vector of columns; `step` from one panel to the next.
template <int panels, bool is_whole, class T>
MERCER_INLINE void fold(const Images<const T>& x, Int at, Int count, T* folded, Int step) {
  const Lanes<T> a = load_part<is_whole>(x.near + at, count), b = load_part<is_whole>(x.mirrored + at, count);
  const Lanes<T> even = a + b, odd = a - b;
  if constexpr (panels == 2) {
    store<T>(folded + at, even);
    store<T>(folded + step + at, odd);
  } else {
    const Lanes<T> c = load_part<is_whole>(x.before_half + at, count);
    const Lanes<T> d = load_part<is_whole>(x.after_half + at, count);
    const Lanes<T> far_even = c + d, far_odd = c - d;
    store<T>(folded + at, even + far_even);
    store<T>(folded + step + at, even - far_even);
    store<T>(folded + 2 * step + at, odd - far_odd);
    store<T>(folded + 3 * step + at, odd + far_odd);
  }
}

/// The adjoint of `fold`. Rows that are their own images are written twice, with equal values.
template <int panels, bool is_whole, class T>
MERCER_INLINE void unfold(const T* folded, Int step, const Images<T>& x, Int at, Int count) {
  Lanes<T> even = load(folded + at), odd = load(folded + step + at);
  if constexpr (panels == 4) {
    const Lanes<T> a = even, b = odd, c = load(folded + 2 * step + at), d = load(folded + 3 * step + at);
    even = a + b;
    odd = c + d;
    const Lanes<T> far_even = a - b, far_odd = d - c;
    store_part<is_whole, T>(x.before_half + at, count, far_even + far_odd);
    store_part<is_whole, T>(x.after_half + at, count, far_even - far_odd);
  }
  store_part<is_whole, T>(x.near + at, count, even + odd);
  store_part<is_whole, T>(x.mirrored + at, count, even - odd);
}

/// Columns whose folded numbers fill the scratch memory: wide strips, as the processor fetches long rows ahead.
template <class T>
Int strip_columns(const WaveAxis<T>& axis) {
  const Int vectors = wave_scratch_bytes / (axis.panels * axis.folded * vector_bytes);
  return lanes<T> * (vectors < 2 ? 2 : vectors);
}

template <int panels, class T>
void analyse_columns(const WaveAxis<T>& axis, const T* x, Int stride, Int columns, T* waves, Int wave_stride,
                     T* scratch) {
  const Int strip = strip_columns(axis);
  for (Int begin = 0; begin < columns; begin += strip, x += strip, waves += strip) {
    const Int count = columns - begin < strip ? columns - begin : strip;
    const Int width = (count + lanes<T> - 1) / lanes<T> * lanes<T>, step = axis.folded * width;
    for (Int n = 0; n < axis.folded; ++n) {
      const Images<const T> images(axis, x, stride, n);
      Int at = 0;
      for (; at + lanes<T> <= count; at += lanes<T>)
        fold<panels, true>(images, at, lanes<T>, scratch + n * width, step);
      if (at < count) fold<panels, false>(images, at, count - at, scratch + n * width, step);
    }
    T* to = waves;
    for (int i = 0; i < panels; ++i) {
      const WavePanel<T>& panel = axis.panel[i];
      product<Order::columns, T>({.m = panel.waves,
                                  .n = width,
                                  .depth = axis.folded,
                                  .a = panel.analysis,
                                  .a_stride = panel.waves,
                                  .b = scratch + i * step,
                                  .b_stride = width,
                                  .c = to,
                                  .c_stride = wave_stride});
      to += panel.waves * wave_stride;
    }
  }
}

template <int panels, class T>
void synthesise_columns(const WaveAxis<T>& axis, const T* waves, Int wave_stride, Int columns, T* x, Int stride,
                        T* scratch) {
  const Int strip = strip_columns(axis);
  for (Int begin = 0; begin < columns; begin += strip, x += strip, waves += strip) {
    const Int count = columns - begin < strip ? columns - begin : strip;
    const Int width = (count + lanes<T> - 1) / lanes<T> * lanes<T>, step = axis.folded * width;
    const T* from = waves;
    for (int i = 0; i < panels; ++i) {
      const WavePanel<T>& panel = axis.panel[i];
      product<Order::rows, T>({.m = axis.folded,
                               .n = width,
                               .depth = panel.waves,
                               .a = panel.synthesis,
                               .a_stride = panel.waves,
                               .b = from,
                               .b_stride = wave_stride,
                               .c = scratch + i * step,
                               .c_stride = width});
      from += panel.waves * wave_stride;
    }
    for (Int n = 0; n < axis.folded; ++n) {
      const Images<T> images(axis, x, stride, n);
      Int at = 0;
      for (; at + lanes<T> <= count; at += lanes<T>)
        unfold<panels, true>(scratch + n * width, step, images, at, lanes<T>);
      if (at < count) unfold<panels, false>(scratch + n * width, step, images, at, count - at);
    }
  }
}

template <class T>
void analyse_rows(const WaveAxis<T>& axis, const T* const* x, Int rows, T* waves, T* scratch) {
  const Int step = padded<T>(axis.folded), width = padded<T>(axis.panel[0].waves), size = axis.size;
  for (Int row = 0; row < rows; ++row) {
    const T* in = x[row];
    T *even = scratch + 2 * row * step, *odd = even + step;
    even[0] = in[0] + in[0];
    odd[0] = 0;
    for (Int n = 1; n < axis.folded; ++n) {
      even[n] = in[n] + in[size - n];
      odd[n] = in[n] - in[size - n];
    }
  }
  for (int i = 0; i < 2; ++i)
    product<Order::rows, T>({.m = rows,
                             .n = width,
                             .depth = axis.folded,
                             .a = scratch + i * step,
                             .a_stride = 2 * step,
                             .b = axis.panel[i].analysis,
                             .b_stride = width,
                             .c = waves + i * width,
                             .c_stride = 2 * width});
}

template <class T>
void synthesise_rows(const WaveAxis<T>& axis, const T* waves, Int rows, T* const* x, T* scratch) {
  const Int step = padded<T>(axis.folded), width = padded<T>(axis.panel[0].waves), size = axis.size;
  for (int i = 0; i < 2; ++i)
    product<Order::rows, T>({.m = rows,
                             .n = step,
                             .depth = axis.panel[i].waves,
                             .a = waves + i * width,
                             .a_stride = 2 * width,
                             .b = axis.panel[i].synthesis,
                             .b_stride = step,
                             .c = scratch + i * step,
                             .c_stride = 2 * step});
  for (Int row = 0; row < rows; ++row) {
    T* out = x[row];
    const T *even = scratch + 2 * row * step, *odd = even + step;
    out[0] = even[0];
    for (Int n = 1; n < axis.folded; ++n) {
      out[n] = even[n] + odd[n];
      out[size - n] = even[n] - odd[n];
    }
  }
}

template <class T>
void join(const WaveTerm<T>* terms, int count, const T* rows, Int width, const T* weights, T* modes, Int modes_count) {
  for (Int k = 0; k < modes_count; k += lanes<T>) {
    Lanes<T> re{}, im{};
    for (int t = 0; t < count; ++t) {
      const T* row = rows + terms[t].row * 2 * width + k;
      const Lanes<T> cosines = load(row), sines = load(row + width);
      re += terms[t].re * cosines + terms[t].im * sines;
      im += terms[t].im * cosines - terms[t].re * sines;
    }
    const Lanes<T> weight = load(weights + k);
    re *= weight;
    im *= weight;
    const Int here = modes_count - k < lanes<T> ? modes_count - k : lanes<T>;
    for (Int i = 0; i < here; ++i) {
      modes[2 * (k + i)] = re[i];
      modes[2 * (k + i) + 1] = im[i];
    }
  }
}

template <class T>
void split(const WaveTerm<T>* terms, int count, T* rows, Int width, const T* weights, const T* modes, Int modes_count) {
  for (Int k = 0; k < modes_count; k += lanes<T>) {
    Lanes<T> re{}, im{};
    const Int here = modes_count - k < lanes<T> ? modes_count - k : lanes<T>;
    for (Int i = 0; i < here; ++i) {
      re[i] = modes[2 * (k + i)];
      im[i] = modes[2 * (k + i) + 1];
    }
    const Lanes<T> weight = load(weights + k);
    re *= weight;
    im *= weight;
    for (int t = 0; t < count; ++t) {
      T* row = rows + terms[t].row * 2 * width + k;
      store<T>(row, load(row) + terms[t].re * re + terms[t].im * im);
      store<T>(row + width, load(row + width) + terms[t].im * re - terms[t].re * im);
    }
  }
}

template <class T>
void analyse_any_columns(const WaveAxis<T>& axis, const T* x, Int stride, Int columns, T* waves, Int wave_stride,
                         T* scratch) {
  (axis.panels == 2 ? analyse_columns<2, T> : analyse_columns<4, T>)(axis, x, stride, columns, waves, wave_stride,
                                                                     scratch);
}

template <class T>
void synthesise_any_columns(const WaveAxis<T>& axis, const T* waves, Int wave_stride, Int columns, T* x, Int stride,
                            T* scratch) {
  (axis.panels == 2 ? synthesise_columns<2, T> : synthesise_columns<4, T>)(axis, waves, wave_stride, columns, x, stride,
                                                                           scratch);
}

template <class T>
constexpr WaveKernels<T> kernels() {
  return {.analyse_columns = analyse_any_columns<T>,
          .synthesise_columns = synthesise_any_columns<T>,
          .analyse_rows = analyse_rows<T>,
          .synthesise_rows = synthesise_rows<T>,
          .join = join<T>,
          .split = split<T>};
}

}  // namespace

constinit const WaveKernels<float> float_wave_kernels = kernels<float>();
constinit const WaveKernels<double> double_wave_kernels = kernels<double>();

}  // namespace mercer::MERCER_SIMD_LEVEL
