// White noise through the solver that is factored already.
#include <mercer/base/random.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/deviation.hpp>

#include <cmath>

namespace mercer::smgp {
namespace {

/// What the projections of white noise on the nodes are in free coordinates, the same on every rank. With R^T R = W^T W
/// for the weighted basis W of each axis, R^T z has the covariance of W^T noise, for as many numbers z as coefficients.
std::vector<Array> draw(const Space& space, const SeparablePart& separable, const DeviationOptions& options) {
  std::vector<Matrix> factors;
  for (int axis = 0; axis < space.dimensions(); ++axis)
    factors.push_back(product(qr_triangle(space.basis(axis).weighted()), separable.embedding(axis)));
  const std::vector<MatrixView> views(factors.begin(), factors.end());
  Array numbers = dense(space.shape());
  std::vector<Array> draws;
  for (int k = 0; k < options.draws; ++k) {
    const Random random(options.seed, static_cast<std::uint64_t>(k));
    for (Index i = 0; i < numbers.count(); ++i) numbers.data()[i] = random.normal(static_cast<std::uint64_t>(i));
    draws.push_back(contract_all(views, numbers, Transpose::yes));
  }
  return draws;
}

/// Of the draws, at each point of a tensor grid.
Array square_sum(const Space& space, const SeparablePart& separable, const std::vector<Array>& draws,
                 const Coordinates& grid) {
  std::vector<Matrix> bases;
  for (std::size_t axis = 0; axis < grid.size(); ++axis)
    bases.push_back(product(space.basis(static_cast<int>(axis)).at(grid[axis], 0).front(),
                            separable.embedding(static_cast<int>(axis))));
  const std::vector<MatrixView> views(bases.begin(), bases.end());
  Array sum;
  for (const Array& free : draws) {
    Array values = contract_all(views, free);
    for (double& value : values.span()) value *= value;
    if (sum.count() == 0)
      sum = std::move(values);
    else
      add(sum, 1, values);
  }
  return sum;
}

}  // namespace

Array deviation(const Comm& comm, const Statement& statement, const FeatureResult& result, const Coordinates& grid,
                const DeviationOptions& options) {
  require_agreed(options.draws >= 1 && options.source >= 0, Fault::internal,
                 "a deviation takes at least one draw and a source deviation that is not negative, not {} and {}",
                 options.draws, options.source);
  const Space& space = result.solution.space();
  SeparablePart& separable = *result.separable;
  std::vector<Array> draws = draw(space, separable, options);
  const Splitting splitting = split(space, statement);
  if (splitting.is_separable) {
    for (Array& free : draws) separable.solver().solve(free);
  } else {
    Array lifted, change = copy(result.solution.coefficients());
    together(comm, [&] { lifted = lift(space, statement); });
    add(change, -1, lifted);
    GridPart rest(space, statement, splitting, separable, lifted);
    const Exchange exchange(comm, separable.free_shape());
    solve_linearised(exchange, separable, rest, separable.restrict_columns(separable.restrict_rows(change)), draws);
  }
  Array sum = square_sum(space, separable, draws, grid);
  for (double& value : sum.span()) value = options.source * std::sqrt(value / options.draws);
  return sum;
}

}  // namespace mercer::smgp
