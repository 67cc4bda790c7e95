// Tables of cosines and sines along an axis.
#include <mercer/fft/wave_axis.hpp>

#include <cmath>
#include <numbers>

namespace mercer {
namespace {

/// cos and sin of 2 pi part / 8 whole for 0 <= part <= 8 whole, from an angle of at most an eighth turn.
struct Wave {
  double cosine, sine;
};
Wave wave(Index part, Index whole) {
  if (part > 4 * whole) {
    const Wave mirrored = wave(8 * whole - part, whole);
    return {mirrored.cosine, -mirrored.sine};
  }
  if (part > 2 * whole) {
    const Wave mirrored = wave(4 * whole - part, whole);
    return {-mirrored.cosine, mirrored.sine};
  }
  if (part > whole) {
    const Wave mirrored = wave(2 * whole - part, whole);
    return {mirrored.sine, mirrored.cosine};
  }
  const double angle = std::numbers::pi / 4 * static_cast<double>(part) / static_cast<double>(whole);
  return {std::cos(angle), std::sin(angle)};
}

}  // namespace

template <class T>
WaveTables<T>::WaveTables(Index size, Index highest, WaveUse use) : use_(use) {
  axis_ = {.size = size, .folded = size / 2 + 1, .panels = 2, .panel = {}};
  if (use == WaveUse::rows) {
    fill(0, 0, 1, highest);
    fill(1, 0, 1, highest);
  } else if (size % 2 == 1) {
    fill(0, 0, 1, highest);
    fill(1, 1, 1, highest);
  } else {
    axis_.panels = 4;
    axis_.folded = size / 4 + 1;
    fill(0, 0, 2, highest);
    fill(1, 1, 2, highest);
    fill(2, 2, 2, highest);
    fill(3, 1, 2, highest);
  }
}

/// Frequencies `first`, `first` + `step`, ... up to `highest`.
template <class T>
void WaveTables<T>::fill(int panel, Index first, Index step, Index highest) {
  const Index size = axis_.size, folded = axis_.folded;
  const Index waves = first > highest ? 0 : (highest - first) / step + 1;
  const bool is_cosine = 2 * panel < axis_.panels, is_rows = use_ == WaveUse::rows;
  const Rows layout = is_rows ? Rows::padded : Rows::dense;
  auto& [analysis, synthesis] = tables_[panel];
  analysis = Tensor<T>({folded, waves}, layout);
  synthesis = Tensor<T>(is_rows ? Shape{waves, folded} : Shape{folded, waves}, layout);
  for (Index n = 0; n < folded; ++n) {
    const bool is_own_image = n == 0 || axis_.panels * n == size;
    for (Index w = 0; w < waves; ++w) {
      const Wave both = wave(8 * (n * (first + step * w) % size), size);
      const double value = is_cosine ? both.cosine : both.sine;
      analysis(n, w) = static_cast<T>(is_own_image ? value / 2 : value);
      (is_rows ? synthesis(w, n) : synthesis(n, w)) = static_cast<T>(value);
    }
  }
  axis_.panel[panel] = {waves, analysis.data(), synthesis.data()};
}

template <class T>
Index WaveTables<T>::waves() const noexcept {
  Index waves = 0;
  for (int panel = 0; panel < axis_.panels; ++panel) waves += axis_.panel[panel].waves;
  return waves;
}

template <class T>
Index WaveTables<T>::cosine(Index frequency) const noexcept {
  if (axis_.panels == 2) return frequency;
  return frequency / 2 + (frequency % 2 == 0 ? 0 : axis_.panel[0].waves);
}

template <class T>
Index WaveTables<T>::sine(Index frequency) const noexcept {
  const Index cosines = axis_.panel[0].waves;
  if (axis_.panels == 2) return cosines + frequency - 1;
  const Index before = cosines + axis_.panel[1].waves;
  return before + (frequency % 2 == 0 ? frequency / 2 - 1 : axis_.panel[2].waves + frequency / 2);
}

template class WaveTables<float>;
template class WaveTables<double>;

}  // namespace mercer
