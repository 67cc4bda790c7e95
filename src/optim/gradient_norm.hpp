// The Euclidean norm of a gradient that every rank holds, and its limit.
#pragma once

#include <span>

namespace mercer {

/// The norm, added up in double precision; infinite or NaN where an entry is. Local. For float and double.
template <class T>
double gradient_norm(std::span<const T> gradient);

/// Shortens a gradient longer than `limit` to that length, and gives its norm before. Pascanu et al. (2013). Throws
/// Fault::config unless the limit is positive.
template <class T>
double limit_gradient_norm(std::span<T> gradient, double limit);

extern template double gradient_norm(std::span<const float>);
extern template double gradient_norm(std::span<const double>);
extern template double limit_gradient_norm(std::span<float>, double);
extern template double limit_gradient_norm(std::span<double>, double);

}  // namespace mercer
