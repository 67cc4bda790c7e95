#include <mercer/io/slab.hpp>

#include <iterator>

namespace mercer {

Slab Slab::whole(const Shape& shape) {
  Shape zeros = shape;
  for (int axis = 0; axis < shape.dimensions(); ++axis) zeros[axis] = 0;
  return box(zeros, shape);
}

Slab Slab::box(const Shape& start, const Shape& count) {
  require(start.dimensions() == count.dimensions(), Fault::internal,
          "a box has as many starts as counts, not {} and {}", text(start), text(count));
  Slab slab{start, count, count, count};
  for (int axis = 0; axis < count.dimensions(); ++axis) {
    const bool empty = count[axis] == 0;
    slab.count[axis] = empty ? 0 : 1;
    slab.stride[axis] = slab.block[axis] = empty ? 1 : count[axis];
  }
  return slab;
}

Slab Slab::none(const Shape& shape) {
  Slab slab = whole(shape);
  for (int axis = 0; axis < shape.dimensions(); ++axis) slab.count[axis] = 0;
  return slab;
}

Shape Slab::shape() const {
  Shape packed = count;
  for (int axis = 0; axis < count.dimensions(); ++axis) packed[axis] = count[axis] * block[axis];
  return packed;
}

void Slab::check(const Shape& shape) const {
  const int dimensions = shape.dimensions();
  require(start.dimensions() == dimensions && count.dimensions() == dimensions && stride.dimensions() == dimensions &&
              block.dimensions() == dimensions,
          Fault::internal, "a slab of {} dimensions does not fit an array of shape {}", start.dimensions(),
          text(shape));
  if (elements() == 0) return;
  for (int axis = 0; axis < dimensions; ++axis) {
    const bool ordered = start[axis] >= 0 && count[axis] > 0 && block[axis] > 0 && stride[axis] >= block[axis];
    require(ordered && position(axis, count[axis] * block[axis] - 1) < shape[axis], Fault::internal,
            "a slab of {} blocks of {}, {} apart from {}, does not lie in axis {} of an array of shape {}", count[axis],
            block[axis], stride[axis], start[axis], axis, text(shape));
  }
}

const char* name(Number number) noexcept {
  switch (number) {
    case Number::float32:
      return "float32";
    case Number::float64:
      return "float64";
    case Number::int8:
      return "int8";
    case Number::uint8:
      return "uint8";
    case Number::int32:
      return "int32";
    case Number::int64:
      return "int64";
  }
  return "unknown";
}

std::size_t bytes(Number number) noexcept {
  switch (number) {
    case Number::float64:
    case Number::int64:
      return 8;
    case Number::float32:
    case Number::int32:
      return 4;
    default:
      return 1;
  }
}

std::string text(const Shape& shape) {
  std::string sizes;
  for (const Index size : shape.span()) {
    fmt::format_to(std::back_inserter(sizes), "{}{}", sizes.empty() ? "" : ", ", size);
  }
  return "[" + sizes + "]";
}

}  // namespace mercer
