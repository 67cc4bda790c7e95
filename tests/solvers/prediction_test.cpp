// From data to the grid of a model and back: completed and thinned fields, symmetries, other resolutions, wrong
// options.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/config/options.hpp>
#include <mercer/solvers/support/predictor.hpp>
#include <mercer/solvers/support/symmetric_mean.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

using namespace mercer;

namespace {

Tensor<float> random_fields(const Shape& shape, std::uint64_t stream) {
  const Random random(7, stream);
  Tensor<float> fields(shape);
  for (Index row = 0, i = 0; row < fields.view().rows(); ++row)
    for (float& value : fields.view().row(row))
      value = static_cast<float>(random.normal(static_cast<std::uint64_t>(i++)));
  return fields;
}

double difference(View<const float> a, View<const float> b) {
  double worst = 0;
  for (Index row = 0; row < b.rows(); ++row)
    for (std::size_t i = 0; i < b.row(row).size(); ++i)
      worst = std::max(worst, std::abs(static_cast<double>(a.row(row)[i]) - static_cast<double>(b.row(row)[i])));
  return worst;
}

LearningData on(SampleGrid grid, Geometry geometry = Geometry::array, EndValues ends = EndValues::automatic) {
  LearningData data;
  data.grid = grid;
  data.geometry = geometry;
  data.ends = ends;
  return data;
}

/// A model of given outputs, which keeps what it saw last.
class Stub final : public Model {
 public:
  using Answer = std::function<void(View<const float>, View<float>)>;
  explicit Stub(Answer answer) : answer_(std::move(answer)) {}
  void prepare(const SampleShapes&, const TrainingOptions&, std::uint64_t) override {}
  std::vector<Epoch> train(const Context&, const Lesson&, const Watch&) override { return {}; }
  void predict(View<const float> inputs, View<float> outputs) override {
    seen = Tensor<float>(inputs.shape());
    copy(inputs, seen.view());
    answer_(inputs, outputs);
  }
  std::vector<StateArray> state() override { return {}; }
  Index parameters() const override { return 0; }
  TrainingCost estimate(const Comm&, const TrainingOptions&, Index, Index) const override { return {}; }

  static void copy(View<const float> from, View<float> to) {
    for (Index row = 0; row < from.rows(); ++row) std::ranges::copy(from.row(row), to.row(row).begin());
  }
  Tensor<float> seen;

 private:
  Answer answer_;
};

/// A value from its neighbours, of which those in the north count more than those in the south, and so on.
void lopsided(View<const float> from, View<float> to) {
  const Index rows = from.shape()[1], columns = from.shape()[3];
  const auto at = [&](Index s, Index j, Index i) {
    return j < 0 || j >= rows || i < 0 || i >= columns ? 0.0F : from(s, j, 0, i);
  };
  for (Index s = 0; s < from.shape()[0]; ++s)
    for (Index j = 0; j < rows; ++j)
      for (Index i = 0; i < columns; ++i)
        to(s, j, 0, i) = at(s, j, i) + 0.5F * at(s, j - 1, i) * at(s, j, i + 1) - 0.25F * at(s, j, i - 1);
}

/// The five-point sum, in an order of its terms that symmetries keep, in double precision.
void five_points(View<const double> from, View<double> to) {
  const Index n = from.shape()[1];
  const auto at = [&](Index j, Index i) { return j < 0 || j >= n || i < 0 || i >= n ? 0.0 : from(0, j, 0, i); };
  for (Index j = 0; j < n; ++j)
    for (Index i = 0; i < n; ++i)
      to(0, j, 0, i) = 4 * at(j, i) - ((at(j - 1, i) + at(j + 1, i)) + (at(j, i - 1) + at(j, i + 1)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(nodes_add_the_missing_end_and_predictions_drop_it_again) {
  const ModelGrid grid(on(SampleGrid::left, Geometry::nodes), {{16, 2, 16}, {16, 1, 16}});
  BOOST_TEST((grid.shapes() == SampleShapes{{17, 2, 17}, {17, 1, 17}}));
  const Tensor<float> x = random_fields({3, 16, 2, 16}, 1), y = random_fields({3, 16, 1, 16}, 2);
  Tensor<float> inputs({3, 17, 2, 17}), outputs({3, 17, 1, 17}), back({3, 16, 1, 16});
  grid.from_inputs({16, 2, 16}).apply(x.view(), inputs.view());
  grid.from_outputs({16, 1, 16}).apply(y.view(), outputs.view());
  BOOST_TEST(inputs(2, 16, 1, 16) == x(2, 15, 1, 15));
  BOOST_TEST(inputs(2, 5, 1, 16) == x(2, 5, 1, 15));
  BOOST_TEST(outputs(2, 16, 0, 4) == 0);
  BOOST_TEST(outputs(2, 0, 0, 4) == y(2, 0, 0, 4));
  grid.to_outputs({16, 1, 16}).apply(std::as_const(outputs).view(), back.view());
  BOOST_TEST(difference(std::as_const(back).view(), y.view()) == 0);
}

BOOST_AUTO_TEST_CASE(all_symmetries_commute_with_a_symmetric_operator_on_the_nodes) {
  const ModelGrid grid(on(SampleGrid::left, Geometry::nodes), {{16, 1, 16}, {16, 1, 16}});
  Tensor<float> completed({1, 17, 1, 17});
  grid.from_inputs({16, 1, 16}).apply(random_fields({1, 16, 1, 16}, 3).view(), completed.view());
  for (const Symmetry& symmetry : symmetries(Augmentation::square)) {
    Tensor<double> before({1, 17, 1, 17}), first({1, 17, 1, 17}), second({1, 17, 1, 17});
    for (Index j = 0; j < 17; ++j)
      for (Index i = 0; i < 17; ++i) before(0, j, 0, i) = static_cast<double>(completed(0, j, 0, i));
    five_points(std::as_const(before).view(), first.view());
    apply(symmetry, grid.outputs(), first.view(), 0);
    apply(symmetry, grid.inputs(), before.view(), 0);
    five_points(std::as_const(before).view(), second.view());
    double gap = 0;
    for (Index j = 0; j < 17; ++j)
      for (Index i = 0; i < 17; ++i) gap = std::max(gap, std::abs(first(0, j, 0, i) - second(0, j, 0, i)));
    BOOST_TEST(gap < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(lines_have_no_second_axis_to_complete) {
  const ModelGrid grid(on(SampleGrid::left, Geometry::nodes), {{1, 1, 8}, {1, 1, 8}});
  BOOST_TEST((grid.shapes() == SampleShapes{{1, 1, 9}, {1, 1, 9}}));
  BOOST_TEST((grid.outputs_for({1, 1, 24}) == Shape{1, 1, 24}));
}

BOOST_AUTO_TEST_CASE(averages_over_symmetries_share_them) {
  Stub model(lopsided);
  for (const Augmentation kind : {Augmentation::transposition, Augmentation::square})
    for (const Symmetry& symmetry : symmetries(kind)) {
      Tensor<float> x = random_fields({2, 9, 1, 9}, 4), first({2, 9, 1, 9}), second({2, 9, 1, 9});
      predict_mean(model, kind, {}, std::as_const(x).view(), first.view());
      for (Index sample = 0; sample < 2; ++sample) {
        apply(symmetry, Points::symmetric, first.view(), sample);
        apply(symmetry, Points::symmetric, x.view(), sample);
      }
      predict_mean(model, kind, {}, std::as_const(x).view(), second.view());
      BOOST_TEST(difference(std::as_const(first).view(), std::as_const(second).view()) < 1e-6);
    }
  const Tensor<float> x = random_fields({2, 9, 1, 9}, 4);
  Tensor<float> plain({2, 9, 1, 9}), mean({2, 9, 1, 9});
  predict_mean(model, Augmentation::none, {}, x.view(), plain.view());
  predict_mean(model, Augmentation::square, {}, x.view(), mean.view());
  BOOST_TEST(difference(std::as_const(plain).view(), std::as_const(mean).view()) > 0.1);
}

BOOST_AUTO_TEST_CASE(predictions_on_twice_the_points_are_those_of_every_second_one_and_cubics_between) {
  const ModelGrid grid(on(SampleGrid::left), {{8, 1, 8}, {8, 1, 8}});
  Stub model(lopsided);
  const Tensor<float> fine = random_fields({1, 16, 1, 16}, 5);
  Tensor<float> coarse({1, 8, 1, 8}), answer({1, 8, 1, 8}), predicted({1, 16, 1, 16});
  for (Index j = 0; j < 8; ++j)
    for (Index i = 0; i < 8; ++i) coarse(0, j, 0, i) = fine(0, 2 * j, 0, 2 * i);
  Predictor(model, grid, {}, {8, 1, 8}).predict(std::as_const(coarse).view(), answer.view());
  Predictor predictor(model, grid, {}, {16, 1, 16});
  BOOST_TEST((predictor.outputs() == Shape{16, 1, 16}));
  predictor.predict(fine.view(), predicted.view());
  BOOST_TEST(difference(std::as_const(model.seen).view(), std::as_const(coarse).view()) == 0);
  for (Index j = 0; j < 8; ++j)
    for (Index i = 0; i < 8; ++i) BOOST_TEST(predicted(0, 2 * j, 0, 2 * i) == answer(0, j, 0, i));
  const auto midpoint = [&](Index j, Index i) {
    return (-answer(0, j, 0, i - 1) + 9 * answer(0, j, 0, i) + 9 * answer(0, j, 0, i + 1) - answer(0, j, 0, i + 2)) /
           16;
  };
  BOOST_TEST(std::abs(predicted(0, 6, 0, 7) - midpoint(3, 3)) < 1e-6);
  BOOST_TEST(std::abs(predicted(0, 7, 0, 7) -
                      (-midpoint(2, 3) + 9 * midpoint(3, 3) + 9 * midpoint(4, 3) - midpoint(5, 3)) / 16) < 1e-6);
}

BOOST_AUTO_TEST_CASE(on_nodes_the_missing_end_comes_from_the_finest_points_there_are) {
  const ModelGrid grid(on(SampleGrid::left, Geometry::nodes), {{8, 1, 8}, {8, 1, 8}});
  Stub model(lopsided);
  const Tensor<float> fine = random_fields({1, 16, 1, 16}, 6);
  Tensor<float> predicted({1, 16, 1, 16});
  Predictor(model, grid, {}, {16, 1, 16}).predict(fine.view(), predicted.view());
  BOOST_TEST(model.seen(0, 3, 0, 8) == fine(0, 6, 0, 15));
  BOOST_TEST(model.seen(0, 3, 0, 7) == fine(0, 6, 0, 14));
}

BOOST_AUTO_TEST_CASE(a_smooth_answer_is_interpolated_with_the_fourth_order) {
  const auto arch = [](Index j, Index i, Index n) {
    const double h = std::numbers::pi / static_cast<double>(n);
    return std::sin(h * static_cast<double>(j)) * std::sin(2 * h * static_cast<double>(i));
  };
  std::vector<double> errors;
  for (const Index n : {8, 16, 32, 64}) {
    Stub model([&](View<const float>, View<float> to) {
      for (Index j = 0; j < n; ++j)
        for (Index i = 0; i < n; ++i) to(0, j, 0, i) = static_cast<float>(arch(j, i, n));
    });
    const ModelGrid grid(on(SampleGrid::left), {{n, 1, n}, {n, 1, n}});
    Tensor<float> predicted({1, 2 * n, 1, 2 * n});
    Predictor(model, grid, {}, {2 * n, 1, 2 * n})
        .predict(random_fields({1, 2 * n, 1, 2 * n}, 1).view(), predicted.view());
    double worst = 0;
    for (Index j = 0; j < 2 * n; ++j)
      for (Index i = 0; i < 2 * n; ++i)
        worst = std::max(worst, std::abs(static_cast<double>(predicted(0, j, 0, i)) - arch(j, i, 2 * n)));
    errors.push_back(worst);
  }
  for (std::size_t k = 1; k < errors.size(); ++k) BOOST_TEST(std::log2(errors[k - 1] / errors[k]) > 3.6);
}

BOOST_AUTO_TEST_CASE(outputs_vanish_at_the_ends_where_the_case_says_so) {
  Stub one([](View<const float>, View<float> to) {
    for (Index row = 0; row < to.rows(); ++row) std::ranges::fill(to.row(row), 1.0F);
  });
  const auto corners = [&](const LearningData& data) {
    Tensor<float> predicted({1, 4, 1, 4});
    Predictor(one, {data, {{4, 1, 4}, {4, 1, 4}}}, {}, {4, 1, 4})
        .predict(random_fields({1, 4, 1, 4}, 1).view(), predicted.view());
    return std::vector<float>{predicted(0, 1, 0, 0), predicted(0, 1, 0, 1), predicted(0, 1, 0, 3)};
  };
  BOOST_TEST((corners(on(SampleGrid::left)) == std::vector<float>{0, 1, 1}));
  BOOST_TEST((corners(on(SampleGrid::left, Geometry::nodes)) == std::vector<float>{0, 1, 1}));
  BOOST_TEST((corners(on(SampleGrid::left, Geometry::array, EndValues::free)) == std::vector<float>{1, 1, 1}));
  BOOST_TEST((corners(on(SampleGrid::nodes)) == std::vector<float>{1, 1, 1}));
  BOOST_TEST((corners(on(SampleGrid::nodes, Geometry::array, EndValues::zero)) == std::vector<float>{0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(grids_fit_that_cover_the_same_region_as_densely_along_either_axis) {
  const ModelGrid plane(on(SampleGrid::nodes), {{5, 2, 9}, {3, 1, 5}});
  BOOST_TEST((plane.outputs_for({5, 2, 9}) == Shape{3, 1, 5}));
  BOOST_TEST((plane.outputs_for({9, 2, 17}) == Shape{5, 1, 9}));
  BOOST_TEST(plane.relative_spacing({9, 2, 17}) == 0.5);
  BOOST_TEST((plane.outputs_for({7, 2, 13}) == Shape{4, 1, 7}));  // three halves of the points
  BOOST_TEST((plane.outputs_for({6, 2, 11}) == std::nullopt));    // outputs of 3.5 points
  BOOST_TEST((plane.outputs_for({9, 2, 9}) == std::nullopt));     // denser along y alone
  BOOST_TEST((plane.outputs_for({5, 1, 9}) == std::nullopt));     // a channel is missing
  BOOST_TEST((plane.outputs_for({1, 2, 9}) == std::nullopt));     // an axis is missing
  const ModelGrid cells(on(SampleGrid::cells), {{4, 1, 4}, {4, 1, 4}});
  BOOST_TEST((cells.outputs_for({6, 1, 6}) == Shape{6, 1, 6}));
  BOOST_TEST((cells.outputs_for({2, 1, 2}) == Shape{2, 1, 2}));
}

BOOST_AUTO_TEST_CASE(points_of_each_kind_of_grid_are_reversed_as_they_lie) {
  const SampleShapes shapes{{4, 1, 4}, {4, 1, 4}};
  const ModelGrid array(on(SampleGrid::left), shapes), nodes(on(SampleGrid::left, Geometry::nodes), shapes),
      torus(on(SampleGrid::periodic), shapes), cells(on(SampleGrid::cells), shapes);
  BOOST_TEST((array.inputs() == Points::left_open && array.outputs() == Points::left_known));
  BOOST_TEST((nodes.inputs() == Points::symmetric && nodes.outputs() == Points::symmetric));
  BOOST_TEST((torus.inputs() == Points::left_known && torus.outputs() == Points::left_known));
  BOOST_TEST((cells.inputs() == Points::symmetric && cells.outputs() == Points::symmetric));
  BOOST_TEST((array.zeros() == Zeros::first && nodes.zeros() == Zeros::ends && torus.zeros() == Zeros::none));
}

BOOST_AUTO_TEST_CASE(options_that_do_not_go_together_are_refused) {
  const auto complaint = [](const std::string& text) {
    const Node at = parse_yaml("{file: a.h5, inputs: [a], outputs: [b], " + text + "}", "case");
    Complaints complaints;
    LearningData data;
    read_options(at, "data", data, complaints);
    check_learning_data(data, at, complaints);
    return mercer::test::failure([&] { complaints.raise(); });
  };
  BOOST_TEST(!complaint("grid: left, geometry: nodes, ends: free").fault);
  BOOST_TEST(!complaint("grid: nodes, ends: zero").fault);
  BOOST_TEST(complaint("grid: cells, geometry: nodes").is(Fault::config, "'grid: left' alone"));
  BOOST_TEST(complaint("grid: periodic, ends: zero").is(Fault::config, "zero needs points at the ends"));
  BOOST_TEST(complaint("ends: open").is(Fault::config, "ends"));
  Stub model(lopsided);
  const PredictionOptions square{Augmentation::square};
  BOOST_CHECK_EXCEPTION(Predictor(model, {on(SampleGrid::nodes), {{4, 1, 5}, {4, 1, 5}}}, square, {4, 1, 5}), Error,
                        failure(Fault::config, "need square fields, not 4 x 5"));
}
