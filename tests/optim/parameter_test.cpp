// Domains and the blocks of a parameter vector.
#include "support/failure.hpp"
#include <mercer/optim/parameter.hpp>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using Precisions = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_SUITE(parameter)

BOOST_AUTO_TEST_CASE(domains_map_back_and_forth_and_know_their_derivative) {
  for (const ParameterDomain& domain :
       {ParameterDomain::real(), ParameterDomain::positive(), ParameterDomain::interval(-2, 3)})
    for (const double raw : {-4.0, -0.5, 0.0, 0.7, 3.0}) {
      const double h = 1e-5;
      BOOST_TEST(domain.raw(domain.value(raw)) == raw, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(domain.derivative(raw) == (domain.value(raw + h) - domain.value(raw - h)) / (2 * h),
                 boost::test_tools::tolerance(1e-8));
    }
  BOOST_TEST(ParameterDomain::positive().value(0) == 1);
  BOOST_TEST(ParameterDomain::interval(-2, 3).value(0) == 0.5);
}

BOOST_AUTO_TEST_CASE(an_interval_holds_for_any_raw_number) {
  const ParameterDomain domain = ParameterDomain::interval(1, 2);
  BOOST_TEST(domain.value(-1e6) == 1);
  BOOST_TEST(domain.value(1e6) == 2);
  BOOST_TEST(domain.derivative(-1e6) == 0);
  BOOST_TEST(domain.derivative(1e6) == 0);
}

BOOST_AUTO_TEST_CASE(values_outside_a_domain_are_refused) {
  for (const double value : {0.0, -1.0, double(INFINITY), double(NAN)})
    BOOST_CHECK_EXCEPTION(ParameterDomain::positive().raw(value), Error,
                          failure(Fault::config, "a positive value cannot be"));
  for (const double value : {0.0, 1.0, 7.0, double(NAN)})
    BOOST_CHECK_EXCEPTION(ParameterDomain::interval(0, 1).raw(value), Error, failure(Fault::config, "between 0 and 1"));
  BOOST_CHECK_EXCEPTION(ParameterDomain::real().raw(NAN), Error, failure(Fault::config, "must be finite"));
  BOOST_CHECK_EXCEPTION(ParameterDomain::interval(1, 1), Error, failure(Fault::config, "ascending"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(blocks_are_windows_on_one_vector, T, Precisions) {
  ParameterVector<T> parameters;
  parameters.add({"weights", {2, 3}});
  parameters.add({"length", {1}, ParameterDomain::positive()});
  BOOST_TEST(parameters.size() == 2u);
  BOOST_TEST(parameters.count() == 7);
  const Parameter<T> length = parameters.at("length");
  length.set(0, T(2));
  BOOST_TEST(parameters.raw()[6] == std::log(T(2)), boost::test_tools::tolerance(T(1e-6)));
  BOOST_TEST(length.value(0) == T(2), boost::test_tools::tolerance(T(1e-6)));
  length.add_to_gradient(0, T(3));
  length.add_to_gradient(0, T(1));
  BOOST_TEST(parameters.gradient()[6] == T(8), boost::test_tools::tolerance(T(1e-6)));
  BOOST_TEST(parameters[0].count() == 6);
  const bool same_shape = parameters[0].shape() == Shape{2, 3};
  BOOST_TEST(same_shape);
}

BOOST_AUTO_TEST_CASE(unknown_and_double_names_and_bad_values_are_refused) {
  ParameterVector<double> parameters;
  parameters.add({"length", {1}, ParameterDomain::positive()});
  BOOST_CHECK_EXCEPTION(parameters.at("lenght"), Error, failure(Fault::config, "length"));
  BOOST_CHECK_EXCEPTION(parameters.add({"length", {1}}), Error,
                        failure(Fault::internal, "two parameters named 'length'"));
  BOOST_CHECK_EXCEPTION(parameters[1], Error, failure(Fault::internal, "no parameter 1"));
  BOOST_CHECK_EXCEPTION(parameters[0].set(0, -1), Error, failure(Fault::config, "parameter 'length'"));
}

BOOST_AUTO_TEST_SUITE_END()
