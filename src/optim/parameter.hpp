// Named unknowns with their gradients and domains: blocks of one contiguous vector without constraints, on which
// optimisers work.
#pragma once

#include <mercer/base/tensor.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// Where a value may lie. Optimisers move an unconstrained number, here called raw; the value is raw itself (real),
/// exp(raw) (positive), or lower + (upper - lower) / (1 + exp(-raw)) (interval).
class ParameterDomain {
 public:
  static ParameterDomain real() noexcept { return ParameterDomain(Kind::real, 0, 0); }
  static ParameterDomain positive() noexcept { return ParameterDomain(Kind::positive, 0, 0); }
  static ParameterDomain interval(double lower,
                                  double upper);  ///< open; throws Fault::config unless lower < upper, both finite

  double value(double raw) const noexcept;
  double raw(double value) const;                ///< throws Fault::config where `value` is not inside
  double derivative(double raw) const noexcept;  ///< d value / d raw
  bool operator==(const ParameterDomain&) const = default;

 private:
  enum class Kind { real, positive, interval };
  ParameterDomain(Kind kind, double lower, double upper) noexcept : kind_(kind), lower_(lower), upper_(upper) {}
  Kind kind_;
  double lower_, upper_;
};

enum class Numbers {
  real,
  complex,  ///< stored as pairs: the last dimension is 2, real and imaginary part
};

/// What a block of unknowns is, before it has memory.
struct ParameterInfo {
  std::string name;
  Shape shape;
  ParameterDomain domain = ParameterDomain::real();
  Numbers numbers = Numbers::real;
};

/// A window on one block of a `ParameterVector`; copies share the memory.
template <class T>
class Parameter {
 public:
  Parameter(const ParameterInfo& info, std::span<T> raw, std::span<T> gradient)
      : info_(&info), raw_(raw), gradient_(gradient) {}

  const std::string& name() const noexcept { return info_->name; }
  const Shape& shape() const noexcept { return info_->shape; }
  const ParameterDomain& domain() const noexcept { return info_->domain; }
  Numbers numbers() const noexcept { return info_->numbers; }
  Index count() const noexcept { return static_cast<Index>(raw_.size()); }
  std::span<T> raw() const noexcept { return raw_; }
  std::span<T> gradient() const noexcept { return gradient_; }  ///< with respect to raw

  T value(Index i) const { return static_cast<T>(domain().value(raw_[static_cast<std::size_t>(i)])); }
  void set(Index i, T value) const;  ///< throws Fault::config, naming the parameter, where `value` is not in its domain
  /// Adds a derivative with respect to the value to the gradient, by the chain rule.
  void add_to_gradient(Index i, T slope) const;

 private:
  const ParameterInfo* info_;
  std::span<T> raw_, gradient_;
};

/// Owns the raw values and the gradients of all blocks, each in one vector, in the order in which the blocks were
/// added.
template <class T>
class ParameterVector {
 public:
  /// Appends a block of zeros (raw) and gives its number. Parameters handed out before become invalid. Throws
  /// Fault::internal where the name is taken or complex numbers are no pairs.
  std::size_t add(ParameterInfo info);

  std::size_t size() const noexcept { return infos_.size(); }               ///< blocks
  Index count() const noexcept { return static_cast<Index>(raw_.size()); }  ///< numbers
  std::span<T> raw() noexcept { return raw_; }
  std::span<const T> raw() const noexcept { return raw_; }
  std::span<T> gradient() noexcept { return gradient_; }
  std::span<const T> gradient() const noexcept { return gradient_; }
  Parameter<T> operator[](std::size_t block);
  Parameter<T> at(std::string_view name);  ///< throws Fault::config with the nearest name where there is none

 private:
  std::vector<ParameterInfo> infos_;
  std::vector<std::size_t> begins_;
  std::vector<T> raw_, gradient_;
};

extern template class Parameter<float>;
extern template class Parameter<double>;
extern template class ParameterVector<float>;
extern template class ParameterVector<double>;

}  // namespace mercer
