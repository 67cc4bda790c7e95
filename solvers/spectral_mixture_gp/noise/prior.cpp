// Sums of components in logarithms, with their derivatives.
#include <mercer/solvers/spectral_mixture_gp/noise/prior.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr double deepest = 160;  // of log variances below the largest

}  // namespace

Prior::Prior(const WeightSpace& space, std::span<const double> inner, double freedom)
    : dimensions_(space.dimensions()), origins_(space.origins()), inner_(static_cast<Index>(inner.size())) {
  require(inner.empty() || dimensions_ == 1, Fault::internal, "inner peaks go with one axis, not {}", dimensions_);
  int most = 0;
  Index groups = 1;
  for (const std::vector<Band>& list : space.bands()) {
    degrees_.emplace_back();
    for (const Band& band : list) degrees_.back().push_back(band.degree);
    most = std::max(most, *std::max_element(degrees_.back().begin(), degrees_.back().end()));
    groups *= static_cast<Index>(list.size());
  }
  groups_.resize(static_cast<std::size_t>(groups));
  for (std::size_t j = 0; j < origins_.size(); ++j) {
    std::size_t number = 0;
    for (std::size_t axis = 0; axis < degrees_.size(); ++axis)
      number = number * degrees_[axis].size() + static_cast<std::size_t>(origins_[j].band[axis]);
    groups_[number].features.push_back(static_cast<Index>(j));
    groups_[number].band = origins_[j].band;
  }
  for (const double frequency : inner)
    inner_values_.push_back(smgp::log_variances(frequency * space.axes()[0].half(), 1, degrees_[0][0], freedom).value);
  table_ = std::make_shared<const VarianceTable>(most, freedom);
  weights_ = inner_ + groups;
  parameters_ = 1 + weights_;
  for (const std::vector<int>& list : degrees_) parameters_ += static_cast<Index>(list.size());
}

Index Prior::width(int axis, int band) const noexcept {
  Index place = first_width() + band;
  for (int before = 0; before < axis; ++before)
    place += static_cast<Index>(degrees_[static_cast<std::size_t>(before)].size());
  return place;
}

void Prior::spread(const Group& group, std::span<const double> theta, Eigen::VectorXd& values, Matrix* slopes) const {
  const bool has_inner = inner_ > 0 && group.band[0] == 0;
  const Index weight = weight_of_base() + (&group - groups_.data());
  std::vector<LogVariances> along;
  for (int axis = 0; axis < dimensions_; ++axis) {
    const auto band = static_cast<std::size_t>(group.band[static_cast<std::size_t>(axis)]);
    along.push_back(table_->at(theta[static_cast<std::size_t>(width(axis, static_cast<int>(band)))],
                               degrees_[static_cast<std::size_t>(axis)][band]));
  }
  for (const Index j : group.features) {
    const std::array<int, 3>& degree = origins_[static_cast<std::size_t>(j)].degree;
    double own = theta[static_cast<std::size_t>(weight)];
    for (std::size_t axis = 0; axis < along.size(); ++axis) own += along[axis].value[degree[axis]];
    double largest = own, sum = 1;
    if (has_inner) {
      for (Index m = 0; m < inner_; ++m)
        largest = std::max(
            largest, theta[static_cast<std::size_t>(1 + m)] + inner_values_[static_cast<std::size_t>(m)][degree[0]]);
      sum = std::exp(own - largest);
      for (Index m = 0; m < inner_; ++m) {
        const double share = std::exp(theta[static_cast<std::size_t>(1 + m)] +
                                      inner_values_[static_cast<std::size_t>(m)][degree[0]] - largest);
        sum += share;
        if (slopes) (*slopes)(j, 1 + m) = share;
      }
      if (slopes) slopes->row(j) /= sum;
    }
    values[j] = largest + std::log(sum);
    if (!slopes) continue;
    const double share = std::exp(own - values[j]);
    (*slopes)(j, weight) = share;
    for (int axis = 0; axis < dimensions_; ++axis)
      (*slopes)(j, width(axis, group.band[static_cast<std::size_t>(axis)])) +=
          share * along[static_cast<std::size_t>(axis)].slope[degree[static_cast<std::size_t>(axis)]];
  }
}

Eigen::VectorXd Prior::log_variances(std::span<const double> theta, Matrix* slopes) const {
  require(static_cast<Index>(theta.size()) >= parameters_, Fault::internal, "the prior has {} parameters, not {}",
          parameters_, theta.size());
  const auto count = static_cast<Index>(origins_.size());
  Eigen::VectorXd values(count);
  if (slopes) *slopes = Matrix::Zero(count, parameters_);
  for (const Group& group : groups_) spread(group, theta, values, slopes);
  const double least = values.maxCoeff() - deepest;
  for (Index j = 0; j < count; ++j) {
    if (values[j] >= least) continue;
    values[j] = least;
    if (slopes) slopes->row(j).setZero();
  }
  return values;
}

}  // namespace mercer::smgp
