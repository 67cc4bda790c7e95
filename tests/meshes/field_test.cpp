// Fields: filling, norms, new owners.
#include "meshes/support.hpp"
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/meshes/fetch.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

std::vector<std::shared_ptr<const Grid>> grids() {
  const Axis x{"x", 0, 2, 7, Placement::cells, false}, y{"y", -1, 1, 5, Placement::nodes, false};
  const Axis z{"z", 0, 1, 3, Placement::left, true};
  return {grid_of({x}), grid_of({y, x}), grid_of({z, y, x}), grid_of({{"x", 0, 1, 2, Placement::left, false}})};
}

double smooth(const std::array<double, 3>& x) { return std::sin(3 * x[0]) + x[1] * x[1] - 0.5 * x[2] + 0.3; }

void fill_randomly(Field& field, std::uint64_t stream) {
  const Random random(17, stream + static_cast<std::uint64_t>(field.rank()));
  for (std::size_t i = 0; i < field.span().size(); ++i) field.span()[i] = random.normal(i);
}

}  // namespace

BOOST_AUTO_TEST_CASE(fill_gives_each_point_its_coordinates_by_alphabet) {
  const Comm comm;
  const auto grid = grids()[2];
  for (const Split split : {Split::slabs, Split::boxes}) {
    const Field field = made_field(comm, grid, split, [](const auto& x) { return x[0] + 10 * x[1] + 100 * x[2]; });
    const Box& box = field.box();
    for (Index k = 0; k < box.ranges[0].count(); ++k)
      for (Index j = 0; j < box.ranges[1].count(); ++j)
        for (Index i = 0; i < box.ranges[2].count(); ++i) {
          const double z = grid->axis(0).coordinate(box.ranges[0].begin + k);
          const double y = grid->axis(1).coordinate(box.ranges[1].begin + j);
          const double x = grid->axis(2).coordinate(box.ranges[2].begin + i);
          BOOST_TEST(field.values()(k, j, i) == x + 10 * y + 100 * z);
        }
  }
}

BOOST_AUTO_TEST_CASE(a_new_field_is_zero_and_knows_its_name_and_unit) {
  const Comm comm;
  const auto grid = grids()[1];
  const Field field("velocity", "m/s", grid, Decomposition(grid->shape(), comm), comm.rank());
  BOOST_TEST(field.name() == "velocity");
  BOOST_TEST(field.unit() == "m/s");
  BOOST_TEST(l2_norm(comm, field) == 0);
  BOOST_TEST(sum(comm, field.values().count()) == 35);
}

BOOST_AUTO_TEST_CASE(norms_have_the_same_bits_on_every_rank_count) {
  const Comm comm, self = Comm::self();
  for (const auto& grid : grids()) {
    const auto other = [](const std::array<double, 3>& x) { return 1.01 * smooth(x) + 0.001 * x[1]; };
    const Field whole = made_field(self, grid, Split::slabs, smooth),
                whole_other = made_field(self, grid, Split::slabs, other);
    for (const Split split : {Split::slabs, Split::boxes}) {
      const Field part = made_field(comm, grid, split, smooth), part_other = made_field(comm, grid, split, other);
      BOOST_TEST(bits(l2_norm(comm, part)) == bits(l2_norm(self, whole)));
      BOOST_TEST(bits(relative_l2(comm, part_other, part)) == bits(relative_l2(self, whole_other, whole)));
      BOOST_TEST(smallest(comm, part) == smallest(self, whole));
      BOOST_TEST(largest(comm, part) == largest(self, whole));
    }
  }
}

BOOST_AUTO_TEST_CASE(relative_l2_is_the_error_over_the_reference) {
  const Comm comm;
  const auto grid = grids()[1];
  const auto constant = [&](double value) {
    return made_field(comm, grid, Split::slabs, [=](auto&) { return value; });
  };
  BOOST_TEST(l2_norm(comm, constant(2)) == 2 * std::sqrt(35.0), boost::test_tools::tolerance(1e-15));
  BOOST_TEST(relative_l2(comm, constant(1.5), constant(2)) == 0.25, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(relative_l2(comm, constant(0), constant(0)) == 0);
  BOOST_TEST(relative_l2(comm, constant(1), constant(0)) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(extremes_show_a_nan) {
  const Comm comm;
  const Field field = made_field(comm, grids()[1], Split::slabs,
                                 [](const auto& x) { return x[0] > 1.8 && x[1] == 1 ? std::nan("") : x[0]; });
  BOOST_TEST(std::isnan(smallest(comm, field)));
  BOOST_TEST(std::isnan(largest(comm, field)));
}

BOOST_AUTO_TEST_CASE(redistribution_gives_every_point_its_value) {
  const Comm comm;
  for (const auto& grid : grids()) {
    const Field slabs = made_field(comm, grid, Split::slabs, smooth),
                boxes = made_field(comm, grid, Split::boxes, smooth);
    const Field moved = redistribute(comm, slabs, boxes.decomposition());
    BOOST_TEST(std::equal(moved.span().begin(), moved.span().end(), boxes.span().begin(), boxes.span().end()));
    BOOST_TEST(moved.name() == "u");
    BOOST_TEST(moved.unit() == "m");
    const Field back = redistribute(comm, moved, slabs.decomposition());
    BOOST_TEST(std::equal(back.span().begin(), back.span().end(), slabs.span().begin(), slabs.span().end()));
  }
}

BOOST_AUTO_TEST_CASE(the_adjoint_of_redistribution_is_the_way_back) {
  const Comm comm;
  for (const auto& grid : grids()) {
    const Decomposition slabs(grid->shape(), comm, Split::slabs), boxes(grid->shape(), comm, Split::boxes);
    Field x("x", "", grid, slabs, comm.rank()), y("y", "", grid, boxes, comm.rank());
    fill_randomly(x, 0);
    fill_randomly(y, 100);
    const double forward = reproducible_dot(comm, redistribute(comm, x, boxes).span(), y.span());
    const double backward = reproducible_dot(comm, x.span(), redistribute(comm, y, slabs).span());
    BOOST_TEST(bits(forward) == bits(backward));
  }
}

BOOST_AUTO_TEST_CASE(fields_that_do_not_fit_are_refused) {
  const Comm comm;
  const auto grid = grids()[1];
  const Field field = made_field(comm, grid, Split::slabs, smooth);
  const Field other = made_field(comm, grids()[0], Split::slabs, smooth);
  const Decomposition wrong(Shape({5, 8}), comm), more(grid->shape(), comm.size() + 1, Split::slabs);
  BOOST_CHECK_EXCEPTION(Field("u", "", grid, wrong, comm.rank()), Error,
                        failure(Fault::internal, "field 'u' was split"));
  BOOST_CHECK_EXCEPTION(relative_l2(comm, field, other), Error, failure(Fault::internal, "not on the same points"));
  BOOST_CHECK_EXCEPTION(redistribute(comm, field, more), Error, failure(Fault::internal, "a communicator of"));
}
