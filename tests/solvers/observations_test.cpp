// Readings of files: what is read, and every kind of file that is refused.
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/config/options.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/solvers/observations.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

/// A file with the two arrays, in a folder that all ranks know.
class Stored {
 public:
  Stored(const Comm& comm, const Shape& points, const std::vector<double>& places, const Shape& values,
         const std::vector<double>& read)
      : comm_(comm), scratch_(comm), path_(scratch_ / "data.h5") {
    OutputFile file(comm, path_, Existing::replace);
    file.write<double>("places", points, places);
    file.write<double>("values", values, read);
    file.commit();
  }
  PointData read(const Domain& domain, const std::string& points = "places") const {
    return read_observations(comm_, {path_, points, "values", {}, {}}, domain);
  }

 private:
  const Comm& comm_;
  test::SharedScratch scratch_;
  std::filesystem::path path_;
};

const Domain line{{{"x", 0, 1}}};
const Domain plane{{{"x", 0, 1}, {"y", 0, 2}}};

}  // namespace

BOOST_AUTO_TEST_CASE(points_come_by_axis_and_values_in_order) {
  const Comm comm;
  const Stored stored(comm, {2, 2}, {0.25, 1.5, 0.75, 2.0}, {2}, {3.0, -4.0});
  const PointData data = stored.read(plane);
  BOOST_TEST(data.points[0] == (std::vector{0.25, 0.75}), boost::test_tools::per_element());
  BOOST_TEST(data.points[1] == (std::vector{1.5, 2.0}), boost::test_tools::per_element());
  BOOST_TEST(data.values == (std::vector{3.0, -4.0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(on_a_line_points_may_be_a_plain_list) {
  const Comm comm;
  const Stored stored(comm, {3}, {0, 0.5, 1}, {3}, {1, 2, 3});
  BOOST_TEST(stored.read(line).points[0] == (std::vector{0.0, 0.5, 1.0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_the_place) {
  const Comm comm;
  const auto refusal = [&](const Stored& stored, const Domain& domain, const std::string& points = "places") {
    return test::failure([&] { stored.read(domain, points); });
  };
  const Stored good(comm, {2, 1}, {0.1, 0.2}, {2}, {1, 2});
  BOOST_TEST(refusal(good, plane).is(Fault::data, "[readings, 2]"));
  BOOST_TEST(refusal(good, line, "nowhere").is(Fault::data, "there is no array 'nowhere'"));
  const Stored few(comm, {3, 1}, {0.1, 0.2, 0.3}, {2}, {1, 2});
  BOOST_TEST(refusal(few, line).is(Fault::data, "'places' is [3, 1] and 'values' is [2]"));
  const Stored outside(comm, {2, 1}, {0.1, 1.25}, {2}, {1, 2});
  BOOST_TEST(refusal(outside, line).is(Fault::data, "point 1 of 'places' has x = 1.25"));
  const Stored broken(comm, {2, 1}, {0.1, std::nan("")}, {2}, {1, 2});
  BOOST_TEST(refusal(broken, line).is(Fault::data, "point 1"));
  const Stored infinite(comm, {2, 1}, {0.1, 0.2}, {2}, {INFINITY, 2});
  BOOST_TEST(refusal(infinite, line).is(Fault::data, "'values'[0]"));
  BOOST_TEST(test::failure([&] {
               read_observations(comm, {"nowhere.h5", "a", "b", {}, {}}, line);
             }).is(Fault::no_input, "nowhere.h5"));
}

BOOST_AUTO_TEST_CASE(the_noise_is_a_positive_number_or_to_be_estimated) {
  const auto noise_of = [](const std::string& text) {
    Observations read;
    Complaints complaints;
    read_options(parse_yaml("{file: a.h5, points: p, values: v, noise: " + text + "}", "case"), "data", read,
                 complaints);
    complaints.raise();
    return read.noise;
  };
  BOOST_TEST(noise_of("0.25").deviation == 0.25);
  BOOST_TEST(!noise_of("estimate").is_given());
  for (const char* wrong : {"0", "-1", "much", "[1]"})
    BOOST_TEST(test::failure([&] { noise_of(wrong); }).is(Fault::config, "data.noise"), wrong);
}
