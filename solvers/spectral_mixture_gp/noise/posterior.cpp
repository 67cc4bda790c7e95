// Rows of features times mean and covariance factor.
#include <mercer/solvers/spectral_mixture_gp/noise/posterior.hpp>

#include <map>

namespace mercer::smgp {
namespace {

/// Rows of weights at places along the axes not yet summed over.
struct Partial {
  std::vector<std::span<const Index>> places;
  Matrix rows;
};

/// Rows of equal places but for the first axis, summed with that axis's feature values as factors.
Partial summed(const Partial& all, const Eigen::Ref<const Eigen::RowVectorXd>& factors) {
  std::map<std::vector<Index>, Index> numbers;
  std::vector<Index> target;
  Partial result;
  for (const std::span<const Index> place : all.places) {
    const std::span<const Index> rest = place.subspan(1);
    const auto [found, is_new] =
        numbers.emplace(std::vector<Index>(rest.begin(), rest.end()), static_cast<Index>(numbers.size()));
    if (is_new) result.places.push_back(rest);
    target.push_back(found->second);
  }
  result.rows = Matrix::Zero(static_cast<Index>(result.places.size()), all.rows.cols());
  for (Index column = 0; column < all.rows.cols(); ++column)
    for (std::size_t j = 0; j < target.size(); ++j)
      result.rows(target[j], column) += factors[all.places[j][0]] * all.rows(static_cast<Index>(j), column);
  return result;
}

/// Mean and deviation along the last axis of the grid for every point of the others.
void spread(const std::vector<Matrix>& values, std::size_t axis, const Partial& partial, Index row,
            GridPrediction& out) {
  if (axis + 1 < values.size()) {
    for (Index i = 0; i < values[axis].rows(); ++i)
      spread(values, axis + 1, summed(partial, values[axis].row(i)), row * values[axis].rows() + i, out);
    return;
  }
  Matrix last(values[axis].rows(), static_cast<Index>(partial.places.size()));
  for (Index j = 0; j < last.cols(); ++j)
    last.col(j) = values[axis].col(partial.places[static_cast<std::size_t>(j)][0]);
  const Matrix all = product(last, partial.rows);
  const Index count = last.rows();
  Eigen::Map<Eigen::VectorXd>(out.mean.data() + row * count, count) = all.col(0);
  Eigen::Map<Eigen::VectorXd>(out.deviation.data() + row * count, count) =
      all.rightCols(all.cols() - 1).rowwise().norm();
}

}  // namespace

Prediction Posterior::predict(const Points& points, const Orders& orders) const {
  return predict_rows(space_.values(points, orders));
}

GridPrediction Posterior::predict_on(const Coordinates& grid, const Orders& orders) const {
  require(static_cast<int>(grid.size()) == space_.dimensions(), Fault::internal, "a grid of {} axes is none of {}",
          grid.size(), space_.dimensions());
  std::vector<Matrix> values;
  std::vector<Index> sizes;
  for (std::size_t axis = 0; axis < grid.size(); ++axis) {
    values.push_back(space_.axis_values(static_cast<int>(axis), grid[axis], orders[axis]));
    sizes.push_back(static_cast<Index>(grid[axis].size()));
  }
  const std::vector<WeightSpace::Place> places = space_.places();
  Partial all;
  for (const WeightSpace::Place& place : places) all.places.push_back(std::span(place).first(grid.size()));
  all.rows.resize(weights_.mean.size(), weights_.factor.cols() + 1);
  all.rows << weights_.mean, weights_.factor;
  GridPrediction out{dense(Shape(std::span<const Index>(sizes))), dense(Shape(std::span<const Index>(sizes)))};
  spread(values, 0, all, 0, out);
  return out;
}

Prediction Posterior::predict_rows(const MatrixView& rows) const {
  return {rows * weights_.mean, product(rows, weights_.factor).rowwise().norm()};
}

Eigen::VectorXd Posterior::draw(std::uint64_t seed, std::uint64_t number) const {
  const Random random(seed, number);
  Eigen::VectorXd normal(weights_.factor.cols());
  for (Index i = 0; i < normal.size(); ++i) normal[i] = random.normal(static_cast<std::uint64_t>(i));
  return weights_.mean + weights_.factor * normal;
}

}  // namespace mercer::smgp
