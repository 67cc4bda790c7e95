// The meshes of notched specimens of the benchmark dataset, where MERCER_DATA says where it is.
#include <mercer/io/input_file.hpp>
#include <mercer/meshes/geometry/locator.hpp>
#include <mercer/meshes/geometry/morph.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <optional>

using namespace mercer;

namespace {

boost::test_tools::assertion_result data_are_here(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(std::getenv("MERCER_DATA") != nullptr);
  result.message() << "MERCER_DATA names no folder of datasets";
  return result;
}

struct Sample {
  Mesh mesh;
  std::vector<std::vector<double>> fields;
  Loop loop;
};

const std::array<std::string, 5> field_names{"U1", "U2", "sig11", "sig22", "sig12"};

/// All 264 samples, the first 200 of which are for training.
const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = [] {
    const Comm comm = Comm::self();
    const InputFile file(comm, std::string(std::getenv("MERCER_DATA")) + "/tensile/elastic_tt.h5");
    std::vector<Sample> read(264);
    for (std::size_t i = 0; i < read.size(); ++i) {
      const std::string group = fmt::format("/samples/{:06d}/", i);
      Mesh& mesh = read[i].mesh;
      const Shape points = file.info(group + "points").shape, triangles = file.info(group + "triangles").shape;
      mesh.points = Tensor<double>(points, Rows::dense);
      mesh.cells.nodes = Tensor<Index>(triangles, Rows::dense);
      file.read(group + "points", Slab::whole(points), mesh.points.view());
      file.read(group + "triangles", Slab::whole(triangles), mesh.cells.nodes.view());
      for (const std::string& name : field_names) {
        read[i].fields.emplace_back(static_cast<std::size_t>(mesh.nodes()));
        file.read(group + "point_data/" + name, Slab::whole({mesh.nodes()}),
                  View<double>(read[i].fields.back().data(), {mesh.nodes()}));
      }
      read[i].loop = disk_boundary(mesh);
    }
    return read;
  }();
  return all;
}

using Marking = MarkedLoop (*)(const Sample&);
MarkedLoop eight_corners(const Sample& sample) { return with_corners(sample.mesh, sample.loop); }
MarkedLoop four_corners(const Sample& sample) { return with_box_corners(sample.mesh, sample.loop); }

/// Mean over the training set.
std::vector<double> mean_of(Marking marking) {
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < 200; ++i) all.push_back(fractions(marking(samples()[i])));
  return mean_fractions(all);
}

CommonShape shape_of_sample(std::size_t number, Marking marking, std::vector<double> parts) {
  const Sample& sample = samples()[number];
  Mesh copy;
  copy.points = Tensor<double>(sample.mesh.points.shape(), Rows::dense);
  std::ranges::copy(sample.mesh.points.span(), copy.points.data());
  copy.cells.nodes = Tensor<Index>(sample.mesh.cells.nodes.shape(), Rows::dense);
  std::ranges::copy(sample.mesh.cells.nodes.span(), copy.cells.nodes.data());
  return shape_of(std::move(copy), marking(sample), std::move(parts));
}

struct Count {
  int folded;       ///< samples with folded cells
  Index cells;      ///< folded, of all samples
  double smallest;  ///< cell over the median of its sample
};
/// Of the first `count` samples.
Count folded_samples(std::size_t count, Marking marking, const CommonShape& shape, const Method& method) {
  int folded = 0;
  double smallest = 1;
  Index cells = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Folding found = morph(samples()[i].mesh, marking(samples()[i]), shape, method).folding;
    folded += found.any();
    cells += found.folded;
    smallest = std::min(smallest, found.smallest);
  }
  return {folded, cells, smallest};
}

/// How far the inside of a specimen is from an affine image of it when its boundary is given that image.
double gap_from_affine(const Sample& sample, Weights weights) {
  const auto affine = [&](Index node, int axis) {
    const double x = sample.mesh.points(node, 0), y = sample.mesh.points(node, 1);
    return axis == 0 ? 2 * x - y + 0.5 : 0.3 * x + y;
  };
  Tensor<double> image({static_cast<Index>(sample.loop.size()), 2}, Rows::dense);
  for (std::size_t k = 0; k < sample.loop.size(); ++k)
    for (int axis = 0; axis < 2; ++axis) image(k, axis) = affine(sample.loop[k], axis);
  const Tensor<double> moved = barycentric_map(barycentric_weights(sample.mesh, weights), sample.loop, image.view());
  double worst = 0;
  for (Index node = 0; node < sample.mesh.nodes(); ++node)
    for (int axis = 0; axis < 2; ++axis) worst = std::max(worst, std::abs(moved(node, axis) - affine(node, axis)));
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensile, *boost::unit_test::precondition(data_are_here))

BOOST_AUTO_TEST_CASE(all_specimens_have_eight_corners) {
  for (const Sample& sample : samples()) BOOST_TEST(eight_corners(sample).marks.size() == 8u);
}

BOOST_AUTO_TEST_CASE(mean_value_weights_with_landmarks_fold_no_specimen) {
  const CommonShape disk = circle(mean_of(eight_corners));
  const Count found = folded_samples(264, eight_corners, disk, Weights::mean_value);
  BOOST_TEST(found.folded == 0);
  BOOST_TEST(found.smallest >= 1e-2);
}

BOOST_AUTO_TEST_CASE(inner_nodes_of_mapped_specimens_are_the_means_of_their_neighbours) {
  const CommonShape disk = circle(mean_of(eight_corners));
  for (const Sample& sample : samples()) {
    const Tensor<double> moved = morph(sample.mesh, eight_corners(sample), disk, Weights::mean_value).points;
    const SparseMatrix weights = barycentric_weights(sample.mesh, Weights::mean_value);
    std::vector<char> is_inner(static_cast<std::size_t>(sample.mesh.nodes()), 1);
    for (const Index node : sample.loop) is_inner[static_cast<std::size_t>(node)] = 0;
    double worst = 0;
    for (Index i = 0; i < sample.mesh.nodes(); ++i)
      for (int axis = 0; axis < 2 && is_inner[static_cast<std::size_t>(i)] != 0; ++axis) {
        double mean = 0, total = 0;
        for (std::size_t e = 0; e < weights.column(i).size(); ++e) {
          mean += weights.value(i)[e] * moved(weights.column(i)[e], axis);
          total += weights.value(i)[e];
        }
        worst = std::max(worst, std::abs(mean / total - moved(i, axis)));
      }
    BOOST_TEST(worst < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(mean_value_maps_of_specimens_keep_affine_images_and_uniform_ones_do_not) {
  for (const Sample& sample : samples()) {
    BOOST_TEST(gap_from_affine(sample, Weights::mean_value) < 1e-10);
    BOOST_TEST(gap_from_affine(sample, Weights::uniform) > 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(thin_plates_fold_no_specimen_with_eight_landmarks_and_most_with_four) {
  const std::vector<double> quarters{0, 0.25, 0.5, 0.75, 1};
  const CommonShape eight = shape_of_sample(75, eight_corners, mean_of(eight_corners)),
                    four = shape_of_sample(75, four_corners, quarters);
  BOOST_TEST(folded_samples(264, eight_corners, eight, RadialOptions{}).folded == 0);
  const Count found = folded_samples(200, four_corners, four, RadialOptions{});
  BOOST_TEST(found.folded == 169);
  BOOST_TEST(std::abs(found.cells - 3781) <= 5);  // some are flat to rounding
}

BOOST_AUTO_TEST_CASE(fields_survive_the_way_to_the_common_mesh_and_back) {
  const CommonShape disk = circle(mean_of(eight_corners));
  const auto on_disk = [&](const Sample& sample) {
    return morph(sample.mesh, eight_corners(sample), disk, Weights::mean_value);
  };
  const Sample& common = samples()[100];
  const Morph reference = on_disk(common);
  const Locator in_common(reference.points.view(), common.mesh.cells);
  std::array<double, 5> squares{};
  for (std::size_t i = 200; i < 264; ++i) {
    const Sample& sample = samples()[i];
    const Morph moved = on_disk(sample);
    const SparseMatrix to = Locator(moved.points.view(), sample.mesh.cells).interpolation(reference.points.view()),
                       from = in_common.interpolation(moved.points.view());
    std::vector<double> there(static_cast<std::size_t>(common.mesh.nodes())), back(sample.fields[0].size());
    for (std::size_t f = 0; f < 5; ++f) {
      const std::vector<double>& field = sample.fields[f];
      to.apply(field, there);
      from.apply(there, back);
      double square = 0, largest = 0;
      for (std::size_t k = 0; k < field.size(); ++k) {
        square += (back[k] - field[k]) * (back[k] - field[k]);
        largest = std::max(largest, std::abs(field[k]));
      }
      squares[f] += square / static_cast<double>(field.size()) / (largest * largest) / 64;
    }
  }
  constexpr std::array most{8e-4, 4.5e-4, 7.5e-3, 3.2e-3, 7e-3};
  for (std::size_t f = 0; f < 5; ++f)
    BOOST_TEST(std::sqrt(squares[f]) <= most[f], field_names[f] << " " << std::sqrt(squares[f]));
}

BOOST_AUTO_TEST_SUITE_END()
