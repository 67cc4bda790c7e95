// Truncated transforms by full ones, of which the modes are copied.
#include <mercer/fft/truncated_engine.hpp>

#include <algorithm>

namespace mercer {
namespace {

template <class From, class To>
void copy_rows(View<From> from, View<To> to) {
  for (Index row = 0; row < from.rows(); ++row)
    std::copy_n(from.row(row).data(), from.shape().back(), to.row(row).data());
}

}  // namespace

template <class T>
FullEngine<T>::FullEngine(const Shape& shape, const Shape& modes)
    : modes_(modes),
      transform_(shape),
      field_(shape, Rows::dense),
      spectrum_(transform_.spectrum_shape(), Rows::dense) {}

/// Calls copy(row in the spectrum, offset of the row of modes) for all rows of modes.
template <class T>
template <class F>
void FullEngine<T>::each_row(const Shape& strides, const F& copy) {
  const Shape& half = transform_.spectrum_shape();
  for (Index row = 0; row < modes_.count() / modes_.back(); ++row) {
    Index rest = row, offset = 0, at = 0, stride = half.back();
    for (int axis = modes_.dimensions() - 2; axis >= 0; --axis) {
      const Index place = rest % modes_[axis], k = place - modes_[axis] / 2;
      offset += place * strides[axis];
      at += (k < 0 ? k + half[axis] : k) * stride;
      rest /= modes_[axis];
      stride *= half[axis];
    }
    copy(spectrum_.data() + at, offset);
  }
}

template <class T>
void FullEngine<T>::analyse(const FieldGroup<const T, Complex>& fields, const T* weights) {
  const View<const T> x(fields.x[0], transform_.shape(), fields.x_strides);
  std::span<const T> dense(x.data(), static_cast<std::size_t>(x.count()));
  if (!x.is_dense()) {
    copy_rows(x, field_.view());
    dense = field_.span();
  }
  transform_.forward(dense, spectrum_.span());
  each_row(fields.y_strides, [&](const Complex* from, Index offset) {
    for (Index k = 0; k < modes_.back(); ++k) fields.y[0][offset + k] = weights[k] * from[k];
  });
}

template <class T>
void FullEngine<T>::synthesise(const FieldGroup<T, const Complex>& fields, const T* weights) {
  std::fill_n(spectrum_.data(), spectrum_.count(), Complex{});
  each_row(fields.y_strides, [&](Complex* to, Index offset) {
    for (Index k = 0; k < modes_.back(); ++k) to[k] = weights[k] * fields.y[0][offset + k];
  });
  const View<T> x(fields.x[0], transform_.shape(), fields.x_strides);
  if (x.is_dense()) return transform_.forward_adjoint(spectrum_.span(), x.span());
  transform_.forward_adjoint(spectrum_.span(), field_.span());
  copy_rows(field_.view(), x);
}

template class FullEngine<float>;
template class FullEngine<double>;

}  // namespace mercer
