// Moments of the source, the lifted boundary data, then the direct or the Newton solver.
#include <mercer/solvers/spectral_mixture_gp/features/corners.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

/// The source projected on the space: this rank's rows.
Array source_moments(const Space& space, const Statement& statement, const Exchange& exchange) {
  Array partial;
  together(space.comm(), [&] {
    std::vector<MatrixView> weighted;
    for (int axis = 0; axis < space.dimensions(); ++axis) weighted.push_back(space.weighted(axis));
    partial = statement.samples
                  ? contract_all(weighted, statement.samples->values, Transpose::yes)
                  : contract_all(weighted, sample(statement.source, space.own_nodes(), "the source"), Transpose::yes);
  });
  return exchange.sum_scatter(std::move(partial));
}

/// What the source leaves to be solved for when the lifted state is taken: in free coordinates, on every rank.
Array free_moments(const Space& space, const Statement& statement, const SeparablePart& separable, const Array& lifted,
                   Level& level) {
  const Exchange rows(space.comm(), space.shape());
  Array own = source_moments(space, statement, rows);
  add(own, -1, separable.apply(lifted, rows.rows()));
  Shape restricted = separable.free_shape();
  restricted[0] = space.shape()[0];
  const Exchange columns(space.comm(), restricted);
  const Array whole = columns.gather(separable.restrict_rows(own));
  level.collectives += rows.collectives() + columns.collectives();
  return separable.restrict_columns(whole);
}

/// Free coordinates of the solution.
Array solve_with_grid(const Space& space, const Statement& statement, const Splitting& splitting,
                      SeparablePart& separable, const Array& moments, const Array& lifted, Level& level) {
  Array start = copy(moments);
  separable.solver().solve(start);
  const Exchange exchange(space.comm(), separable.free_shape());
  GridPart grid(space, statement, splitting, separable, lifted);
  NewtonResult result = solve_newton(exchange, separable, grid, moments, start, !statement.reaction);
  level.newton = result.newton;
  level.krylov = result.krylov;
  level.converged = result.converged;
  level.collectives += exchange.collectives();
  return std::move(result.free);
}

}  // namespace

Level solve_level(const Comm& comm, const Statement& statement, const BandLists& bands,
                  const ConditionLists& conditions, Fitted fitted) {
  Level level;
  std::shared_ptr<Space> space;
  together(comm, [&] { space = std::make_shared<Space>(comm, statement, bands, conditions, fitted); });
  level.space = space;
  const Splitting splitting = split(*space, statement);
  Array lifted;
  together(comm, [&] {
    level.separable = std::make_shared<SeparablePart>(*space, splitting.operators);
    lifted = lift(*space, statement);
  });
  SeparablePart& separable = *level.separable;
  const Array moments = free_moments(*space, statement, separable, lifted, level);
  Array coefficients = separable.embed(
      splitting.is_separable ? separable.solve(moments)
                             : solve_with_grid(*space, statement, splitting, separable, moments, lifted, level));
  add(coefficients, 1, lifted);
  level.coefficients = std::make_shared<const Array>(std::move(coefficients));
  require_agreed(std::isfinite(norm(*level.coefficients)), Fault::numerics,
                 "the solution is not finite: the equation with its conditions has no unique solution, or grows beyond "
                 "all numbers");
  level.inverse_norm = separable.solver().inverse_norm();
  return level;
}

std::vector<AxisOperator> mean_operators(const Statement& statement) {
  std::vector<AxisOperator> operators(statement.axes.size());
  Coordinates points;
  for (const AxisStatement& axis : statement.axes) {
    points.emplace_back();
    for (const double t : gauss_legendre(12).points) points.back().push_back(axis.interval.global(t));
  }
  for (const Term& term : statement.terms) {
    const auto axis =
        static_cast<std::size_t>(std::max_element(term.orders.begin(), term.orders.end()) - term.orders.begin());
    if (std::count_if(term.orders.begin(), term.orders.end(), [](int order) { return order > 0; }) > 1) continue;
    double mean = term.constant;
    if (term.coefficient) {
      const Array values = sample(term.coefficient, points, "a coefficient");
      mean = Eigen::Map<const Eigen::VectorXd>(values.data(), values.count()).mean();
    }
    operators[axis][static_cast<std::size_t>(term.orders[axis])] += mean;
  }
  return operators;
}

ConditionLists select_conditions(const Statement& statement) {
  const std::vector<AxisOperator> operators = mean_operators(statement);
  // Information flows along the first derivatives against diffusion: u_t - u_xx and -u_t + u_xx both from the begin of
  // t.
  double diffusion = 0;
  for (const AxisOperator& c : operators) diffusion += c[2];
  const double sign = diffusion > 0 ? -1 : 1;
  ConditionLists lists;
  for (std::size_t axis = 0; axis < operators.size(); ++axis)
    lists.push_back(select_conditions(statement.axes[axis].sides, highest_order(statement, static_cast<int>(axis)),
                                      sign * operators[axis][1], statement.axes[axis].name));
  check_corners(statement, lists);
  return lists;
}

}  // namespace mercer::smgp
