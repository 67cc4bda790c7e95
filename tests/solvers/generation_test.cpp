// The parts of making datasets: parameters in formulas, fields that are whole on one rank, numbers of fields.
#include "support/failure.hpp"
#include <mercer/meshes/interpolate.hpp>
#include <mercer/solvers/generate/field_scalar.hpp>
#include <mercer/solvers/generate/generation.hpp>
#include <mercer/solvers/generate/whole_field.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

using namespace mercer;

namespace {

std::string with(const std::string& text) {
  return to_yaml_line(with_parameters(parse_yaml(text, "case"), {{"P", 2.5}, {"E", -3}, {"e5", 7}}));
}

std::shared_ptr<const Grid> box() {
  return std::make_shared<const Grid>(std::vector<Axis>{{"z", 0, 1, 3}, {"y", 0, 1, 5}, {"x", 0, 2, 7}});
}

std::vector<double> numbers(Index count) {
  std::vector<double> all(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = std::sin(static_cast<double>(i));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generation)

BOOST_AUTO_TEST_CASE(parameters_stand_for_numbers_wherever_they_are_a_whole_word) {
  BOOST_TEST(with("{source: P*x + exp(P) - Px + P_1}") == with("{source: (2.5)*x + exp((2.5)) - Px + P_1}"));
  BOOST_TEST(with("{source: 1e5 + 2.E-3 + E}") == with("{source: 1e5 + 2.E-3 + (-3.0)}"));
  BOOST_TEST(with("{source: 1e5*e5}") == with("{source: 1e5*(7.0)}"));
  BOOST_TEST(with("{a: {file: P.h5, dataset: P, values: P*v}}") ==
             with("{a: {file: P.h5, dataset: P, values: (2.5)*v}}"));
  BOOST_TEST(with("{boundary: {x_min: P, x_max: {derivative: 2 - P}}, list: [P, 1]}") ==
             with("{boundary: {x_min: (2.5), x_max: {derivative: 2 - (2.5)}}, list: [(2.5), 1]}"));
  const Node kept = parse_yaml("{source: x}", "case");
  BOOST_TEST((with_parameters(kept, {{"P", 1}}) == kept));
}

BOOST_AUTO_TEST_CASE(splits_keep_the_order_of_the_case) {
  Generation read;
  Complaints complaints;
  read_options(parse_yaml("{samples: 9, outputs: [u], splits: {train: 5, other: 1, all: 3}}", "case"), "generate", read,
               complaints);
  BOOST_TEST(complaints.empty());
  BOOST_REQUIRE_EQUAL(read.splits.parts.size(), 3u);
  BOOST_TEST(read.splits.parts[0].first == "train");
  BOOST_TEST(read.splits.parts[2].second == 3);
  Generation again;
  read_options(record_options(read), "generate", again, complaints);
  BOOST_TEST((complaints.empty() && again.splits.parts == read.splits.parts));
  read_options(parse_yaml("{samples: 9, outputs: [u], splits: {a/b: 0}}", "case"), "generate", read, complaints);
  BOOST_TEST(complaints.lines().size() == 2u);
}

BOOST_AUTO_TEST_CASE(fields_are_spread_over_ranks_and_gathered_again) {
  const Comm comm;
  const auto grid = box();
  const std::vector<double> whole = numbers(grid->shape().count());
  const Field slabs = spread("u", grid, comm, whole);
  const Field boxes =
      interpolate(comm, slabs, grid, Decomposition(grid->shape(), comm, Split::boxes), Interpolation::nearest);
  for (const Field* field : {&slabs, &boxes})
    for (int owner = 0; owner < comm.size(); ++owner) {
      std::vector<double> room(comm.rank() == owner ? whole.size() : 0);
      gather(comm, *field, owner, room);
      BOOST_TEST((comm.rank() != owner || room == whole));
    }
}

BOOST_AUTO_TEST_CASE(numbers_of_fields_are_those_of_their_formula_on_any_number_of_ranks) {
  const Comm comm;
  const auto grid = box();
  const std::vector<double> whole = numbers(grid->shape().count());
  std::vector<Field> fields;
  fields.push_back(spread("u", grid, comm, whole));
  fields.push_back(spread("w", grid, comm, std::vector<double>(whole.size(), 2.0)));
  const auto value = [&](const std::string& text) { return FieldScalar(text, fields)(comm, fields); };
  BOOST_TEST(value("max(u*w)") == 2 * *std::max_element(whole.begin(), whole.end()));
  BOOST_TEST(value(" min( u ) ") == *std::min_element(whole.begin(), whole.end()));
  BOOST_TEST(value("mean(w + x)") == 3, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(value("max(max(x, y) + z)") == 3);
  BOOST_TEST(value("mean(u)") == std::accumulate(whole.begin(), whole.end(), 0.0) / 105,
             boost::test_tools::tolerance(1e-12));
  for (const char* wrong : {"u", "median(u)", "max(u", "max(v)", "max(u, w)", ""})
    BOOST_TEST((test::failure([&] { value(wrong); }).fault == Fault::config), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
