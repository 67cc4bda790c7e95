// Unique ownership of the objects of C libraries (hid_t, MPI_Comm, Vec, ...): closed exactly once, never copied.
#pragma once

#include <mercer/base/error.hpp>

#include <utility>

namespace mercer {

/// `Traits` gives `type`, `empty()`, `close(type&) noexcept`, and `collective`: true when closing may communicate, in
/// which case a handle that is destroyed by a failure of this rank alone is left open for the abort that follows.
template <class Traits>
class Handle {
 public:
  using type = typename Traits::type;

  Handle() noexcept = default;
  explicit Handle(type raw) noexcept : raw_(raw) {}
  Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, Traits::empty())) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      raw_ = std::exchange(other.raw_, Traits::empty());
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }

  type get() const noexcept { return raw_; }
  explicit operator bool() const noexcept { return raw_ != Traits::empty(); }
  /// For C functions that create into a pointer. What was held before is closed.
  type* out() noexcept {
    reset();
    return &raw_;
  }
  type release() noexcept { return std::exchange(raw_, Traits::empty()); }
  void reset() noexcept {
    if (raw_ == Traits::empty() || (Traits::collective && unwinding_alone())) return;
    Traits::close(raw_);
    raw_ = Traits::empty();
  }

 private:
  type raw_ = Traits::empty();
};

}  // namespace mercer
