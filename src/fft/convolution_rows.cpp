// Copies at the ends of rows.
#include <mercer/fft/convolution_rows.hpp>

#include <algorithm>

namespace mercer {

template <class T>
void EndlessRow<T>::copy(Index first, Index count, T* to) const {
  const T* from = values.data();
  if (wraps) {
    const Index period = static_cast<Index>(values.size());
    Index position = (first % period + period) % period;
    while (count > 0) {
      const Index run = std::min(count, period - position);
      to = std::copy_n(from + position, run, to);
      count -= run;
      position = 0;
    }
    return;
  }
  const Index begin = std::clamp(low, first, first + count), end = std::clamp(high, begin, first + count);
  to = std::fill_n(to, begin - first, T{});
  if (begin < end) to = std::copy(from + begin, from + end, to);
  std::fill_n(to, first + count - end, T{});
}

template <class T>
RingRow<const T> window(const Ring<T>& ring, const EndlessRow<T>& row, Index first, T* scratch) {
  RingRow<const T> parts{};
  const Index size = ring.part();
  for (std::size_t s = 0; s < static_cast<std::size_t>(ring.lanes()); ++s, first += size, scratch += size) {
    const bool is_inside = first >= row.low && first + size <= row.high;
    if (!is_inside) row.copy(first, size, scratch);
    parts[s] = is_inside ? row.values.data() + first : scratch;
  }
  return parts;
}

template <class T>
RingRow<T> OutputWindow<T>::parts(const Ring<T>& ring) const {
  RingRow<T> parts{};
  const Index size = ring.part();
  for (Index s = 0; s < ring.lanes(); ++s) {
    const Index begin = first + s * size;
    parts[static_cast<std::size_t>(s)] = is_inside(begin, begin + size) ? to.data() + begin : scratch + s * size;
  }
  return parts;
}

template <class T>
void OutputWindow<T>::deliver(const Ring<T>& ring) const {
  const Index size = ring.part();
  for (Index s = 0; s < ring.lanes(); ++s) {
    const Index begin = first + s * size, end = begin + size;
    if (is_inside(begin, end)) continue;
    const Index from = std::clamp(low, begin, end), until = std::clamp(high, from, end);
    if (from < until) std::copy(scratch + (from - first), scratch + (until - first), to.data() + from);
  }
}

template struct EndlessRow<float>;
template struct EndlessRow<double>;
template struct OutputWindow<float>;
template struct OutputWindow<double>;
template RingRow<const float> window(const Ring<float>&, const EndlessRow<float>&, Index, float*);
template RingRow<const double> window(const Ring<double>&, const EndlessRow<double>&, Index, double*);

}  // namespace mercer
