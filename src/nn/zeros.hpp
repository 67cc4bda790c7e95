// Points at the ends of a grid where the outputs of a network are zero, whatever it says there.
#pragma once

#include <mercer/base/tensor.hpp>

namespace mercer {

/// Along each axis of more than one point: nowhere, at the first point, or at the first and the last one.
enum class Zeros { none, first, ends };

/// Sets them in fields [sample, y, channel, x].
template <class T>
void set_zeros(Zeros zeros, View<T> fields);

extern template void set_zeros(Zeros, View<float>);
extern template void set_zeros(Zeros, View<double>);

}  // namespace mercer
