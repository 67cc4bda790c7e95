#include <mercer/linalg/cholesky.hpp>
#include <mercer/linalg/pod.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/parallel/tree_sum.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace mercer {
namespace {

constexpr double least_value = 1e-6;      // singular values below this part of the first are left out
constexpr Index spare = 16;               // modes that are worked with besides those that are asked for
constexpr double least_direction = 1e-4;  // of the squared norm of a mode before it is normalised

/// How many of the squared singular values, falling, are to be kept.
Index kept(const Eigen::VectorXd& squares, double total, const ReducedBasisOptions& options) {
  const double least = least_value * least_value * (squares.size() > 0 ? squares[0] : 0);
  const Index most = std::min<Index>(options.modes.value_or(squares.size()), squares.size());
  double sum = 0;
  Index count = 0;
  while (count < most && squares[count] > least && (options.energy >= 1 || sum < options.energy * total))
    sum += squares[count++];
  return count;
}

/// Coefficients [snapshots, modes] of first modes, which are near to orthonormal, from the eigenvectors of the Gram
/// matrix. Beyond those to keep there are some more: near ones in value are told apart later.
Matrix directions(const Matrix& gram, const ReducedBasisOptions& options) {
  const SymmetricEigen eigen = symmetric_eigen(gram);
  const Index count = gram.rows();
  const Eigen::VectorXd values = eigen.values.reverse().cwiseMax(0.0);
  const double rounding = static_cast<double>(count) * std::numeric_limits<double>::epsilon() * values[0];
  Index working = 0;
  const Index most = std::min(kept(values, values.sum(), options) + spare, count);
  while (working < most && values[working] > rounding) ++working;
  Matrix found(count, working);
  for (Index k = 0; k < working; ++k) found.col(k) = eigen.vectors.col(count - 1 - k) / std::sqrt(values[k]);
  return found;
}

/// modes <- R^T modes in place, for R [modes, fewer]; visit(entries, rotated) sees all of the rotated modes, of which
/// the first `keep` stay.
template <class F>
void rotate(std::vector<double>& modes, Index size, const Matrix& r, Index keep, const F& visit) {
  for (Index begin = 0; begin < size; begin += Leaves::leaf_entries) {
    const Index width = std::min(Leaves::leaf_entries, size - begin);
    Matrix rotated(width, r.cols());
    multiply({.m = width, .n = r.cols(), .k = r.rows()}, modes.data() + begin, size, r.data(), r.rows(), rotated.data(),
             width);
    for (Index k = 0; k < keep; ++k) std::copy_n(rotated.col(k).data(), width, modes.data() + k * size + begin);
    visit(Range{begin, begin + width}, rotated);
  }
  modes.resize(static_cast<std::size_t>(keep * size));
  modes.shrink_to_fit();
}

/// The modes' own Gram matrix, a block of weighed modes at a time.
Matrix products_of_blocks(const Comm& comm, View<const double> modes, const InnerProduct& product, double memory) {
  const Index count = modes.shape()[0], size = modes.shape()[1];
  const double bytes = 8.0 * static_cast<double>(std::max<Index>(largest(comm, size), 1));
  const Index most = std::clamp<Index>(static_cast<Index>(memory / bytes), 1, std::max<Index>(count, 1));
  Matrix gram(count, count);
  Tensor<double> weighed({most, size}, Rows::dense);
  for (Index first = 0; first < count; first += most) {
    const Index width = std::min(most, count - first);
    product.weigh(View<const double>(modes.row(first).data(), {width, size}),
                  View<double>(weighed.data(), {width, size}));
    multiply({.a = Transpose::yes, .m = count, .n = width, .k = size}, modes.data(), size, weighed.data(), size,
             gram.col(first).data(), count);
  }
  sum_in_rank_order(comm, std::span(gram.data(), static_cast<std::size_t>(gram.size())));
  return gram;
}

/// The same for a diagonal mass matrix, a leaf at a time.
Matrix products_of_leaves(const Comm& comm, View<const double> modes, const InnerProduct& product, double memory) {
  const Index count = modes.shape()[0], size = modes.shape()[1];
  const Leaves leaves(comm, size, count, memory);
  std::vector<double> weighed(static_cast<std::size_t>(count * leaves.width));
  TreeSum sum(count * count, leaves.first);
  Matrix gram(count, count);
  for (Index begin = 0; begin < size; begin += leaves.width) {
    const Range entries{begin, std::min(begin + leaves.width, size)};
    const Index length = entries.count();
    product.part(entries).weigh(View<const double>(modes.data() + begin, {count, length}, {size, 1}),
                                View<double>(weighed.data(), {count, length}));
    multiply({.a = Transpose::yes, .m = count, .n = count, .k = length}, modes.data() + begin, size, weighed.data(),
             length, gram.data(), count);
    sum.add({gram.data(), static_cast<std::size_t>(gram.size())});
  }
  const std::vector<double> total = sum.total(comm);
  return Eigen::Map<const Matrix>(total.data(), count, count);
}

/// Leaves out directions that rounding has made of nothing; gives the number of the others.
Index orthonormalise(const Comm& comm, std::vector<double>& modes, Index count, Index size, const InnerProduct& product,
                     double memory) {
  const View<const double> view(modes.data(), {count, size});
  const SymmetricEigen eigen = symmetric_eigen(product.is_diagonal() ? products_of_leaves(comm, view, product, memory)
                                                                     : products_of_blocks(comm, view, product, memory));
  Index first = 0;
  while (first < count && eigen.values[first] < least_direction) ++first;
  const Index keep = count - first;
  const Matrix r = eigen.vectors.rightCols(keep) * eigen.values.tail(keep).cwiseSqrt().cwiseInverse().asDiagonal();
  rotate(modes, size, r, keep, [](const Range&, const Matrix&) {});
  return keep;
}

/// Turns orthonormal modes into the principal ones of the projected snapshots, and cuts.
void truncate(ReducedBasis& basis, Projection& projection, const ReducedBasisOptions& options) {
  const Index count = projection.coefficients.rows();
  const SingularValues svd = singular_values(projection.coefficients);
  const Index all = svd.values.size(), keep = kept(svd.values.cwiseAbs2(), basis.squares, options);
  basis.singular_values = svd.values.head(keep);
  basis.coefficients = svd.left.leftCols(keep) * basis.singular_values.asDiagonal();
  for (Index i = 0; i < count; ++i) {
    double& residual = projection.residuals[static_cast<std::size_t>(i)];
    for (Index k = keep; k < all; ++k) residual = std::hypot(residual, svd.left(i, k) * svd.values[k]);
  }
  basis.residuals = std::move(projection.residuals);
  basis.residual_variance = std::move(projection.squares);
  rotate(basis.fields, basis.size(), svd.right, keep, [&](const Range& entries, const Matrix& rotated) {
    for (Index k = keep; k < all; ++k)
      for (Index i = 0; i < entries.count(); ++i) {
        const double lost = svd.values[k] * rotated(i, k);
        basis.residual_variance[static_cast<std::size_t>(entries.begin + i)] += lost * lost;
      }
  });
  for (double& value : basis.residual_variance) value /= static_cast<double>(count);
}

}  // namespace

void choose_signs(ReducedBasis& basis) {
  for (Index k = 0; k < basis.count(); ++k) {
    Index at = 0;
    basis.coefficients.col(k).cwiseAbs().maxCoeff(&at);
    if (basis.coefficients(at, k) > 0) continue;
    basis.coefficients.col(k) *= -1;
    double* const mode = basis.fields.data() + k * basis.size();
    std::transform(mode, mode + basis.size(), mode, std::negate<>());
  }
}

Decomposed decompose(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift,
                     const ReducedBasisOptions& options) {
  Decomposed result{{}, gram_matrix(comm, z, product, shift)};
  mirror_lower(result.gram);
  ReducedBasis& basis = result.basis;
  const Index size = z.snapshots->size();
  basis.mean = z.shift.empty() ? std::vector<double>(static_cast<std::size_t>(size)) : z.shift;
  basis.squares = result.gram.trace();
  const Matrix first = directions(result.gram, options);
  basis.fields.resize(static_cast<std::size_t>(first.cols() * size));
  combine(comm, z, first, View<double>(basis.fields.data(), {first.cols(), size}));
  const Index width = orthonormalise(comm, basis.fields, first.cols(), size, product, z.memory);
  Projection projection = project(comm, z, product, View<const double>(basis.fields.data(), {width, size}));
  truncate(basis, projection, options);
  return result;
}

}  // namespace mercer
