// A few rows of a field in near memory, continued beyond its boundaries, for kernels that need no special cases, and
// sums of two rows.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/nn/boundary.hpp>
#include <mercer/nn/convolution_kernels.hpp>

#include <vector>

namespace mercer {

/// One sample of a batch: rows of channels.
template <class T>
struct FieldRows {
  T* data = nullptr;
  Index row_stride = 0, stride = 0;  ///< numbers from one row to the next, and from one channel to the next

  T* row(Index y) const noexcept { return data + y * row_stride; }
  /// The same from another row on; nothing where there are no rows.
  FieldRows from(Index y) const noexcept { return {data == nullptr ? nullptr : row(y), row_stride, stride}; }
  operator FieldRows<const T>() const noexcept { return {data, row_stride, stride}; }
  static FieldRows of(View<T> batch, Index sample) {
    return {batch.data() + sample * batch.strides()[0], batch.strides()[1], batch.strides()[2]};
  }
};

/// Positions in a window count from the first one of the margin; with `split` 2, columns of even and of odd positions
/// lie apart, so that every second one is a row without gaps.
struct WindowShape {
  Index rows, columns, channels;      ///< of the field
  Index margin_rows, margin_columns;  ///< before the field
  Index width;                        ///< columns with both margins
  int split;                          ///< 1 or 2
  Index slots;                        ///< rows that it holds at a time; 0 where it only combines rows
  Outside boundary;                   ///< along a row
  Outside row_boundary;               ///< from row to row
};

template <class T>
class RowWindow {
 public:
  RowWindow(const WindowShape& shape, Simd level);
  Index memory() const noexcept;  ///< numbers that `start` needs, aligned to 64 bytes
  void start(const FieldRows<const T>& field, T* memory) noexcept;
  /// Copies the rows up to `position` that are not there yet. Of these the last `slots` can be used.
  void stage(Index position);
  /// to = row a + factor row b, straight from the field. `to` has row_size() numbers and is laid out like a row of the
  /// window, which must have no slots and no split.
  void combine(Index a, Index b, T factor, T* to) const;
  /// What Winograd's products take for a tile of `outputs` rows that reads from `position` on, straight from the field:
  /// each as `combine` writes it, row_size() apart. Of the rows it reads, those from `known` on are zeros.
  void spread(Index position, int outputs, int known, T* to) const;
  /// The first number of a row of all channels, and from there the way to every `split`-th column from `column` on.
  const T* row(Index position) const noexcept { return memory_ + position % shape_.slots * row_size(); }
  Index offset(Index column) const noexcept { return column % shape_.split * pitch_ + lead_ + column / shape_.split; }
  Index row_size() const noexcept { return shape_.channels * stride(); }
  Index stride() const noexcept { return pitch_ * shape_.split; }  ///< between channels

 private:
  struct Margin {
    Index to, from;  ///< offsets; `from` is none where the field is zero there
  };
  struct Source {
    const T* data;
    Index stride;
  };
  Source source(Index position) const;  ///< a row of the field, or of zeros
  /// Continues a row of a channel beyond both ends.
  void continue_row(T* row) const;
  void fill(T* to, const T* from) const;
  void fill_split(T* to, const T* from) const;
  WindowShape shape_;
  const FieldKernels<T>* kernels_;
  Index lead_, pitch_;
  std::vector<Margin> margins_;
  FieldRows<const T> field_;
  T* memory_ = nullptr;
  Index staged_ = 0;
};

extern template class RowWindow<float>;
extern template class RowWindow<double>;

}  // namespace mercer
