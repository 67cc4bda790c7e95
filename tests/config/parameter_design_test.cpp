// Parameters of experiments as cases give them, and their values.
#include <mercer/config/options.hpp>
#include <mercer/config/parameter_design.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

ParameterDesignOptions options_of(const std::string& text, Complaints& complaints) {
  ParameterDesignOptions options;
  read_options(parse_yaml(text, "case"), "generate", options, complaints);
  return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(parameters_of_a_case_are_read_and_shown) {
  Complaints complaints;
  const ParameterDesignOptions options = options_of(
      "{parameters: {P: {uniform: [40, 50]}, E: {normal: [7e4, 1e3]}, H: {log_uniform: [1, 1e4]}}, design: sobol}",
      complaints);
  complaints.raise();
  BOOST_TEST((options.parameters.at("E") == Marginal{Marginal::Kind::normal, 7e4, 1e3}));
  BOOST_TEST((options.design == DesignKind::sobol));
  const ParameterDesignOptions again = options_of(to_yaml(record_options(options)), complaints);
  BOOST_TEST((again.parameters == options.parameters));
}

BOOST_AUTO_TEST_CASE(values_have_their_marginals_in_the_order_of_names) {
  Complaints complaints;
  for (const char* kind : {"latin_hypercube", "sobol", "random"}) {
    const ParameterDesign design(
        options_of(fmt::format("{{parameters: {{b: {{uniform: [40, 50]}}, a: {{normal: [5, 2]}}, c: {{log_uniform: "
                               "[1, 1e4]}}}}, design: {}}}",
                               kind),
                   complaints),
        1024, 7);
    BOOST_TEST((design.names() == std::vector<std::string>{"a", "b", "c"}));
    double mean = 0, square = 0, least = 1e300, most = 0, decades = 0;
    for (Index i = 0; i < design.samples(); ++i) {
      const std::vector<double> values = design.values(i);
      mean += values[0] / 1024, square += values[0] * values[0] / 1024;
      least = std::min(least, values[1]), most = std::max(most, values[1]);
      decades += std::log10(values[2]) / 1024;
    }
    BOOST_TEST(std::abs(mean - 5) < 4 * 2.0 / 32);
    BOOST_TEST(std::abs(square - mean * mean - 4) < 4 * 4 * std::sqrt(2.0) / 32);
    BOOST_TEST((least >= 40 && least < 40.1));
    BOOST_TEST((most <= 50 && most > 49.9));
    BOOST_TEST(std::abs(decades - 2) < 4 * 4 * 0.2887 / 32);
  }
  complaints.raise();
}

BOOST_AUTO_TEST_CASE(samples_without_parameters_have_no_values) {
  BOOST_TEST(ParameterDesign({}, 3, 1).values(2).empty());
}

BOOST_AUTO_TEST_CASE(faulty_distributions_are_told_with_their_places) {
  const auto complaint = [](const std::string& marginal) {
    Complaints complaints;
    options_of("parameters:\n  P: " + marginal, complaints);
    BOOST_REQUIRE(complaints.lines().size() == 1u);
    return complaints.lines().front();
  };
  const auto has = [](const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
  };
  BOOST_TEST(has(complaint("{unifrom: [1, 2]}"), "did you mean 'uniform'"));
  BOOST_TEST(has(complaint("3"), "expected {uniform: [low, high]}"));
  BOOST_TEST(has(complaint("{uniform: [1, 2, 3]}"), "two numbers, got 3"));
  BOOST_TEST(has(complaint("{uniform: [2, 1]}"), "generate.parameters.P.uniform: expected a low end below"));
  BOOST_TEST(has(complaint("{normal: [2, 0]}"), "a positive deviation"));
  BOOST_TEST(has(complaint("{log_uniform: [0, 1]}"), "positive ends"));
  BOOST_TEST(has(complaint("{normal: [2, x]}"), "expected a number"));
}
