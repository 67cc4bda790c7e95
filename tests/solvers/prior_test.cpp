// Priors: fields are those of plain solves, coefficients come from samples, files are used for what they hold alone.
#include "solvers/solve_case.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/config/options.hpp>
#include <mercer/io/file.hpp>
#include <mercer/solvers/loader.hpp>
#include <mercer/solvers/support/prior.hpp>
#include <mercer/solvers/support/prior_cache.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <numeric>

using namespace mercer;
using namespace mercer::test;

namespace {

namespace fs = std::filesystem;

std::vector<Index> first(Index count) {
  std::vector<Index> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), Index{0});
  return ids;
}

/// Samples of Darcy's flow, a solver for them, and what a run has.
struct Desk {
  explicit Desk(const Comm& comm, Index samples, const std::string& set = "darcy_test_16.h5")
      : file(setting("MERCER_SOURCE") + "/examples/06_learn_darcy/" + set), context{comm, log, phases}, log(comm) {
    load_plugin(comm, setting("MERCER_BUILD") + "/plugins/darcy.so", registry);
    const InputFile data(comm, file);
    inputs = read_samples(data, {"x"}, first(samples));
    outputs = read_samples(data, {"y"}, first(samples));
    learning.file = file;
    learning.inputs = {"x"};
    learning.outputs = {"y"};
    learning.grid = SampleGrid::left;
  }
  static PriorOptions options(const std::string& yaml) {
    PriorOptions read;
    Complaints complaints;
    read_options(parse_yaml("{solver: darcy, resolution: 48, " + yaml + "}", "case"), "prior", read, complaints);
    complaints.raise();
    return read;
  }
  std::unique_ptr<Prior> prior(const std::string& yaml) const { return prior(options(yaml)); }
  std::unique_ptr<Prior> prior(const PriorOptions& options) const {
    Complaints complaints;
    auto made = std::make_unique<Prior>(options, registry, learning, inputs.channels, 16, complaints);
    complaints.raise();
    return made;
  }

  fs::path file;
  Context context;
  Registry registry;
  Samples inputs, outputs;
  LearningData learning;
  Log log;
  Phases phases;
};

std::vector<float> values(const Tensor<float>& fields) {
  std::vector<float> all;
  for (Index row = 0; row < fields.view().rows(); ++row)
    all.insert(all.end(), fields.view().row(row).begin(), fields.view().row(row).end());
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(cells_put_data_on_nodes_and_jumps_between_them) {
  BOOST_TEST(prior_cells(48, SampleGrid::left, 16) == 3);
  BOOST_TEST(prior_cells(49, SampleGrid::left, 16) == 5);
  BOOST_TEST(prior_cells(64, SampleGrid::left, 16) == 5);
  BOOST_TEST(prior_cells(48, SampleGrid::nodes, 17) == 3);
  BOOST_TEST(prior_cells(48, SampleGrid::cells, 16) == 4);
  BOOST_TEST(prior_cells(1, SampleGrid::left, 421) == 1);
  BOOST_TEST(prior_cells(1, SampleGrid::cells, 421) == 2);
}

BOOST_AUTO_TEST_CASE(fields_are_those_of_a_plain_solve) {
  const Comm comm;
  const Desk desk(comm, 5);
  const auto prior = desk.prior("cache: false, contrast: 18.5, scale: 2");
  const Tensor<float> fields = prior->fields(desk.context, desk.inputs, desk.file);
  const Solved solved = solve_case(
      comm, fmt::format("solver: darcy\n"
                        "problem:\n"
                        "  domain: {{x: [0, 1], y: [0, 1]}}\n"
                        "  coefficient: {{file: {}, dataset: x, sample: 3, grid: left, values: 1 + 17.5*v}}\n"
                        "  source: 1\n"
                        "  boundary: {{x_min: 0, x_max: 0, y_min: 0, y_max: 0}}\n"
                        "output: {{points: {{x: 49, y: 49}}}}\n",
                        desk.file.string()));
  const std::vector<double> u = gathered(comm, solved.solution.fields.front());
  double worst = 0, largest = 0;
  for (Index j = 0; j < 16; ++j)
    for (Index i = 0; i < 16; ++i) {
      const double plain = 2 * u[static_cast<std::size_t>(49 * 3 * j + 3 * i)];
      worst = std::max(worst, std::abs(static_cast<double>(fields(3, j, 0, i)) - plain));
      largest = std::max(largest, std::abs(plain));
    }
  BOOST_TEST(worst < 1e-6 * largest);  // of single precision
  BOOST_TEST(largest > 0);
}

BOOST_AUTO_TEST_CASE(fields_have_the_same_bits_on_any_number_of_ranks) {
  const Comm comm, self = Comm::self();
  const Desk shared(comm, 7), alone(self, 7);
  const std::string yaml = "cache: false, samples: 3";
  const auto by_all = shared.prior(yaml), by_one = alone.prior(yaml);
  const std::vector<Index> training = first(5);
  const auto all = values(by_all->learn(shared.context, shared.inputs, shared.outputs, training, shared.file));
  const auto one = values(by_one->learn(alone.context, alone.inputs, alone.outputs, training, alone.file));
  BOOST_TEST(*by_all->options().contrast == *by_one->options().contrast);
  BOOST_TEST(*by_all->options().scale == *by_one->options().scale);
  BOOST_TEST((all == one));
}

BOOST_AUTO_TEST_CASE(contrast_and_scale_of_the_data_are_found) {
  const Comm comm;
  const Desk desk(comm, 60, "darcy_train_16.h5");
  const auto prior = desk.prior("cache: false, samples: 12");
  prior->learn(desk.context, desk.inputs, desk.outputs, first(40), desk.file);
  BOOST_TEST(*prior->options().contrast == 18.5, boost::test_tools::tolerance(0.06));
  BOOST_TEST(*prior->options().scale == 51.4, boost::test_tools::tolerance(0.04));
  BOOST_TEST(prior->error() < 0.08);
}

BOOST_AUTO_TEST_CASE(a_scale_is_that_of_least_squares) {
  const Comm comm;
  const std::vector<double> sizes{1, 0, 3, 2};  // of outputs; one sample has none
  const PriorFit exact = fit_scale(comm, 4, 2, [&](Index i, std::span<double> field, std::span<double> output) {
    output[0] = sizes[static_cast<std::size_t>(i)];
    output[1] = -output[0];
    field[0] = output[0] / 4;
    field[1] = output[1] / 4;
  });
  BOOST_TEST(exact.scale == 4, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(exact.misfit < 1e-7);
  const PriorFit half = fit_scale(comm, 1, 2, [](Index, std::span<double> field, std::span<double> output) {
    output[0] = output[1] = 1;
    field[0] = 1;
    field[1] = 0;
  });
  BOOST_TEST(half.scale == 1, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(half.misfit == std::sqrt(0.5), boost::test_tools::tolerance(1e-14));
  const auto nothing = [](Index, std::span<double> field, std::span<double>) { std::ranges::fill(field, 1.0); };
  BOOST_CHECK_EXCEPTION(fit_scale(comm, 3, 2, nothing), Error, failure(Fault::data, "no scale brings the prior"));
}

BOOST_AUTO_TEST_CASE(a_kept_field_has_the_same_bits_and_is_used) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const Desk desk(comm, 3);
  const std::string yaml = fmt::format("contrast: 18.5, scale: 1, folder: {}", (scratch / "").string());
  const auto solved = values(desk.prior(yaml)->fields(desk.context, desk.inputs, desk.file));
  fs::path kept;
  for (const auto& entry : fs::directory_iterator(scratch / "")) kept = entry.path();
  BOOST_TEST(kept.string().find("darcy_test_16.prior-") != std::string::npos);
  BOOST_TEST((values(desk.prior(yaml)->fields(desk.context, desk.inputs, desk.file)) == solved));
  MPI_Barrier(comm.raw());
  const PriorKey key = [&] {
    const InputFile file(comm, kept);
    std::string text;
    for (const std::string& line : file.read_text("key")) text += (text.empty() ? "" : "\n") + line;
    return PriorKey{text, fingerprints(desk.inputs)};
  }();
  Tensor<float> marked({3, 16, 1, 16}, Rows::dense);
  std::ranges::fill(marked.span(), 7.0F);
  write_prior(comm, desk.context.log, kept, key, std::as_const(marked).view());
  BOOST_TEST((values(desk.prior(yaml)->fields(desk.context, desk.inputs, desk.file)) == values(marked)));
}

BOOST_AUTO_TEST_CASE(a_file_of_other_content_is_not_used) {
  const Comm comm;
  const SharedScratch scratch(comm);
  Log log(comm, Level::error);
  const fs::path file = scratch / "kept.h5";
  const Shape shape{2, 3, 1, 4};
  Tensor<float> fields(shape, Rows::dense);
  const PriorKey key{"solver: a\ncontrast: 2", {11, 12}};
  write_prior(comm, log, file, key, std::as_const(fields).view());
  BOOST_TEST(read_prior(comm, log, file, key, shape).has_value());
  BOOST_TEST(!read_prior(comm, log, file, {"solver: a\ncontrast: 3", {11, 12}}, shape).has_value());
  BOOST_TEST(!read_prior(comm, log, file, {key.text, {12, 11}}, shape).has_value());
  BOOST_TEST(!read_prior(comm, log, file, {key.text, {11, 12, 13}}, shape).has_value());
  BOOST_TEST(!read_prior(comm, log, file, key, {2, 4, 1, 3}).has_value());
  BOOST_TEST(!read_prior(comm, log, scratch / "none.h5", key, shape).has_value());
  BOOST_TEST(prior_file("a.h5", "b", key) != prior_file("a.h5", "b", {key.text, {12, 11}}));
  MPI_Barrier(comm.raw());
  if (comm.is_root()) std::ofstream(file) << "no HDF5";
  MPI_Barrier(comm.raw());
  BOOST_TEST(!read_prior(comm, log, file, key, shape).has_value());
}

BOOST_AUTO_TEST_CASE(a_folder_that_takes_no_file_is_no_error) {
  const Comm comm;
  const Desk desk(comm, 2);
  const std::string yaml = "contrast: 18.5, scale: 1";
  const auto solved = values(desk.prior(yaml + ", cache: false")->fields(desk.context, desk.inputs, desk.file));
  const auto unkept = values(desk.prior(yaml + ", folder: /proc")->fields(desk.context, desk.inputs, desk.file));
  BOOST_TEST((solved == unkept));
}

BOOST_AUTO_TEST_CASE(blocks_that_say_nothing_sensible_are_refused) {
  const Comm comm;
  const Desk desk(comm, 2);
  const auto refused = [&](const std::string& yaml, const std::string& piece) {
    BOOST_CHECK_EXCEPTION(desk.prior(yaml), Error, ::failure(Fault::config, piece));
  };
  refused("problem: {coefficient: 1 + x}", "no input takes an array of data.inputs");
  refused("problem: {coefficient: {dataset: z}}", "'z' is none of data.inputs");
  refused("problem: {coefficient: {file: a.h5, dataset: x}}", "leave this out");
  refused("problem: {coefficient: {dataset: x, values: 1 + w}}", "problem.coefficient.values");
  refused("problem: {domain: {x: [0, 1]}}", "as many axes as the samples have");
  refused("problem: {sourse: 1}", "did you mean 'source'?");
  refused("options: {tolerances: 1}", "did you mean 'tolerance'?");
  PriorOptions options = Desk::options("scale: 1");
  options.solver = "darci";
  BOOST_CHECK_EXCEPTION(desk.prior(options), Error, ::failure(Fault::config, "did you mean 'darcy'?"));
  BOOST_CHECK_EXCEPTION(with_prior(SampleShapes{{4, 1, 4}, {4, 2, 4}}), Error,
                        ::failure(Fault::config, "data.outputs have 2 channels"));
}

BOOST_AUTO_TEST_CASE(a_solver_that_fails_names_the_sample) {
  const Comm comm;
  const Desk desk(comm, 3);
  const auto prior = desk.prior("cache: false, contrast: 1, scale: 1, problem: {coefficient: {values: v - 2}}");
  BOOST_CHECK_EXCEPTION(prior->fields(desk.context, desk.inputs, desk.file), Error,
                        ::failure(Fault::data, "prior of sample 0: the coefficient must be positive"));
}

BOOST_AUTO_TEST_CASE(batches_with_a_prior_have_it_as_last_channel) {
  const Comm comm;
  const Desk desk(comm, 3);
  const GridSamples samples(comm, desk.learning, "", 0);
  Tensor<float> fields({samples.count(), 16, 1, 16}, Rows::dense);
  for (Index entry = 0; float& value : fields.span()) value = static_cast<float>(entry++);
  const PriorBatches batches(samples, std::move(fields));
  const SampleShapes shapes = batches.shapes();
  BOOST_TEST((shapes == SampleShapes{{16, 2, 16}, {16, 1, 16}, 1}));
  Tensor<float> inputs(batch_shape(1, shapes.inputs)), outputs(batch_shape(1, shapes.outputs));
  batches.read(std::array<Index, 1>{2}, inputs.view(), outputs.view());
  BOOST_TEST(inputs(0, 5, 0, 6) == desk.inputs.fields.view()(2, 5, 0, 6));
  BOOST_TEST(inputs(0, 5, 1, 6) == static_cast<float>(2 * 256 + 5 * 16 + 6));
  BOOST_TEST(outputs(0, 5, 0, 6) == desk.outputs.fields.view()(2, 5, 0, 6));
}
