// Points at the ends of a grid where the outputs of a network are zero, whatever it says there.
#pragma once

#include <mercer/base/tensor.hpp>

namespace mercer {

/// Along each axis of more than one point: nowhere, at the first point, or at the first and the last one.
enum class Zeros { none, first, ends };

/// Sets them in the rows from `begin` on of fields [sample, y, channel, x] that have `rows` of them.
template <class T>
void set_zeros(Zeros zeros, View<T> fields, Index begin, Index rows);
/// In whole fields.
template <class T>
void set_zeros(Zeros zeros, View<T> fields) {
  set_zeros(zeros, fields, 0, fields.shape()[1]);
}

extern template void set_zeros(Zeros, View<float>, Index, Index);
extern template void set_zeros(Zeros, View<double>, Index, Index);

}  // namespace mercer
