#include <mercer/meshes/geometry/buckets.hpp>

#include <cmath>

namespace mercer {

Buckets::Buckets(std::span<const ItemBox> boxes, int dimension, double per_bucket) : dimension_(dimension) {
  if (boxes.empty()) return;
  bounds_ = boxes[0];
  for (const ItemBox& box : boxes) {
    bounds_.include(box.low.data(), dimension);
    bounds_.include(box.high.data(), dimension);
  }
  double longest = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) longest = std::max(longest, bounds_.high[axis] - bounds_.low[axis]);
  // Buckets are cubes; a box that is flat along an axis has one layer of them there.
  const double wanted = std::max(static_cast<double>(boxes.size()) / per_bucket, 1.0);
  double volume = 1;
  int extended = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double extent = bounds_.high[axis] - bounds_.low[axis];
    if (extent <= 1e-6 * longest) continue;
    volume *= extent;
    ++extended;
  }
  divide(extended == 0 ? 1.0 : std::pow(volume / wanted, 1.0 / extended), static_cast<Index>(2 * wanted) + 8);
  fill(boxes);
}

Buckets Buckets::around_points(View<const double> points, double width) {
  Buckets buckets;
  buckets.dimension_ = static_cast<int>(points.shape()[1]);
  std::vector<ItemBox> boxes(static_cast<std::size_t>(points.shape()[0]));
  for (std::size_t i = 0; i < boxes.size(); ++i) boxes[i] = ItemBox::at(&points(i, 0), buckets.dimension_);
  if (boxes.empty()) return buckets;
  buckets.bounds_ = boxes[0];
  for (const ItemBox& box : boxes) buckets.bounds_.include(box.low.data(), buckets.dimension_);
  buckets.divide(width, static_cast<Index>(boxes.size()) + 8);
  buckets.fill(boxes);
  return buckets;
}

bool Buckets::contains(const double* point) const noexcept { return bounds_.squared_distance(point, dimension_) == 0; }

void Buckets::divide(double width, Index at_most) {
  const auto total = [&] {
    double product = 1;
    for (std::size_t axis = 0; axis < 3; ++axis)
      product *= std::max(1.0, std::ceil((bounds_.high[axis] - bounds_.low[axis]) / width));
    return product;
  };
  while (total() > static_cast<double>(at_most)) width *= 1.26;
  width_ = width;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double extent = bounds_.high[axis] - bounds_.low[axis];
    count_[axis] = std::max(Local{1}, static_cast<Local>(std::ceil(extent / width)));
    inverse_[axis] = extent > 0 ? count_[axis] / extent : 0;
    if (count_[axis] > 1) width_ = std::min(width_, extent / count_[axis]);
  }
}

void Buckets::fill(std::span<const ItemBox> boxes) {
  first_.assign(static_cast<std::size_t>(Index{count_[0]} * count_[1] * count_[2]) + 1, 0);
  const auto pass = [&](const auto& see) {
    for (std::size_t item = 0; item < boxes.size(); ++item) {
      const std::array<Local, 3> low = place(boxes[item].low.data()), high = place(boxes[item].high.data());
      for (Local z = low[2]; z <= high[2]; ++z)
        for (Local y = low[1]; y <= high[1]; ++y)
          for (Local x = low[0]; x <= high[0]; ++x)
            see(static_cast<std::size_t>((Index{z} * count_[1] + y) * count_[0] + x), static_cast<Local>(item));
    }
  };
  pass([&](std::size_t bucket, Local) { ++first_[bucket + 1]; });
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  item_.resize(static_cast<std::size_t>(first_.back()));
  std::vector<Index> next(first_.begin(), first_.end() - 1);
  pass([&](std::size_t bucket, Local item) { item_[static_cast<std::size_t>(next[bucket]++)] = item; });
}

}  // namespace mercer
