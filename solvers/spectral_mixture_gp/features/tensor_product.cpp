// Row-major arrays seen as stacks of column-major matrices, so that every product is one BLAS call a slice.
#include <mercer/solvers/spectral_mixture_gp/features/tensor_product.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace mercer::smgp {
namespace {

Eigen::Map<const Eigen::VectorXd> vector(const Array& array) { return {array.data(), array.count()}; }

}  // namespace

Array copy(const Array& array) {
  Array twin = dense(array.shape());
  std::copy_n(array.data(), array.count(), twin.data());
  return twin;
}

Array contract(const MatrixView& b, const Array& x, int axis, Transpose transpose) {
  const bool is_transposed = transpose == Transpose::yes;
  const Index m = is_transposed ? b.cols() : b.rows(), k = is_transposed ? b.rows() : b.cols();
  require(0 <= axis && axis < x.shape().dimensions() && x.shape()[axis] == k, Fault::internal,
          "a matrix that takes {} numbers does not apply along axis {} of {} dimensions", k, axis,
          x.shape().dimensions());
  Shape shape = x.shape();
  shape[axis] = m;
  Index outer = 1, inner = 1;
  for (int i = 0; i < shape.dimensions(); ++i) (i < axis ? outer : inner) *= i == axis ? 1 : shape[i];
  Array y = dense(shape);
  if (k == 0) return y;
  const Transpose stored = is_transposed ? Transpose::yes : Transpose::no;
  const Transpose turned = is_transposed ? Transpose::no : Transpose::yes;
  if (inner == 1) {
    multiply({.a = stored, .m = m, .n = outer, .k = k}, b.data(), b.outerStride(), x.data(), k, y.data(), m);
    return y;
  }
  for (Index i = 0; i < outer; ++i)
    multiply({.b = turned, .m = inner, .n = m, .k = k}, x.data() + i * k * inner, inner, b.data(), b.outerStride(),
             y.data() + i * m * inner, inner);
  return y;
}

Array contract_all(std::span<const MatrixView> matrices, const Array& x, Transpose transpose) {
  const int dimensions = x.shape().dimensions();
  require(static_cast<int>(matrices.size()) == dimensions, Fault::internal,
          "an array of {} dimensions takes as many matrices, not {}", dimensions, matrices.size());
  // Those that make the array smallest come first.
  const auto growth = [&](int axis) {
    const MatrixView& matrix = matrices[static_cast<std::size_t>(axis)];
    const auto rows = static_cast<double>(matrix.rows()), columns = static_cast<double>(matrix.cols());
    return transpose == Transpose::yes ? columns / rows : rows / columns;
  };
  std::vector<int> order(static_cast<std::size_t>(dimensions));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return growth(a) < growth(b); });
  Array y;
  for (const int axis : order)
    y = contract(matrices[static_cast<std::size_t>(axis)], axis == order.front() ? x : y, axis, transpose);
  return y;
}

Array part(const Array& whole, const Range& rows) {
  Shape shape = whole.shape();
  shape[0] = rows.count();
  Array own = dense(shape);
  const Index row = whole.shape()[0] == 0 ? 0 : whole.count() / whole.shape()[0];
  std::copy_n(whole.data() + rows.begin * row, own.count(), own.data());
  return own;
}

void add(Array& sum, double factor, const Array& term) {
  require(sum.shape() == term.shape(), Fault::internal, "arrays of different shapes have no sum");
  Eigen::Map<Eigen::VectorXd>(sum.data(), sum.count()) += factor * vector(term);
}

double norm(const Array& array) { return vector(array).norm(); }

}  // namespace mercer::smgp
