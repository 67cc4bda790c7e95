// Outlines of shapes, and which shapes are told to be unlike those of a training set.
#include "support/failure.hpp"
#include "support/made_meshes.hpp"
#include <mercer/base/random.hpp>
#include <mercer/meshes/check/check_dataset.hpp>
#include <mercer/meshes/check/shape_family.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using test::failure;

namespace {

Outline outline_of(const Mesh& mesh) { return mercer::outline_of(mesh, disk_boundary(mesh)); }

MeshReport report_of(Mesh mesh, Demand demand = Demand::automatic) {
  MeshSample sample;
  sample.id = "made";
  sample.mesh = std::move(mesh);
  return check_and_repair(sample, {.demand = demand}).report;
}

/// Plates with notches of all depths from 0.1 to 0.4.
const std::vector<MeshReport>& plates() {
  static const std::vector<MeshReport> all = [] {
    std::vector<MeshReport> made;
    const Random random(3);
    for (std::uint64_t i = 0; i < 40; ++i)
      made.push_back(report_of(
          test::notched_plate(40, 0.1, 0.1 + 0.3 * random.uniform(2 * i), 0.1 + 0.3 * random.uniform(2 * i + 1))));
    return made;
  }();
  return all;
}

/// Notches with straight sides and the same corners.
Mesh wedges(double depth) {
  return test::mapped_square(40, 0, [&](double x, double y) {
    const double height = 2 * y - 1, left = -1 + depth * std::max(1 - std::abs(height) / 0.4, 0.0);
    return std::array{left - 2 * x * left, height};
  });
}

std::vector<MeshReport> compared(Mesh mesh) {
  std::vector<MeshReport> reports{report_of(std::move(mesh))};
  find_novel_shapes(plates(), reports);
  return reports;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shapes)

BOOST_AUTO_TEST_CASE(an_outline_goes_from_corner_to_corner_from_the_lower_left_one) {
  const Outline outline = outline_of(test::square(5));
  BOOST_TEST(outline.corners == 4);
  BOOST_REQUIRE_EQUAL(outline.points.size(), 128u);
  const auto check = [&](std::size_t point, double x, double y) {
    BOOST_TEST(std::hypot(outline.points[2 * point] - x, outline.points[2 * point + 1] - y) < 1e-12,
               "point " << point << " is elsewhere");
  };
  check(0, 0, 0);
  check(5, 5.0 / 16, 0);
  check(16, 1, 0);
  check(36, 0.75, 1);
  BOOST_TEST(outline.bulge == 0);
}

BOOST_AUTO_TEST_CASE(the_bulge_of_a_polygon_is_its_distance_from_the_circle_around_it) {
  const auto circle = [](double turn) {
    return std::array{std::cos(2 * std::numbers::pi * turn), std::sin(2 * std::numbers::pi * turn)};
  };
  const Outline outline = outline_of(test::closed_curve(96, circle));
  const double height = 1 - std::cos(std::numbers::pi / 96);
  BOOST_TEST(outline.bulge / std::sqrt(32.0) == height, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(only_shapes_that_models_are_made_for_have_an_outline) {
  BOOST_TEST(report_of(test::square(4)).outline.has_value());
  BOOST_TEST(!report_of(test::square(4), Demand::any).outline.has_value());
  BOOST_TEST(!report_of(test::ring(12, 2)).outline.has_value());
  BOOST_TEST(!report_of(test::cube(2)).outline.has_value());
}

BOOST_AUTO_TEST_CASE(another_number_of_corners_is_told_with_both_counts) {
  std::vector<MeshReport> reports;
  for (const double depth : {0.2, 0.25, 0.3}) reports.push_back(report_of(test::notched_plate(20, 0, depth, depth)));
  reports.push_back(report_of(test::square(8)));
  find_other_corners(reports, reports);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(reports[i].findings.empty());
  BOOST_REQUIRE_EQUAL(reports[3].findings.size(), 1u);
  BOOST_TEST(reports[3].findings[0].code == "landmark_count");
  BOOST_TEST(reports[3].findings[0].sentence.find("4 corners and that of most has 8") != std::string::npos);
  BOOST_TEST(reports[3].is_sound());
}

BOOST_AUTO_TEST_CASE(shapes_of_the_family_are_not_new_on_whatever_mesh) {
  for (const Index across : {20, 40, 80}) {
    const MeshReport report = compared(test::notched_plate(across, 0, 0.25, 0.35)).front();
    BOOST_REQUIRE(report.novelty.has_value());
    BOOST_TEST(*report.novelty < 2, across << " squares: " << *report.novelty);
    BOOST_TEST(report.findings.empty());
  }
}

BOOST_AUTO_TEST_CASE(shapes_beyond_the_range_and_of_another_family_are_told_apart) {
  const MeshReport deep = compared(test::notched_plate(40, 0, 0.75, 0.25)).front(),
                   wedge = compared(wedges(0.35)).front();
  BOOST_TEST(*deep.novelty > 3);
  BOOST_TEST(*wedge.novelty > 3);
  BOOST_REQUIRE_EQUAL(deep.findings.size(), 1u);
  BOOST_REQUIRE_EQUAL(wedge.findings.size(), 1u);
  BOOST_TEST(deep.findings[0].sentence.find("beyond the range") != std::string::npos, deep.findings[0].sentence);
  BOOST_TEST(wedge.findings[0].sentence.find("of another family") != std::string::npos, wedge.findings[0].sentence);
  BOOST_TEST((deep.findings[0].severity == Severity::warning));
}

BOOST_AUTO_TEST_CASE(equal_shapes_are_a_family_and_few_shapes_are_none) {
  const Outline square = outline_of(test::square(5)), finer = outline_of(test::square(7));
  const std::vector<const Outline*> same(8, &square), few(7, &square);
  const ShapeFamily family(same);
  BOOST_TEST(family.modes() == 0);
  BOOST_TEST(family.novelty(finer).score() < 1);
  BOOST_CHECK_EXCEPTION(ShapeFamily{few}, Error, failure(Fault::internal, "needs 8"));
  const Outline plate = outline_of(test::notched_plate(20, 0, 0.3, 0.3));
  BOOST_CHECK_EXCEPTION(family.novelty(plate), Error, failure(Fault::internal, "compared with a family"));
}

BOOST_AUTO_TEST_SUITE_END()
