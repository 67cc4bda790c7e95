// QR along each axis, two contractions a projection, and triangles of tall matrices a block of rows at a time.
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/exchange.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_model.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mercer::smgp {
namespace {

constexpr double dependent = 1e-13;

/// Orthonormal columns that span the `used` columns of all matrices that are not empty.
Matrix joint_basis(const std::array<Matrix, 3>& parts, const std::vector<Index>& used) {
  Matrix all(parts[0].rows(), 0);
  for (const Matrix& part : parts) {
    if (part.size() == 0) continue;
    const Matrix columns = part(Eigen::all, used);
    all.conservativeResize(Eigen::NoChange, all.cols() + columns.cols());
    all.rightCols(columns.cols()) = columns / columns.colwise().norm().maxCoeff();
  }
  return pivoted_qr(std::move(all), dependent).q;
}

}  // namespace

GridModel::GridModel(const Comm& comm, const Statement& statement, const WeightSpace& space)
    : comm_(comm), statement_(statement), space_(space) {
  for (const Term& term : statement.terms)
    require(!term.coefficient, Fault::unavailable,
            "noisy samples on several axes need constant coefficients, or a grid small enough for dense algebra");
  const Samples& samples = *statement.samples;
  together(comm, [&] {
    const Coordinates grid = uniform_grid(statement, samples.shape);
    for (int axis = 0; axis < space.dimensions(); ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      std::array<Matrix, 3> values;
      for (std::size_t order = 0; order < values.size(); ++order)
        if (order == 0 || std::any_of(statement.terms.begin(), statement.terms.end(),
                                      [&](const Term& term) { return term.orders[a] == static_cast<int>(order); }))
          values[order] = space.axis_values(axis, grid[a], static_cast<int>(order));
      std::vector<Index> every(static_cast<std::size_t>(space.features(axis)));
      std::iota(every.begin(), every.end(), 0);
      Axis& along = axes_.emplace_back();
      along.basis = joint_basis(values, every);
      for (std::size_t order = 0; order < values.size(); ++order)
        if (values[order].size() > 0) along.images[order] = transposed_product(along.basis, values[order]);
    }
  });
  Array partial;
  together(comm, [&] { partial = contract_all(own_bases(), samples.values, Transpose::yes); });
  const Exchange exchange(comm, rank_shape());
  projected_ = exchange.gather(exchange.sum_scatter(std::move(partial)));
  Array rest;
  together(comm, [&] { rest = residual_of(projected_); });
  unreached_square_ = reproducible_dot(comm, rest.span(), rest.span());
  square_ = reproducible_dot(comm, samples.values.span(), samples.values.span());
}

Shape GridModel::rank_shape() const {
  std::vector<Index> sizes;
  for (const Axis& axis : axes_) sizes.push_back(axis.basis.cols());
  return Shape(std::span<const Index>(sizes));
}

std::vector<MatrixView> GridModel::own_bases() const {
  std::vector<MatrixView> bases;
  const Range mine = block(statement_.samples->shape[0], comm_.rank(), comm_.size());
  bases.emplace_back(axes_[0].basis.middleRows(mine.begin, mine.count()));
  for (std::size_t axis = 1; axis < axes_.size(); ++axis) bases.emplace_back(axes_[axis].basis);
  return bases;
}

Array GridModel::residual_of(const Array& fitted) const {
  Array rest = copy(statement_.samples->values);
  add(rest, -1, contract_all(own_bases(), fitted));
  return rest;
}

Eigen::VectorXd GridModel::sizes() const {
  const Places places = space_.places();
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(static_cast<Index>(places.size()));
  for (const Term& a : statement_.terms)
    for (const Term& b : statement_.terms) {
      std::vector<Eigen::VectorXd> along;
      for (std::size_t axis = 0; axis < axes_.size(); ++axis)
        along.push_back(axes_[axis]
                            .images[static_cast<std::size_t>(a.orders[axis])]
                            .cwiseProduct(axes_[axis].images[static_cast<std::size_t>(b.orders[axis])])
                            .colwise()
                            .sum()
                            .transpose());
      for (Index j = 0; j < squares.size(); ++j) {
        double product = a.constant * b.constant;
        for (std::size_t axis = 0; axis < along.size(); ++axis)
          product *= along[axis][places[static_cast<std::size_t>(j)][axis]];
        squares[j] += product;
      }
    }
  return squares.cwiseMax(0).cwiseSqrt();
}

/// What of each axis the features at `places` reach: fewer functions where these are few.
GridModel::Reach GridModel::reach(const Places& places) const {
  Reach reach{{}, copy(projected_), 0};
  std::vector<MatrixView> bases;
  std::vector<Matrix> kept;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    std::vector<Index> used;
    for (const WeightSpace::Place& place : places) used.push_back(place[axis]);
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    kept.push_back(joint_basis(axes_[axis].images, used));
  }
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    bases.emplace_back(kept[axis]);
    Axis& along = reach.axes.emplace_back();
    for (std::size_t order = 0; order < along.images.size(); ++order)
      if (axes_[axis].images[order].size() > 0)
        along.images[order] = transposed_product(kept[axis], axes_[axis].images[order]);
  }
  reach.projected = contract_all(bases, projected_, Transpose::yes);
  Array rest = copy(projected_);
  add(rest, -1, contract_all(bases, reach.projected));
  reach.rest_square = norm(rest) * norm(rest);
  return reach;
}

/// Rows `first` to `first + count` along the first axis, all along the others [count r_2 r_3, weights].
Matrix GridModel::rows(const Reach& reach, const Places& places, Index first, Index count) const {
  const Shape shape = reach.projected.shape();
  const Index middle = shape[1], last = shape.dimensions() == 3 ? shape[2] : 1;
  Matrix out = Matrix::Zero(count * middle * last, static_cast<Index>(places.size()));
  for (const Term& term : statement_.terms)
    for (Index j = 0; j < out.cols(); ++j) {
      const auto column = [&](std::size_t axis) {
        return reach.axes[axis].images[static_cast<std::size_t>(term.orders[axis])].col(
            places[static_cast<std::size_t>(j)][axis]);
      };
      Eigen::VectorXd plane(middle * last);
      if (axes_.size() == 3)
        Eigen::Map<Matrix>(plane.data(), last, middle) = column(2) * column(1).transpose();
      else
        plane = column(1);
      Eigen::Map<Matrix>(out.col(j).data(), middle * last, count) +=
          term.constant * plane * column(0).segment(first, count).transpose();
    }
  return out;
}

DataModel GridModel::reduced(const Places& places) const {
  const auto m = static_cast<Index>(places.size());
  const Reach reached = reach(places);
  const Shape shape = reached.projected.shape();
  const Index slab = shape.count() / shape[0];
  const Index step = std::clamp<Index>(2 * m / slab, 1, shape[0]);
  Matrix triangle(0, m + 1);
  double square = reached.rest_square;  // out of the reach of the chosen weights
  for (Index first = 0; first < shape[0]; first += step) {
    const Index count = std::min(step, shape[0] - first);
    Matrix stacked(triangle.rows() + count * slab, m + 1);
    stacked.topRows(triangle.rows()) = triangle;
    stacked.bottomLeftCorner(count * slab, m) = rows(reached, places, first, count);
    stacked.bottomRightCorner(count * slab, 1) =
        Eigen::Map<const Eigen::VectorXd>(reached.projected.data() + first * slab, count * slab);
    triangle = qr_triangle(std::move(stacked));
    if (triangle.rows() <= m) continue;
    square += triangle(m, m) * triangle(m, m);
    triangle.conservativeResize(m, m + 1);
  }
  DataModel model;
  model.rows = triangle.leftCols(m);
  model.source = triangle.col(m);
  model.unreached = points() - model.source.size();
  model.unreached_square = unreached_square_ + square;
  return model;
}

Array GridModel::residual(const Places& places, const Eigen::VectorXd& mean) const {
  std::vector<Index> sizes;
  for (int axis = 0; axis < space_.dimensions(); ++axis) sizes.push_back(space_.features(axis));
  Array weights = dense(Shape(std::span<const Index>(sizes)));
  for (Index j = 0; j < mean.size(); ++j) {
    Index position = 0;
    for (std::size_t axis = 0; axis < sizes.size(); ++axis)
      position = position * sizes[axis] + places[static_cast<std::size_t>(j)][axis];
    weights.data()[position] = mean[j];
  }
  Array fitted = dense(rank_shape());
  for (const Term& term : statement_.terms) {
    std::vector<MatrixView> images;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis)
      images.emplace_back(axes_[axis].images[static_cast<std::size_t>(term.orders[axis])]);
    add(fitted, term.constant, contract_all(images, weights));
  }
  return residual_of(fitted);
}

}  // namespace mercer::smgp
