// Named unknowns: domains and their maps, blocks of one vector.
#include <mercer/base/text.hpp>
#include <mercer/optim/parameter.hpp>

#include <cmath>

namespace mercer {

ParameterDomain ParameterDomain::interval(double lower, double upper) {
  require(std::isfinite(lower) && std::isfinite(upper) && lower < upper, Fault::config,
          "an interval needs finite ends in ascending order, not {} and {}", lower, upper);
  return ParameterDomain(Kind::interval, lower, upper);
}

double ParameterDomain::value(double raw) const noexcept {
  if (kind_ == Kind::real) return raw;
  if (kind_ == Kind::positive) return std::exp(raw);
  return lower_ + (upper_ - lower_) / (1 + std::exp(-raw));
}

double ParameterDomain::raw(double value) const {
  if (kind_ == Kind::real) {
    require(std::isfinite(value), Fault::config, "a real value must be finite, not {}", value);
    return value;
  }
  if (kind_ == Kind::positive) {
    require(std::isfinite(value) && value > 0, Fault::config, "a positive value cannot be {}", value);
    return std::log(value);
  }
  require(value > lower_ && value < upper_, Fault::config, "a value between {} and {} cannot be {}", lower_, upper_,
          value);
  return std::log((value - lower_) / (upper_ - value));
}

double ParameterDomain::derivative(double raw) const noexcept {
  if (kind_ == Kind::real) return 1;
  if (kind_ == Kind::positive) return std::exp(raw);
  const double tail = std::exp(-std::abs(raw));  // even in raw, and in this form never infinite
  return (upper_ - lower_) * tail / ((1 + tail) * (1 + tail));
}

template <class T>
void Parameter<T>::set(Index i, T value) const {
  try {
    raw_[static_cast<std::size_t>(i)] = static_cast<T>(domain().raw(static_cast<double>(value)));
  } catch (const Error& error) {
    fail(error.fault(), "parameter '{}': {}", name(), error.what());
  }
}

template <class T>
void Parameter<T>::add_to_gradient(Index i, T slope) const {
  const auto place = static_cast<std::size_t>(i);
  gradient_[place] += slope * static_cast<T>(domain().derivative(static_cast<double>(raw_[place])));
}

template <class T>
std::size_t ParameterVector<T>::add(ParameterInfo info) {
  for (const ParameterInfo& other : infos_)
    require(other.name != info.name, Fault::internal, "there are two parameters named '{}'", info.name);
  require(info.numbers == Numbers::real || info.shape.back() == 2, Fault::internal,
          "the complex parameter '{}' must end with a dimension of 2, not {}", info.name, info.shape.back());
  begins_.push_back(raw_.size());
  raw_.resize(raw_.size() + static_cast<std::size_t>(info.shape.count()));
  gradient_.resize(raw_.size());
  infos_.push_back(std::move(info));
  return infos_.size() - 1;
}

template <class T>
Parameter<T> ParameterVector<T>::operator[](std::size_t block) {
  require(block < infos_.size(), Fault::internal, "there is no parameter {}: there are {}", block, infos_.size());
  const auto count = static_cast<std::size_t>(infos_[block].shape.count());
  return Parameter<T>(infos_[block], std::span(raw_).subspan(begins_[block], count),
                      std::span(gradient_).subspan(begins_[block], count));
}

template <class T>
Parameter<T> ParameterVector<T>::at(std::string_view name) {
  std::vector<std::string> names;
  for (std::size_t block = 0; block < infos_.size(); ++block) {
    if (infos_[block].name == name) return (*this)[block];
    names.push_back(infos_[block].name);
  }
  fail(Fault::config, "there is no parameter '{}'{}", name, suggestion(name, names));
}

template class Parameter<float>;
template class Parameter<double>;
template class ParameterVector<float>;
template class ParameterVector<double>;

}  // namespace mercer
