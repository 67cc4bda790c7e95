// Arrays of up to six dimensions: `Tensor` owns its memory, `View` looks into somebody's. Row-major.
#pragma once

#include <mercer/base/index.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>

namespace mercer {

inline constexpr int max_dimensions = 6;
inline constexpr std::size_t cache_line = 64;

/// Sizes of an array, slowest dimension first.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<Index> sizes) : Shape(std::span(sizes.begin(), sizes.size())) {}
  explicit Shape(std::span<const Index> sizes) : dimensions_(static_cast<int>(sizes.size())) {
    require(sizes.size() <= max_dimensions, Fault::internal, "an array has at most {} dimensions, not {}",
            max_dimensions, sizes.size());
    std::copy(sizes.begin(), sizes.end(), sizes_.begin());
  }
  int dimensions() const noexcept { return dimensions_; }
  Index operator[](int axis) const noexcept { return sizes_[static_cast<std::size_t>(axis)]; }
  Index& operator[](int axis) noexcept { return sizes_[static_cast<std::size_t>(axis)]; }
  Index back() const noexcept { return dimensions_ == 0 ? 1 : (*this)[dimensions_ - 1]; }
  Index count() const noexcept {
    Index product = 1;
    for (int axis = 0; axis < dimensions_; ++axis) product *= (*this)[axis];
    return product;
  }
  std::span<const Index> span() const noexcept { return {sizes_.data(), static_cast<std::size_t>(dimensions_)}; }
  bool operator==(const Shape&) const = default;

 private:
  std::array<Index, max_dimensions> sizes_{};
  int dimensions_ = 0;
};

/// A window on an array of `T`: copies share the memory. The last dimension has stride 1.
template <class T>
class View {
 public:
  View() = default;
  View(T* data, const Shape& shape, const Shape& strides) : data_(data), shape_(shape), strides_(strides) {}
  View(T* data, const Shape& shape) : View(data, shape, dense_strides(shape, shape.back())) {}  ///< without gaps
  template <class U>
  requires std::is_same_v<const U, T> View(const View<U>& other) : View(other.data(), other.shape(), other.strides()) {}

  T* data() const noexcept { return data_; }
  const Shape& shape() const noexcept { return shape_; }
  const Shape& strides() const noexcept { return strides_; }  ///< in elements
  Index count() const noexcept { return shape_.count(); }
  bool is_dense() const noexcept { return strides_ == dense_strides(shape_, shape_.back()); }
  /// All elements of a view without gaps.
  std::span<T> span() const {
    require(is_dense(), Fault::internal, "a view with gaps between its rows is no span");
    return {data_, static_cast<std::size_t>(count())};
  }
  template <class... Indices>
  T& operator()(Indices... indices) const noexcept {
    Index offset = 0;
    int axis = 0;
    ((offset += static_cast<Index>(indices) * strides_[axis++]), ...);
    return data_[offset];
  }
  /// The rows, counted over all dimensions but the last.
  Index rows() const noexcept { return shape_.back() == 0 ? 0 : count() / shape_.back(); }
  std::span<T> row(Index number) const noexcept {
    Index offset = 0;
    for (int axis = shape_.dimensions() - 2; axis >= 0; --axis) {
      offset += number % shape_[axis] * strides_[axis];
      number /= shape_[axis];
    }
    return {data_ + offset, static_cast<std::size_t>(shape_.back())};
  }

  static Shape dense_strides(const Shape& shape, Index row) {
    Shape strides = shape;
    Index next = 1;
    for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
      strides[axis] = next;
      next = axis == shape.dimensions() - 1 ? row : next * shape[axis];
    }
    return strides;
  }

 private:
  T* data_ = nullptr;
  Shape shape_{Index{0}}, strides_{Index{1}};  // no elements
};

struct Allocation {
  Index row = 0;  ///< elements from one row to the next
  std::size_t bytes = 0;
};

/// Memory of an array whose rows start at multiples of `line` elements. Throws Fault::internal for negative sizes and
/// Fault::memory where the number of bytes is beyond all memories.
Allocation allocation(const Shape& shape, Index line, std::size_t element);

enum class Rows { dense, padded };  ///< without gaps, or each starting on a 64-byte boundary

/// An owning array, zero at first, aligned to 64 bytes. Move only; what was moved from has no elements.
template <class T>
class Tensor {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Tensor() = default;
  /// Throws Fault::memory with the number of bytes where there is not enough of it.
  explicit Tensor(const Shape& shape, Rows rows = Rows::padded) {
    constexpr Index line = cache_line / std::gcd(cache_line, sizeof(T));  // elements between aligned ones
    const auto [row, bytes] = allocation(shape, rows == Rows::dense ? 1 : line, sizeof(T));
    void* memory = ::operator new (bytes, std::align_val_t{cache_line}, std::nothrow);
    require(memory != nullptr, Fault::memory, "there is no memory for an array of {} bytes", bytes);
    memory_.reset(static_cast<T*>(memory));
    std::fill_n(memory_.get(), bytes / sizeof(T), T{});
    view_ = View<T>(memory_.get(), shape, View<T>::dense_strides(shape, row));
  }
  Tensor(Tensor&& other) noexcept : memory_(std::move(other.memory_)), view_(std::exchange(other.view_, {})) {}
  Tensor& operator=(Tensor&& other) noexcept {
    memory_ = std::move(other.memory_);
    view_ = std::exchange(other.view_, {});
    return *this;
  }
  View<T> view() noexcept { return view_; }
  View<const T> view() const noexcept { return view_; }
  const Shape& shape() const noexcept { return view_.shape(); }
  Index count() const noexcept { return view_.count(); }
  T* data() noexcept { return view_.data(); }
  const T* data() const noexcept { return view_.data(); }
  std::span<T> span() { return view_.span(); }
  std::span<const T> span() const { return view().span(); }
  template <class... Indices>
  T& operator()(Indices... indices) noexcept {
    return view_(indices...);
  }
  template <class... Indices>
  const T& operator()(Indices... indices) const noexcept {
    return view_(indices...);
  }

 private:
  struct Free {
    void operator()(T* memory) const noexcept { ::operator delete (memory, std::align_val_t{cache_line}); }
  };
  std::unique_ptr<T, Free> memory_;
  View<T> view_;
};

}  // namespace mercer
