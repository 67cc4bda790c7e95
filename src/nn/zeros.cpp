#include <mercer/nn/zeros.hpp>

namespace mercer {

template <class T>
void set_zeros(Zeros zeros, View<T> fields, Index begin, Index rows) {
  if (zeros == Zeros::none) return;
  const Index own = fields.shape()[1], columns = fields.shape()[3];
  const auto is_zero = [zeros](Index i, Index count) {
    return count > 1 && (i == 0 || (zeros == Zeros::ends && i == count - 1));
  };
  for (Index sample = 0; sample < fields.shape()[0]; ++sample)
    for (Index j = 0; j < own; ++j)
      for (Index c = 0; c < fields.shape()[2]; ++c) {
        T* const row = &fields(sample, j, c, 0);
        const bool is_edge = is_zero(begin + j, rows);
        for (Index i = 0; i < columns; ++i)
          if (is_edge || is_zero(i, columns)) row[i] = T(0);
      }
}

template void set_zeros(Zeros, View<float>, Index, Index);
template void set_zeros(Zeros, View<double>, Index, Index);

}  // namespace mercer
