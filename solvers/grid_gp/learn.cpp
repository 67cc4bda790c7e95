#include <mercer/meshes/fetch.hpp>
#include <mercer/optim/lbfgs.hpp>
#include <mercer/solvers/grid_gp/learn.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::grid_gp {
namespace {

/// @collective The values of a block, on every rank.
std::vector<double> block_values(const Comm& comm, const Field& data, const Box& box) {
  Wanted wanted;
  for (int axis = 0; axis < box.dimensions; ++axis)
    wanted[static_cast<std::size_t>(axis)] = {{box.ranges[static_cast<std::size_t>(axis)], 0}};
  const Tensor<double> values = fetch(comm, data, [&](int) { return wanted; });
  return {values.span().begin(), values.span().end()};
}

/// The search's unknowns among all parameters.
struct Unknowns {
  std::vector<std::size_t> places;
  std::vector<double> of(std::span<const double> point) const {
    std::vector<double> some;
    for (const std::size_t place : places) some.push_back(point[place]);
    return some;
  }
  void put(std::span<const double> some, std::span<double> point) const {
    for (std::size_t i = 0; i < places.size(); ++i) point[places[i]] = some[i];
  }
};

Minimum search(const Comm& self, const GridObjective& objective, const Unknowns& unknowns, const Options& options,
               std::vector<double>& point) {
  std::vector<double> some = unknowns.of(point), trial = point, slopes(point.size());
  LbfgsOptions lbfgs;
  lbfgs.gradient_tolerance = 1e-5;  // of the evidence for each point
  lbfgs.value_tolerance = 1e-6;
  lbfgs.iterations = options.learning_iterations;
  lbfgs.prefix = "grid_gp_";
  const Minimum minimum = minimise(
      self,
      [&](std::span<const double> at, std::span<double> gradient) {
        unknowns.put(at, trial);
        const double value = objective(trial, slopes);
        std::ranges::copy(unknowns.of(slopes), gradient.begin());
        return value;
      },
      some, lbfgs);
  unknowns.put(some, point);
  return minimum;
}

}  // namespace

double Parameters::noise() const { return std::exp(point.back()); }

GridSpacing spacing_of(const Grid& grid) {
  GridSpacing spacing{grid.shape(), {}};
  for (const Axis& axis : grid.axes()) spacing.spacing.push_back(axis.spacing());
  return spacing;
}

Box learning_block(const Comm& comm, const Field& data, Index points) {
  const Shape& whole = data.grid().shape();
  const double share = std::min(1.0, static_cast<double>(points) / static_cast<double>(whole.count()));
  const double side = std::pow(share, 1.0 / whole.dimensions());
  Shape size = whole, tiles = whole;
  for (int axis = 0; axis < whole.dimensions(); ++axis) {
    size[axis] = std::max<Index>(1, static_cast<Index>(std::floor(side * static_cast<double>(whole[axis]) + 1e-9)));
    tiles[axis] = whole[axis] / size[axis];
  }
  std::vector<Index> observed(static_cast<std::size_t>(tiles.count()), 0);
  Index entry = data.box().count() == 0 ? 0 : data.box().ranges[0].begin * (whole.count() / whole[0]);
  for (const double value : data.span()) {
    Index rest = entry++, tile = 0, stride = 1;
    bool is_inside = !std::isnan(value);
    for (int axis = whole.dimensions() - 1; axis >= 0; --axis) {
      const Index place = rest % whole[axis] / size[axis];
      is_inside = is_inside && place < tiles[axis];
      tile += place * stride;
      stride *= tiles[axis];
      rest /= whole[axis];
    }
    if (is_inside) ++observed[static_cast<std::size_t>(tile)];
  }
  check_mpi(
      MPI_Allreduce(MPI_IN_PLACE, observed.data(), narrow<int>(observed.size()), MPI_INT64_T, MPI_SUM, comm.raw()));
  Index best = std::ranges::max_element(observed) - observed.begin();
  Box box;
  box.dimensions = whole.dimensions();
  for (int axis = whole.dimensions() - 1; axis >= 0; --axis) {
    const Index begin = best % tiles[axis] * size[axis];
    box.ranges[static_cast<std::size_t>(axis)] = {begin, begin + size[axis]};
    best /= tiles[axis];
  }
  return box;
}

Parameters learn(const Context& context, const ProductCovariance& covariance, const Field& data, const Known& known,
                 const Options& options) {
  Parameters found;
  found.point.assign(static_cast<std::size_t>(covariance.parameter_count()) + 1, 0.0);
  Unknowns unknowns;
  for (std::size_t place = 0; place < found.point.size(); ++place) {
    const bool is_noise = place + 1 == found.point.size();
    if (is_noise ? !known.noise : !known.theta) unknowns.places.push_back(place);
  }
  const auto put_known = [&] {
    if (known.theta) std::ranges::copy(*known.theta, found.point.begin());
    if (known.noise) found.point.back() = std::log(*known.noise);
  };
  put_known();
  if (unknowns.places.empty()) return found;

  const Box box = learning_block(context.comm, data, options.learning_points);
  std::vector<double> values = block_values(context.comm, data, box);
  GridSpacing grid = spacing_of(data.grid());
  grid.shape = box.shape();
  const Comm self = Comm::self();
  FitOptions fit{options.probes, context.seed, {options.tolerance, options.iterations}};
  together(context.comm, [&] {
    found.point = grid_start(covariance, grid, values);
    put_known();
    const GridObjective objective(self, covariance, grid, std::move(values), fit);
    const Minimum minimum = search(self, objective, unknowns, options, found.point);
    found.evaluations = minimum.history.back().evaluations;
    found.converged = minimum.converged();
    found.learning_points = box.count();
    context.log.info("learned from {} points in {} evaluations: {}", box.count(), found.evaluations,
                     name(minimum.stop));
  });
  for (double& number : found.point) number = broadcast(context.comm, number);
  return found;
}

}  // namespace mercer::grid_gp
