// The messages between ranks that work on slabs of the fields of a program, and the ends of the program.
#pragma once

#include <mercer/nn/layer.hpp>
#include <mercer/nn/row_exchange.hpp>
#include <mercer/nn/slab_layout.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace mercer {

/// Fields are given by the first row that this rank computes. Where grids are not divided nothing is copied or sent.
/// All but the constructor and bytes_sent is @collective on the space. Instantiated for float and double.
template <class T>
class SlabTraffic {
 public:
  using Rows = FieldRows<T>;
  using ConstRows = FieldRows<const T>;

  /// Program and layout must outlive it.
  SlabTraffic(const FieldProgram& program, const SlabLayout& layout, Index samples, Purpose purpose,
              const Space& space);

  /// After own rows have been written: brings the rows of others.
  void share(int field, const Rows& rows) { apply(field, rows, &RowExchange<T>::exchange); }
  /// When all have added to the gradient of a slab: sends that of the rows of others back to them.
  void collect(int field, const Rows& slopes) { apply(field, slopes, &RowExchange<T>::accumulate); }
  /// The sum over the ranks of gradients of a whole field, on all of them.
  void sum(int field, const Rows& slopes);
  /// Memory for one sample of a whole field, zero.
  Rows partial(int field);

  /// A sample of the input with the rows of others, and one of the gradient of the output. Those of the caller where
  /// these have all rows.
  ConstRows input(View<const T> x, Index sample);
  ConstRows given(View<const T> gy, Index sample);
  /// The input as it was taken before; of the last sample only, unless for training.
  ConstRows kept_input(View<const T> x, Index sample);
  /// Where a sample of the output, or of the gradient of the input, goes, and its way from there to the caller.
  Rows output(View<T> y, Index sample);
  void hand_out_output(View<T> y, Index sample) const;
  Rows wanted(View<T> gx, Index sample);
  void hand_out_wanted(View<T> gx, Index sample);

  std::uint64_t bytes_sent() const noexcept;
  /// What one call of share or collect sends from here.
  std::uint64_t bytes_shared(int field) const;
  std::uint64_t bytes_collected(int field) const;
  double bytes() const noexcept;            ///< of memory that it has
  Index numbers_a_sample() const noexcept;  ///< that it keeps of each sample of a batch

 private:
  using Message = void (RowExchange<T>::*)(const FieldRows<T>& field, Index channels, Index columns);
  void apply(int field, const Rows& rows, Message message);
  const FieldSlab& slab(int field) const { return layout_.fields[static_cast<std::size_t>(field)]; }
  const FieldSize& size(int field) const { return program_.size(field); }
  Tensor<T> memory(int field, Index samples) const;
  Rows own(Tensor<T>& of, Index sample, int field) const;
  Rows computed(Tensor<T>& of, Index sample, int field) const;
  Index kept_number(Index sample) const noexcept { return purpose_ == Purpose::training ? sample : 0; }
  ConstRows take(View<const T> batch, Index sample, int field, Tensor<T>& into, Index into_sample);
  void hand_out(const Tensor<T>& from, int field, View<T> batch, Index sample) const;

  const FieldProgram& program_;
  const SlabLayout& layout_;
  Range own_inputs_, own_outputs_;
  int last_;
  Purpose purpose_;
  std::vector<std::optional<RowExchange<T>>> exchanges_;  ///< by field
  Tensor<T> input_, output_, given_, wanted_, partial_;   ///< empty where the caller's memory serves
};

extern template class SlabTraffic<float>;
extern template class SlabTraffic<double>;

}  // namespace mercer
