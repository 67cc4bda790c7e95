// The part of an array in a file that one rank reads or writes, and the kinds of numbers that files hold.
#pragma once

#include <mercer/base/tensor.hpp>

namespace mercer {

/// A regular selection of an array: along each axis `count` blocks of `block` positions, `stride` apart from `start`.
struct Slab {
  Shape start, count, stride, block;
  static Slab whole(const Shape& shape);
  static Slab box(const Shape& start, const Shape& count);  ///< contiguous
  static Slab none(const Shape& shape);                     ///< for a rank that has no part in an array of `shape`

  Shape shape() const;  ///< of the selected elements, packed
  Index elements() const { return shape().count(); }
  /// Where the `number`-th selected position of `axis` lies in the array.
  Index position(int axis, Index number) const noexcept {
    return start[axis] + number / block[axis] * stride[axis] + number % block[axis];
  }
  /// Throws Fault::internal unless the blocks follow one another without overlap and lie within an array of `shape`.
  void check(const Shape& shape) const;
};

enum class Number { float32, float64, int8, uint8, int32, int64 };

const char* name(Number number) noexcept;
std::size_t bytes(Number number) noexcept;

/// The Number of a C++ type.
template <class T>
inline constexpr Number number_of = Number{-1};
template <>
inline constexpr Number number_of<float> = Number::float32;
template <>
inline constexpr Number number_of<double> = Number::float64;
template <>
inline constexpr Number number_of<std::int8_t> = Number::int8;
template <>
inline constexpr Number number_of<std::uint8_t> = Number::uint8;
template <>
inline constexpr Number number_of<std::int32_t> = Number::int32;
template <>
inline constexpr Number number_of<std::int64_t> = Number::int64;

/// "[3, 4]"
std::string text(const Shape& shape);

/// One rank's part of an array of `shape` that is spread over the ranks.
template <class T>
struct Part {
  Shape shape;
  Slab slab;
  View<T> values;  ///< of `slab.elements()` elements, in any shape
};

}  // namespace mercer
