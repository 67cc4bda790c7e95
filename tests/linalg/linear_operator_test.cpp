// Sizes of operators, adjoints, and the measure of the adjoint identity.
#include "linalg/support.hpp"
#include "support/failure.hpp"
#include <mercer/linalg/linear_operator.hpp>

#include <bit>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

/// Drops every second entry; its adjoint is right or, on request, wrong.
template <class T>
class Halving final : public LinearOperator<T> {
 public:
  Halving(Index rows, T adjoint_factor) : rows_(rows), adjoint_factor_(adjoint_factor) {}
  Index rows() const override { return rows_; }
  Index columns() const override { return 2 * rows_; }

 private:
  void do_apply(std::span<const T> x, std::span<T> y) const override {
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = x[2 * i];
  }
  void do_apply_adjoint(std::span<const T> y, std::span<T> x) const override {
    for (std::size_t i = 0; i < y.size(); ++i) x[2 * i] = adjoint_factor_ * y[i], x[2 * i + 1] = 0;
  }
  Index rows_;
  T adjoint_factor_;
};

using Numbers = boost::mpl::list<float, double>;

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(an_exact_adjoint_has_a_gap_of_rounding, T, Numbers) {
  const Comm comm;
  const double rounding = 10 * static_cast<double>(std::numeric_limits<T>::epsilon());
  for (const Index points : {1, 2, 3, 101}) {
    const Stencil<T> stencil(comm, points, T(0.25));
    BOOST_TEST(adjoint_gap(comm, stencil) < rounding);
    BOOST_TEST(adjoint_gap(comm, Adjoint<T>(stencil), 5) < rounding);
  }
  BOOST_TEST(adjoint_gap(comm, Halving<T>(comm.rank(), 1)) < rounding);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wrong_adjoint_has_a_large_gap, T, Numbers) {
  const Comm comm;
  BOOST_TEST(adjoint_gap(comm, Halving<T>(20, T(1.01))) > 1e-5);
  BOOST_TEST(adjoint_gap(comm, Halving<T>(20, std::numeric_limits<T>::quiet_NaN())) != 0);
}

BOOST_AUTO_TEST_CASE(the_gap_of_a_wrong_adjoint_has_the_same_bits_on_every_rank_count) {
  const Comm comm, self = Comm::self();
  const Index all_rows = 60;
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  const Halving<double> part(block(all_rows, comm.rank(), comm.size()).count(), 1.5), whole(all_rows, 1.5);
  BOOST_TEST(bits(adjoint_gap(comm, part, 9)) == bits(adjoint_gap(self, whole, 9)));
}

BOOST_AUTO_TEST_CASE(an_operator_without_entries_has_no_gap) {
  const Comm comm;
  BOOST_TEST(adjoint_gap(comm, Halving<double>(0, 1)) == 0);
}

BOOST_AUTO_TEST_CASE(the_adjoint_of_an_adjoint_is_the_operator) {
  const Comm comm;
  const Halving<double> halving(3, 1);
  const Adjoint<double> adjoint(halving);
  const Adjoint<double> twice(static_cast<const LinearOperator<double>&>(adjoint));
  BOOST_TEST(adjoint.rows() == 6);
  BOOST_TEST(adjoint.columns() == 3);
  std::vector<double> y(3);
  twice.apply(std::vector<double>{1, 2, 3, 4, 5, 6}, y);
  BOOST_TEST(y == std::vector<double>({1, 3, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(vectors_of_other_sizes_are_refused) {
  const Halving<double> halving(3, 1);
  std::vector<double> three(3), six(6);
  BOOST_CHECK_EXCEPTION(halving.apply(three, three), Error,
                        failure(Fault::internal, "from 6 to 3 entries was applied from 3 to 3"));
  BOOST_CHECK_EXCEPTION(halving.apply_adjoint(six, six), Error,
                        failure(Fault::internal, "from 3 to 6 entries was applied from 6 to 6"));
}
