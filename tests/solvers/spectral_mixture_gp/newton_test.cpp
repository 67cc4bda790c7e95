// The linearised operator: its adjoint, its derivative property, and what it costs in communication.
#include "solvers/spectral_mixture_gp/problems.hpp"
#include <mercer/base/random.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/newton.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;

namespace {

/// A nonlinear equation on a small space, linearised around a random state.
class Setting {
 public:
  Setting(const Comm& comm, const test::NamedProblem& problem)
      : statement_(test::statement_of(problem)),
        space_(comm, statement_, BandLists(statement_.axes.size(), {{0, 9}, {20, 3}}), select_conditions(statement_)),
        splitting_(split(space_, statement_)),
        separable_(space_, splitting_.operators),
        lifted_(lift(space_, statement_)),
        grid_(space_, statement_, splitting_, separable_, lifted_),
        exchange_(comm, separable_.free_shape()) {
    grid_.linearise(random(1));
  }

  Array random(std::uint64_t stream) const {
    const Random numbers(11, stream);
    Array values = dense(separable_.free_shape());
    for (Index i = 0; i < values.count(); ++i) values.data()[i] = 0.3 * numbers.normal(static_cast<std::uint64_t>(i));
    return values;
  }
  const Exchange& exchange() const { return exchange_; }
  const GridPart& grid() const { return grid_; }
  Jacobian jacobian() const { return {exchange_, separable_, grid_}; }

 private:
  Statement statement_;
  Space space_;
  Splitting splitting_;
  SeparablePart separable_;
  Array lifted_;
  GridPart grid_;
  Exchange exchange_;
};

const std::vector<test::NamedProblem>& equations() {
  static const std::vector<test::NamedProblem> all{
      {"reaction", "u_xx + u*(u^2 - 1) = f", "sin(3*x)", 1, {"x"}},
      {"convection", "u_t + u*u_x - 0.1*u_xx = f", "sin(x - t)", 1, {"t", "x"}},
      {"variable", "(1 + x*y)*u_xx + u_yy + 0.3*u_xy + u^3 = f", "sin(x)*y", 1, {"y", "x"}},
      {"three axes", "u_xx + u_yy + u_zz + exp(u) = f", "x*y*z", 1, {"z", "y", "x"}}};
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_adjoint_of_the_jacobian_is_exact) {
  const Comm comm;
  for (const test::NamedProblem& problem : equations()) {
    const Setting setting(comm, problem);
    BOOST_TEST(adjoint_gap(comm, setting.jacobian()) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(the_jacobian_is_the_derivative_of_the_grid_part) {
  const Comm comm;
  for (const test::NamedProblem& problem : equations()) {
    const Setting setting(comm, problem);
    const Array state = setting.random(1), direction = setting.random(2);
    const double step = 1e-5;
    Array ahead = copy(state), behind = copy(state);
    add(ahead, step, direction);
    add(behind, -step, direction);
    Array difference = setting.exchange().sum_scatter(setting.grid().value(ahead));
    add(difference, -1, setting.exchange().sum_scatter(setting.grid().value(behind)));
    Array derivative = setting.exchange().sum_scatter(setting.grid().apply(direction));
    add(derivative, setting.grid().shift(), setting.exchange().own_part(direction));
    const double size = reproducible_norm(comm, derivative.span());
    add(derivative, -1 / (2 * step), difference);
    BOOST_TEST(reproducible_norm(comm, derivative.span()) < 1e-7 * size);
  }
}

BOOST_AUTO_TEST_CASE(a_product_takes_two_collective_steps) {
  const Comm comm;
  const Setting setting(comm, equations()[2]);
  const Jacobian jacobian = setting.jacobian();
  const Array x = setting.exchange().own_part(setting.random(3));
  Array y = dense(x.shape());
  const Index before = setting.exchange().collectives();
  jacobian.apply(x.span(), y.span());
  BOOST_TEST(setting.exchange().collectives() - before == 2);
}
