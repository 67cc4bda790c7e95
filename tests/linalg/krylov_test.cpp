// Conjugate gradients and their quadrature against dense algebra.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/linalg/krylov.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

/// A diagonal matrix spread over the ranks.
class Diagonal final : public LinearOperator<double> {
 public:
  Diagonal(const Comm& comm, const std::vector<double>& whole) {
    const Range own = block(static_cast<Index>(whole.size()), comm.rank(), comm.size());
    values_.assign(whole.begin() + own.begin, whole.begin() + own.end);
  }
  Index rows() const override { return static_cast<Index>(values_.size()); }
  Index columns() const override { return rows(); }

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override {
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = values_[i] * x[i];
  }
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override { do_apply(y, x); }
  std::vector<double> values_;
};

const std::vector<double> spectrum{0.5, 1, 1.5, 2, 4, 8, 9};

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_solves_and_integrates) {
  const Comm comm;
  const Diagonal a(comm, spectrum);
  const std::vector<double> b(static_cast<std::size_t>(a.rows()), 1.0);
  std::vector<double> x(b.size()), product(b.size());
  const KrylovRun run = conjugate_gradients(comm, a, b, x, {1e-14, 50});
  BOOST_TEST(run.converged);
  BOOST_TEST(run.iterations() <= 8);
  a.apply(x, product);
  for (const double value : product) BOOST_TEST(std::abs(value - 1) < 1e-13);
  double expected = 0;
  for (const double value : spectrum) expected += std::log(value);
  BOOST_TEST(std::abs(run.quadrature([](double value) { return std::log(value); }) - expected) < 1e-12);
}

BOOST_AUTO_TEST_CASE(few_steps_integrate_polynomials_of_twice_their_degree) {
  const Comm comm;
  const Diagonal a(comm, spectrum);
  const std::vector<double> b(static_cast<std::size_t>(a.rows()), 1.0);
  std::vector<double> x(b.size());
  const KrylovRun run = conjugate_gradients(comm, a, b, x, {1e-14, 3});
  BOOST_TEST(!run.converged);
  BOOST_TEST(run.residual > 1e-3);
  double expected = 0;
  for (const double value : spectrum) expected += std::pow(value, 5);
  BOOST_TEST(std::abs(run.quadrature([](double value) { return std::pow(value, 5); }) - expected) < 1e-11 * expected);
}

BOOST_AUTO_TEST_CASE(zeros_need_no_step) {
  const Comm comm;
  const Diagonal a(comm, spectrum);
  const std::vector<double> b(static_cast<std::size_t>(a.rows()), 0.0);
  std::vector<double> x(b.size(), 3.0);
  const KrylovRun run = conjugate_gradients(comm, a, b, x);
  BOOST_TEST(run.converged);
  BOOST_TEST(run.iterations() == 0);
  BOOST_TEST(run.quadrature([](double) { return 1.0; }) == 0);
  for (const double value : x) BOOST_TEST(value == 0);
}

BOOST_AUTO_TEST_CASE(indefinite_and_unfinished_runs_are_told) {
  const Comm comm;
  std::vector<double> signs(spectrum);
  signs[3] = -2;
  const Diagonal indefinite(comm, signs), a(comm, spectrum);
  const std::vector<double> b(static_cast<std::size_t>(a.rows()), 1.0);
  std::vector<double> x(b.size());
  BOOST_TEST(test::failure([&] {
               conjugate_gradients(comm, indefinite, b, x, {1e-12, 50});
             }).is(Fault::numerics, "not positive definite"));
  BOOST_TEST(test::failure([&] {
               converged_gradients(comm, a, b, x, {1e-12, 2}, "a test");
             }).is(Fault::numerics, "for a test stopped after 2 steps"));
}
