// Rounds of choosing and fitting.
#include <mercer/solvers/spectral_mixture_gp/noise/grid_fit.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

// Shares of the noise below which a weight is left out: when weights are chosen, first and again, when a choice is
// judged, and at the most. A weight at the third changes the evidence by 0.1^2 / 2 = 0.005.
constexpr double first_share = 1, chosen_share = 0.02, judged_share = 0.1, coarsest_share = 10;
// By which conditions are met, and judged a choice of weights, of the unknown.
constexpr double condition_accuracy = 1e-8, face_accuracy = 1e-7;
constexpr Index first_weights = 800;
const double narrowest = std::log(0.5);  // logarithm of a width: the least that a fit may end at
constexpr int most_rounds = 6;

std::vector<Interval> intervals(const Statement& statement) {
  std::vector<Interval> all;
  for (const AxisStatement& axis : statement.axes) all.push_back(axis.interval);
  return all;
}

Places places_of(const WeightSpace& space, const std::vector<Index>& numbers) {
  const Places all = space.places();
  Places chosen;
  for (const Index number : numbers) chosen.push_back(all[static_cast<std::size_t>(number)]);
  return chosen;
}

/// The exact data alone, for their size.
double largest_exact(const Statement& statement, const WeightSpace& space) {
  const ExactData exact = exact_data(WeightSpace(space.axes(), space.bands(), Places(1)), statement);
  return exact.data.size() > 0 ? exact.data.cwiseAbs().maxCoeff() : 0;
}

DataModel model_of(const GridModel& grid, const Statement& statement, const NoisyData& data, const Places& places,
                   const WeightSpace& space, const Choice& choice) {
  DataModel model = grid.reduced(places);
  model.exact = independent_conditions(exact_data(space, statement), choice.deviations, choice.accuracy);
  const std::vector<double>& values = data.readings.values;
  if (!values.empty())
    model.readings = {space.values(data.readings.points),
                      Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Index>(values.size())),
                      data.reading_noise};
  return model;
}

}  // namespace

ChosenEvidence::ChosenEvidence(const GridModel& grid, const Statement& statement, const NoisyData& data,
                               const Choice& choice)
    : places(places_of(grid.space(), choice.numbers)),
      space(cut_to(grid.space(), places)),
      model(model_of(grid, statement, data, places, space, choice)),
      evidence(model, Prior(space)) {}

GridFit::GridFit(const Comm& comm, const Statement& statement, const NoisyData& data,
                 std::vector<std::vector<Band>> bands, const ToneLists& tones, double noise)
    : whole_(intervals(statement), std::move(bands)),
      grid_(comm, statement, whole_),
      seen_(visibility(grid_, statement)),
      prior_(whole_),
      guess_(noise) {
  const double exact = largest_exact(statement, whole_);
  scales_ = fit_scales(statement, whole_, tones, {}, {root_mean_square(), noise, Eigen::VectorXd::Constant(1, exact)});
  scales_.weights = component_variances(comm, statement, whole_, tones, noise);
  scales_.unknown = std::max(exact, 2 * std::sqrt(*std::max_element(scales_.weights.begin(), scales_.weights.end())));
  scales_.weights[0] = std::max(scales_.weights[0], exact * exact);
  fit_rounds(comm, statement, data);
  cautious_theta_ = cautious(statement);
  const Choice last = final_choice();
  together(comm, [&] { chosen_ = std::make_unique<const ChosenEvidence>(grid_, statement, data, last); });
  fit_.log_evidence = broadcast(comm, chosen_->evidence(fit_.theta));
}

void GridFit::fit_rounds(const Comm& comm, const Statement& statement, const NoisyData& data) {
  std::vector<double> theta = narrowed(start_of_fit(prior_, whole_, scales_));
  std::vector<Index> numbers = affordable(theta, first_share);
  Index evaluations = 0;
  for (int round = 0; round < most_rounds; ++round) {
    together(comm, [&] {
      const ChosenEvidence chosen(grid_, statement, data, choice(numbers, theta));
      fit_ = refit_evidence(chosen.evidence, whole_, scales_, theta);
    });
    // the same everywhere, also where processors differ
    check_mpi(MPI_Bcast(fit_.theta.data(), narrow<int>(fit_.theta.size()), MPI_DOUBLE, 0, comm.raw()));
    evaluations += fit_.evaluations;
    theta = fit_.theta;
    const std::vector<Index> needed = visible(theta, judged_share);
    if (std::includes(numbers.begin(), numbers.end(), needed.begin(), needed.end())) break;
    numbers = affordable(theta, chosen_share);
  }
  fit_.evaluations = evaluations;
}

/// For the fitted and, as far as the number allows, the cautious hyper-parameters.
Choice GridFit::final_choice() const {
  const std::vector<Index> plain = affordable(fit_.theta, chosen_share);
  std::vector<Index> all;
  double share = judged_share;
  do {
    const std::vector<Index> wide = visible(cautious_theta_, share);
    all.clear();
    std::set_union(plain.begin(), plain.end(), wide.begin(), wide.end(), std::back_inserter(all));
    share *= 2;
  } while (static_cast<Index>(all.size()) > most_weights);
  Choice last = choice(all, fit_.theta);
  last.deviations = last.deviations.cwiseMax(choice(all, cautious_theta_).deviations);
  return last;
}

double GridFit::root_mean_square() const { return std::sqrt(grid_.square() / static_cast<double>(grid_.points())); }

std::vector<Index> GridFit::visible(std::span<const double> theta, double share) const {
  const Threshold threshold{.noise = std::min(std::exp(theta[0] / 2), guess_),
                            .unknown = scales_.unknown,
                            .noise_share = share,
                            .face_share = share * face_accuracy / judged_share};
  return visible_weights(whole_, prior_.log_variances(theta), seen_, threshold);
}

/// With spectral widths at which few weights count: the fit widens them, and the next choice adds what that takes.
std::vector<double> GridFit::narrowed(std::vector<double> theta) const {
  const auto first = theta.begin() + static_cast<std::ptrdiff_t>(prior_.first_width());
  for (double width = *std::max_element(first, theta.end()); width > narrowest; width -= 0.2) {
    if (static_cast<Index>(visible(theta, first_share).size()) <= first_weights) break;
    for (auto entry = first; entry != theta.end(); ++entry) *entry = std::min(*entry, width);
  }
  return theta;
}

/// At `share`, or at a larger one that as many weights bear as are allowed.
std::vector<Index> GridFit::affordable(std::span<const double> theta, double share) const {
  std::vector<Index> numbers = visible(theta, share);
  while (static_cast<Index>(numbers.size()) > most_weights && share < coarsest_share) {
    share *= 2;
    numbers = visible(theta, share);
  }
  require(static_cast<Index>(numbers.size()) <= most_weights, Fault::unavailable,
          "{} of {} weights stand out of the noise, and dense algebra bears {}: sample the source more coarsely, or "
          "solve without noise",
          numbers.size(), whole_.size(), most_weights);
  return numbers;
}

Choice GridFit::choice(std::vector<Index> numbers, std::span<const double> theta) const {
  const Eigen::VectorXd logs = prior_.log_variances(theta);
  Eigen::VectorXd deviations = (logs(numbers) / 2).array().exp();
  return {std::move(numbers), std::move(deviations), condition_accuracy * scales_.unknown};
}

std::vector<double> GridFit::cautious(const Statement& statement) const {
  std::vector<double> theta = fit_.theta;
  std::vector<double> lowest;
  for (const Interval& axis : whole_.axes()) lowest.push_back(std::numbers::pi / (2 * axis.half()));
  const double hidden = 3 * noise() * std::sqrt(2 / static_cast<double>(grid_.points())) / symbol(statement, lowest);
  double& weight = theta[static_cast<std::size_t>(prior_.weight_of_base())];
  weight = std::max(weight, 2 * std::log(std::max(scales_.unknown, hidden)));
  for (int axis = 0; axis < whole_.dimensions(); ++axis) {
    double& width = theta[static_cast<std::size_t>(prior_.width(axis, 0))];
    width = std::max(width, std::log(2.0));
  }
  return theta;
}

}  // namespace mercer::smgp
