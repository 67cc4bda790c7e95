#include <mercer/meshes/check/shape_family.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

constexpr double held = 0.999;     // of the variance, by the modes
constexpr double rounding = 1e-9;  // of the size of a shape; what is smaller is no difference

Eigen::Map<const Eigen::VectorXd> vector_of(const Outline& shape) {
  return {shape.points.data(), std::ssize(shape.points)};
}

}  // namespace

double ShapeNovelty::score() const noexcept { return std::max(range, rest); }

ShapeFamily::ShapeFamily(const std::vector<const Outline*>& shapes) {
  const Index count = std::ssize(shapes), size = shapes.empty() ? 0 : std::ssize(shapes.front()->points);
  require(shapes.size() >= fewest, Fault::internal, "a family of shapes needs {} of them, not {}", fewest, count);
  Matrix centred(size, count);
  for (Index i = 0; i < count; ++i) {
    const Outline& shape = *shapes[static_cast<std::size_t>(i)];
    require(std::ssize(shape.points) == size, Fault::internal,
            "outlines of {} and {} coordinates do not belong to one family", size, shape.points.size());
    centred.col(i) = vector_of(shape);
  }
  mean_ = centred.rowwise().mean();
  centred.colwise() -= mean_;
  const SymmetricEigen gram = symmetric_eigen(transposed_product(centred, centred));
  const double variance = centred.squaredNorm();
  const double least = mean_.squaredNorm() * rounding * rounding;
  Index modes = 0;
  double left = variance;
  while (modes < count / 4 && left > std::max((1 - held) * variance, least)) left -= gram.values[count - ++modes];
  modes_ = product(centred, gram.vectors.rightCols(modes));
  modes_.colwise().normalize();
  deviation_ = (gram.values.tail(modes) / static_cast<double>(count - 1)).cwiseSqrt();
  usual_rest_ = std::sqrt(std::max(left / static_cast<double>(count - modes - 1), least));
}

ShapeNovelty ShapeFamily::novelty(const Outline& shape) const {
  require(std::ssize(shape.points) == mean_.size(), Fault::internal,
          "an outline of {} coordinates was compared with a family of {}", shape.points.size(), mean_.size());
  const Eigen::VectorXd away = vector_of(shape) - mean_;
  const Eigen::VectorXd coefficients = modes_.transpose() * away;
  ShapeNovelty novelty;
  for (Index k = 0; k < modes(); ++k)
    novelty.range = std::max(novelty.range, std::abs(coefficients[k]) / deviation_[k]);
  novelty.rest = (away - modes_ * coefficients).norm() / std::hypot(usual_rest_, shape.bulge);
  return novelty;
}

}  // namespace mercer
