// The mesh-morphing Gaussian process on small plates: what it learns, keeps, tells and refuses.
#include "solvers/mmgp_run.hpp"
#include "support/data.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shape_data.hpp"
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/solvers/mmgp/batches.hpp>
#include <mercer/solvers/mmgp/decode.hpp>
#include <mercer/solvers/mmgp/predict.hpp>
#include <mercer/solvers/mmgp/train.hpp>
#include <mercer/solvers/support/mesh_errors.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <sys/resource.h>

using namespace mercer;

namespace {

using Desk = test::MmgpRun;
using test::number;

/// Files of this process cannot grow beyond some bytes while this is there.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  SmallFiles(const SmallFiles&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(fields_and_scalars_of_new_shapes_are_predicted) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  const Record told = desk.predicted(desk.settings(), desk.comm, "predicted");
  BOOST_TEST(std::get<Index>(*told.find("samples")) == test::plates - test::taught_plates);
  BOOST_TEST(std::get<Index>(*told.find("samples_seen_in_training")) == 0);
  const Record errors = mesh_errors(desk.comm, MeshDataset(desk.comm, desk.scratch / "predicted"),
                                    MeshDataset(desk.comm, desk.scratch / "plates.h5"));
  BOOST_TEST(number(errors, "fields.u.rrmse") < 0.02);
  BOOST_TEST(number(errors, "fields.u.q2") > 0.995);
  BOOST_TEST(number(errors, "fields.u.coverage95") > 0.8);
  BOOST_TEST(number(errors, "scalars.strain.q2") > 0.95);
}

BOOST_AUTO_TEST_CASE(any_number_of_ranks_learns_the_same_and_predicts_it_to_rounding) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  const Comm alone = desk.comm.split(desk.comm.rank());
  const std::string own = fmt::format("alone{}", desk.comm.rank());
  mmgp::Settings settings = desk.settings();
  settings.options.refinements = 3;  // the common mesh has enough nodes to be divided among four ranks
  settings.options.functionals = {{"highest", "max(u)"}};
  settings.options.draws = 8;
  desk.predicted(settings, desk.comm, "together");
  desk.predicted(settings, alone, own);
  BOOST_TEST(test::read_file(desk.scratch / "together.model") == test::read_file(desk.scratch / (own + ".model")));
  const MeshDataset all(alone, desk.scratch / "together"), mine(alone, desk.scratch / own);
  for (Index place = 0; place < all.count(); ++place) {
    const MeshSample a = all.read(place), b = mine.read(place);
    const std::span<const double> u = a.point_fields[0].values.span(), v = b.point_fields[0].values.span();
    for (std::size_t i = 0; i < u.size(); ++i) BOOST_TEST(std::abs(u[i] - v[i]) <= 1e-12 * std::abs(v[i]));
  }
}

BOOST_AUTO_TEST_CASE(samples_that_do_not_fit_into_memory_teach_the_same_bits) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index number, MeshSample& sample) {
    if (number % 6 != 1) return;  // cannot be mapped
    sample.mesh = test::notched_plate(8, 0.1, 0.3, 0.3);
    sample.point_fields[0] = {"u", Tensor<double>({sample.mesh.nodes(), 1}, Rows::dense)};
  });
  const SampleSource source{desk.scratch / "plates.h5", BadSamples::left_out};
  const auto kept = [&](double memory) {
    mmgp::Settings settings = desk.settings();
    settings.options.refinements = 2;
    settings.options.memory = memory;
    settings.options.scales = {{"u", "load"}};
    settings.options.functionals = {{"peak", "max(u)"}};
    desk.context.scratch = desk.scratch / "";
    mmgp::Mmgp model(settings);
    desk.said.clear();
    model.train(desk.context, source);
    OutputFile file(desk.comm, desk.scratch / "model", Existing::replace);
    model.save(file, "model");
    file.commit();
    return desk.said + test::read_file(desk.scratch / "model");
  };
  const std::string expected = kept(1e9);
  for (const double memory : {1.0, 3e5}) BOOST_TEST((kept(memory) == expected));
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_a_training_that_needs_it_with_one_message) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  mmgp::Settings settings = desk.settings();
  settings.options.refinements = 3;
  settings.options.memory = 1;
  desk.context.scratch = desk.scratch / "";
  mmgp::Mmgp model(settings);
  const SmallFiles full(1 << 17);
  const test::Failure failed =
      test::failure([&] { model.train(desk.context, SampleSource{desk.scratch / "plates.h5"}); });
  BOOST_TEST(failed.is(Fault::io, "scratch"));
  BOOST_TEST(failed.is(Fault::io, "are free"));
}

BOOST_AUTO_TEST_CASE(batches_keep_to_the_memory_and_have_a_sample_for_each_rank) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  const MeshDataset dataset(desk.comm, desk.scratch / "plates.h5");
  const std::vector<Index> places = mmgp::places_of(dataset, "");
  const auto counts = [&](int ranks, const mmgp::BatchLimits& limits) {
    std::vector<Index> found;
    for (const Range& part : mmgp::batches(dataset, places, 100, ranks, limits)) found.push_back(part.count());
    return found;
  };
  BOOST_TEST(counts(1, {1e9}) == std::vector<Index>{20});
  BOOST_TEST(counts(3, {1}) == (std::vector<Index>{3, 3, 3, 3, 3, 3, 2}));
  BOOST_TEST(counts(2, {1e9, 0, 4}) == (std::vector<Index>{8, 8, 4}));
  BOOST_TEST(counts(2, {1e9, 4e8, 20}) == (std::vector<Index>{4, 4, 4, 4, 4}));
}

BOOST_AUTO_TEST_CASE(ranks_that_share_a_sample_learn_and_predict_what_single_ones_do) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  desk.predicted(desk.settings(), desk.comm, "samples");
  const MeshDataset expected(desk.comm, desk.scratch / "samples");
  for (const auto& [parallel, memory] :
       {std::pair(Parallel::space, 1e9), {Parallel::both, 1e9}, {Parallel::both, 1.0}}) {
    mmgp::Settings settings = desk.settings();
    settings.options.memory = memory;
    settings.training = {parallel, desk.comm.size() % 2 == 0 ? 2 : desk.comm.size()};
    desk.predicted(settings, desk.comm, "shared");
    const MeshDataset found(desk.comm, desk.scratch / "shared");
    BOOST_REQUIRE(found.count() == expected.count());
    double fields = 0, deviations = 0, scalars = 0, most = 0;  // largest differences, largest value
    for (Index place = 0; place < found.count(); ++place) {
      const MeshSample a = found.read(place), b = expected.read(place);
      for (Index i = 0; i < b.mesh.nodes(); ++i) {
        most = std::max(most, std::abs(b.point_fields[0].values(i, 0)));
        fields = std::max(fields, std::abs(a.point_fields[0].values(i, 0) - b.point_fields[0].values(i, 0)));
        deviations =
            std::max(deviations, std::abs(a.point_deviations[0].values(i, 0) - b.point_deviations[0].values(i, 0)));
      }
      scalars = std::max(scalars, std::abs(a.scalars.at("strain") - b.scalars.at("strain")));
    }
    // The map is that of an iterative solver, to 1e-12; the search for hyper-parameters ends a little elsewhere.
    BOOST_TEST(fields < 1e-8 * most);
    BOOST_TEST(scalars < 1e-8);
    BOOST_TEST(deviations < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(ways_that_ranks_find_together_are_those_of_one_rank) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  const MeshDataset dataset(desk.comm, desk.scratch / "plates.h5");
  const mmgp::Settings settings = desk.settings();
  const mmgp::Specimen first = mmgp::read_specimen(dataset, 4, settings.options),
                       other = mmgp::read_specimen(dataset, 5, settings.options);
  const mmgp::CommonMesh alone(first, fractions(first.loop), settings.options),
      shared(desk.comm, first, fractions(first.loop), settings.options);
  const int owner = desk.comm.size() - 1;
  const bool is_owner = desk.comm.rank() == owner;
  const mmgp::Ways expected = alone.ways(other), found = shared.ways(desk.comm, owner, is_owner ? &other : nullptr);
  BOOST_TEST(found.there.rows() == (is_owner ? expected.there.rows() : 0));
  if (!is_owner) return;
  const auto gap = [](const SparseMatrix& a, const SparseMatrix& b) {
    std::vector<double> x(static_cast<std::size_t>(a.columns())), y(static_cast<std::size_t>(a.rows())), z = y;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
    a.apply(x, y);
    b.apply(x, z);
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs(y[i] - z[i]));
    return worst;
  };
  BOOST_TEST(found.there.columns() == other.sample.mesh.nodes());
  BOOST_TEST(gap(found.there, expected.there) < 1e-9);
  BOOST_TEST(gap(found.back, expected.back) < 1e-9);
  BOOST_TEST(found.replaced == "");
}

BOOST_AUTO_TEST_CASE(samples_that_ranks_cannot_map_together_are_told_as_by_one) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index number, MeshSample& sample) {
    if (number != test::plates - 1) return;
    sample.mesh = test::notched_plate(8, 0.1, 0.3, 0.3);
    sample.point_fields.clear();
  });
  const SampleSource source{desk.scratch / "plates.h5", BadSamples::left_out};
  mmgp::Settings settings = desk.settings();
  std::string expected;
  for (const Parallel parallel : {Parallel::samples, Parallel::space, Parallel::both}) {
    settings.training = {parallel, desk.comm.size() % 2 == 0 ? 2 : desk.comm.size()};
    mmgp::Mmgp model(settings);
    model.train(desk.context, source);
    OutputFile output(desk.comm, desk.scratch / "predicted", Existing::replace);
    desk.said.clear();
    const Record told = model.predict(desk.context, source, output);
    output.commit();
    BOOST_TEST(std::get<Index>(*told.find("samples")) == test::plates - test::taught_plates - 1);
    if (parallel == Parallel::samples) expected = desk.said;
    BOOST_TEST(desk.said == expected);
  }
  if (desk.comm.is_root()) BOOST_TEST(expected.find("sample '000019'") != std::string::npos, expected);
}

BOOST_AUTO_TEST_CASE(divisions_that_do_not_go_are_refused) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  const auto refused = [&](const mmgp::Settings& settings) {
    return test::failure([&] { mmgp::Mmgp(settings).check(desk.context, SampleSource{desk.scratch / "plates.h5"}); });
  };
  mmgp::Settings settings = desk.settings();
  settings.training = {Parallel::both, desk.comm.size() + 1};
  BOOST_TEST(refused(settings).is(Fault::config, "training.space_ranks divides"));
  settings.training = {Parallel::space, 1};
  for (const mmgp::Map map : {mmgp::Map::thin_plate, mmgp::Map::compact}) {
    settings.options.map = map;
    BOOST_TEST(refused(settings).is(Fault::config, "computed by one rank"));
  }
}

BOOST_AUTO_TEST_CASE(radial_functions_and_the_published_recipe_predict_too) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  mmgp::Settings settings = desk.settings();
  for (const auto& [map, name] : {std::pair(mmgp::Map::thin_plate, "thin"), std::pair(mmgp::Map::compact, "compact")}) {
    settings.options.map = map;
    desk.predicted(settings, desk.comm, name);
  }
  BOOST_TEST(desk.said == "");  // no other map took their place
  settings = desk.settings();
  settings.options.map = mmgp::Map::uniform;
  settings.options.landmarks = mmgp::Landmarks::none;
  settings.options.centring = Centring::none;
  settings.options.refinements = 0;
  settings.options.fields.hyper_parameters = Sharing::shared;
  desk.predicted(settings, desk.comm, "published");
  const MeshDataset truth(desk.comm, desk.scratch / "plates.h5");
  for (const auto& [name, most] : {std::pair("thin", 0.02), std::pair("compact", 0.02), std::pair("published", 0.4)})
    BOOST_TEST(number(mesh_errors(desk.comm, MeshDataset(desk.comm, desk.scratch / name), truth), "fields.u.rrmse") <
               most);
}

BOOST_AUTO_TEST_CASE(compact_functions_reach_as_far_as_their_radius) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  const MeshDataset dataset(desk.comm, desk.scratch / "plates.h5");
  mmgp::Options options = desk.settings().options;
  options.refinements = 0;
  const mmgp::Specimen first = mmgp::read_specimen(dataset, 3, options),
                       other = mmgp::read_specimen(dataset, 1, options);
  const auto replaced = [&](mmgp::Map map, double radius) {
    options.map = map;
    options.map_radius = radius;
    return mmgp::CommonMesh(first, fractions(first.loop), options).ways(other).replaced;
  };
  BOOST_TEST(replaced(mmgp::Map::compact, 0.5) == "");
  BOOST_TEST(replaced(mmgp::Map::compact, 0.02).find("compact radial functions fold") != std::string::npos);
  BOOST_TEST(replaced(mmgp::Map::thin_plate, 0.02) == "");
}

BOOST_AUTO_TEST_CASE(maps_of_the_inside_are_refused_for_closed_curves) {
  Desk desk;
  MeshDatasetWriter writer(desk.comm, desk.scratch / "curves.h5", Existing::replace, {{"load"}, {}, {"u"}});
  for (Index number = 0; number < 3; ++number) {
    MeshSample sample = test::plate(number);
    sample.mesh = test::closed_curve(20, [](double t) {
      return std::array{std::cos(6.283185307179586 * t), 0.2 * std::sin(6.283185307179586 * t)};
    });
    sample.point_fields.front().values = Tensor<double>({20, 1}, Rows::dense);
    std::ranges::fill(sample.point_fields.front().values.span(), 1.0);
    writer.write(0, desk.comm.is_root() ? &sample : nullptr);
  }
  writer.commit({{"train", {0, 1, 2}}});
  const auto failed_with = [&](mmgp::Map map) {
    mmgp::Settings settings = desk.settings();
    settings.options.map = map;
    return test::failure([&] { mmgp::Mmgp(settings).check(desk.context, SampleSource{desk.scratch / "curves.h5"}); });
  };
  for (const mmgp::Map map : {mmgp::Map::uniform, mmgp::Map::thin_plate, mmgp::Map::compact})
    BOOST_TEST(failed_with(map).is(Fault::config, "sample '000000' is a closed curve"));
  mmgp::Mmgp(desk.settings()).check(desk.context, SampleSource{desk.scratch / "curves.h5"});
}

BOOST_AUTO_TEST_CASE(bad_samples_are_named_or_left_out) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index number, MeshSample& sample) {
    if (number == 3) sample.point_fields[0].values(0, 0) = std::nan("");
    if (number == 5) sample.scalars.erase("load");
  });
  const MeshDataset dataset(desk.comm, desk.scratch / "plates.h5");
  const mmgp::Settings settings = desk.settings();
  const test::Failure refused = test::failure([&] {
    mmgp::read_lesson(desk.context, settings, {desk.scratch / "plates.h5", BadSamples::refused}, dataset);
  });
  BOOST_TEST(refused.is(Fault::data, "2 of 14 samples"));
  if (desk.comm.is_root()) {
    BOOST_TEST(desk.said.find("'000003'") != std::string::npos);
    BOOST_TEST(desk.said.find("sample '000005' has no scalar 'load'") != std::string::npos);
  }
  const mmgp::Lesson lesson =
      mmgp::read_lesson(desk.context, settings, {desk.scratch / "plates.h5", BadSamples::left_out}, dataset);
  BOOST_TEST(lesson.places.size() == 12u);
  BOOST_TEST(lesson.fractions.size() == 5u);
}

BOOST_AUTO_TEST_CASE(surfaces_in_space_are_refused_with_the_reason,
                     *boost::unit_test::precondition(test::NeedsData{"plaid_cars"})) {
  Desk desk;
  mmgp::Settings settings;
  settings.data.outputs = {"pressure"};
  const test::Failure refused =
      test::failure([&] { mmgp::Mmgp(settings).check(desk.context, SampleSource{test::data("plaid_cars")}); });
  BOOST_TEST(refused.is(Fault::data, "20 of 20 samples"));
  if (!desk.comm.is_root()) return;
  for (const char* split : {"train", "test"})
    for (int number = 0; number < 10; ++number)
      BOOST_TEST(
          desk.said.find(fmt::format("'{}/{:09}': not_a_disk: 0 boundary loops", split, number)) != std::string::npos,
          desk.said);
}

BOOST_AUTO_TEST_CASE(equal_samples_that_need_jitter_are_named) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index number, MeshSample& sample) {
    if (number == 7) sample = test::plate(5);
    sample.id = fmt::format("{:06}", number);
  });
  mmgp::Settings settings = desk.settings();
  settings.options.scalars.noise = {1e-30, 1e-30};
  settings.options.scalars.length = {1e3, 1e3};
  settings.options.scalars.folds = 0;
  desk.predicted(settings, desk.comm, "predicted");
  if (!desk.comm.is_root()) return;
  BOOST_TEST(desk.said.find("strain: up to 1e-") != std::string::npos, desk.said);
  BOOST_TEST(desk.said.find("samples '000005' and '000007'") != std::string::npos, desk.said);
}

BOOST_AUTO_TEST_CASE(nodes_that_no_cell_uses_are_predicted_as_missing) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index number, MeshSample& sample) {
    if (number != test::taught_plates) return;
    std::vector<double> points(sample.mesh.points.span().begin(), sample.mesh.points.span().end());
    points.insert(points.end(), {0.5, 0.5});
    std::vector<Index> nodes(sample.mesh.cells.nodes.span().begin(), sample.mesh.cells.nodes.span().end());
    sample.mesh = test::mesh_of(2, points, CellKind::triangle, nodes);
    sample.point_fields.clear();
  });
  desk.predicted(desk.settings(), desk.comm, "predicted");
  const MeshSample answer = MeshDataset(desk.comm, desk.scratch / "predicted").read(0);
  const Tensor<double>& u = answer.point_fields[0].values;
  BOOST_TEST(u.count() == answer.mesh.nodes());
  BOOST_TEST(std::isnan(u.data()[u.count() - 1]));
  BOOST_TEST(std::isfinite(u.data()[0]));
  BOOST_TEST(answer.novelty.has_value());
}

BOOST_AUTO_TEST_CASE(plane_meshes_may_have_a_third_coordinate_of_zero) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  desk.predicted(desk.settings(), desk.comm, "plane");
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index, MeshSample& sample) {
    const Tensor<double> flat = std::move(sample.mesh.points);
    sample.mesh.points = Tensor<double>({flat.shape()[0], 3}, Rows::dense);
    for (Index node = 0; node < flat.shape()[0]; ++node)
      for (Index axis = 0; axis < 3; ++axis) sample.mesh.points(node, axis) = axis < 2 ? flat(node, axis) : 0;
  });
  desk.predicted(desk.settings(), desk.comm, "space");
  const MeshDataset plane(desk.comm, desk.scratch / "plane"), space(desk.comm, desk.scratch / "space");
  for (Index place = 0; place < plane.count(); ++place)
    BOOST_TEST(std::ranges::equal(plane.read(place).point_fields[0].values.span(),
                                  space.read(place).point_fields[0].values.span()));
  BOOST_TEST(space.read(0).mesh.space() == 3);
  BOOST_TEST(number(mesh_errors(desk.comm, space, MeshDataset(desk.comm, desk.scratch / "plates.h5")),
                    "fields.u.rrmse") < 0.02);
  if (desk.comm.is_root()) BOOST_TEST(desk.said.find("the third coordinate is zero") != std::string::npos, desk.said);
}

BOOST_AUTO_TEST_CASE(names_are_those_of_the_case_or_of_the_dataset) {
  MeshIndex index;
  index.fields = {"u", "v"};
  index.scalars = {"load", "strain"};
  index.in_scalars = {"load"};
  index.out_fields = {"u"};
  BOOST_TEST(mmgp::names_of({}, index).fields == std::vector<std::string>{"u"});
  const auto chosen_by = [&](std::vector<std::string> inputs, std::vector<std::string> outputs) {
    mmgp::DataOptions data;
    data.inputs = std::move(inputs);
    data.outputs = std::move(outputs);
    return mmgp::names_of(data, index);
  };
  const mmgp::Names chosen = chosen_by({}, {"v", "strain"});
  BOOST_TEST(chosen.fields == std::vector<std::string>{"v"});
  BOOST_TEST(chosen.scalars == std::vector<std::string>{"strain"});
  BOOST_CHECK_EXCEPTION(chosen_by({"lod"}, {}), Error, failure(Fault::config, "load"));
  BOOST_CHECK_EXCEPTION(chosen_by({}, {"load"}), Error, failure(Fault::config, "input, too"));
  index.out_fields.clear();
  BOOST_CHECK_EXCEPTION(mmgp::names_of({}, index), Error, failure(Fault::config, "does not say what"));
}

BOOST_AUTO_TEST_CASE(variances_of_fields_are_those_of_their_combinations) {
  const Basis basis{{1, 2, 3}, {1, 0, 2, 0, 3, 1}, 2};
  const std::vector<double> residual{0.5, 0, 0.25};
  const FieldDecoder decoder(basis, residual);
  const Matrix a = Eigen::Vector2d(2, -1), spread = Eigen::Vector2d(4, 9);
  const Matrix values = decoder.values(a), variances = decoder.variances(spread);
  BOOST_TEST(values(0, 0) == 1 + 2.0 * 1 - 0);
  BOOST_TEST(values(1, 0) == 2 + 2.0 * 0 - 3);
  BOOST_TEST(values(2, 0) == 3 + 2.0 * 2 - 1);
  BOOST_TEST(variances(0, 0) == 0.5 + 4.0 * 1 + 9 * 0);
  BOOST_TEST(variances(1, 0) == 0 + 4.0 * 0 + 9 * 9);
  BOOST_TEST(variances(2, 0) == 0.25 + 4.0 * 4 + 9 * 1);
}

BOOST_AUTO_TEST_CASE(strange_shapes_are_told_apart) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5", [](Index number, MeshSample& sample) {
    if (number != test::plates - 1) return;
    for (double& coordinate : sample.mesh.points.span()) coordinate = 3 * coordinate + 5;
  });
  desk.predicted(desk.settings(), desk.comm, "predicted");
  const MeshDataset predicted(desk.comm, desk.scratch / "predicted");
  BOOST_TEST(*predicted.read(predicted.count() - 1).novelty > 10 * *predicted.read(0).novelty);
}

BOOST_AUTO_TEST_CASE(errors_of_predictions_need_the_same_nodes) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  desk.predicted(desk.settings(), desk.comm, "predicted");
  test::write_plates(desk.comm, desk.scratch / "moved.h5",
                     [](Index, MeshSample& sample) { sample.mesh.points(0, 0) += 0.01; });
  const test::Failure failed = test::failure([&] {
    mesh_errors(desk.comm, MeshDataset(desk.comm, desk.scratch / "predicted"),
                MeshDataset(desk.comm, desk.scratch / "moved.h5"));
  });
  BOOST_TEST(failed.is(Fault::data, "are not those that were predicted"));
}
