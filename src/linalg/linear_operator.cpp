// Checked products, and the adjoint identity by random vectors.
#include <mercer/base/random.hpp>
#include <mercer/linalg/linear_operator.hpp>
#include <mercer/parallel/reduce.hpp>

#include <cmath>
#include <vector>

namespace mercer {
namespace {

void require_sizes(std::size_t in, Index expected_in, std::size_t out, Index expected_out) {
  require(static_cast<Index>(in) == expected_in && static_cast<Index>(out) == expected_out, Fault::internal,
          "an operator from {} to {} entries was applied from {} to {}", expected_in, expected_out, in, out);
}

/// Normal numbers, each by its position in the vector of all ranks.
template <class T>
std::vector<T> random_vector(const Comm& comm, Index count, const Random& random) {
  const Index begin = sum_before(comm, count);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<T>(random.normal(static_cast<std::uint64_t>(begin) + i));
  return values;
}

template <class T>
std::vector<double> widened(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

template <class T>
void LinearOperator<T>::apply(std::span<const T> x, std::span<T> y) const {
  require_sizes(x.size(), columns(), y.size(), rows());
  do_apply(x, y);
}

template <class T>
void LinearOperator<T>::apply_adjoint(std::span<const T> y, std::span<T> x) const {
  require_sizes(y.size(), rows(), x.size(), columns());
  do_apply_adjoint(y, x);
}

template <class T>
double adjoint_gap(const Comm& comm, const LinearOperator<T>& a, std::uint64_t seed) {
  const std::vector<T> x = random_vector<T>(comm, a.columns(), Random(seed, 0));
  const std::vector<T> y = random_vector<T>(comm, a.rows(), Random(seed, 1));
  std::vector<T> forward(y.size()), backward(x.size());
  a.apply(x, forward);
  a.apply_adjoint(y, backward);
  const std::vector<double> wide_forward = widened(forward), wide_y = widened(y);
  const double gap =
      std::abs(reproducible_dot(comm, wide_forward, wide_y) - reproducible_dot(comm, widened(x), widened(backward)));
  const double scale = reproducible_norm(comm, wide_forward) * reproducible_norm(comm, wide_y);
  return gap == 0 ? 0 : gap / scale;
}

template class LinearOperator<float>;
template class LinearOperator<double>;
template double adjoint_gap(const Comm&, const LinearOperator<float>&, std::uint64_t);
template double adjoint_gap(const Comm&, const LinearOperator<double>&, std::uint64_t);

}  // namespace mercer
