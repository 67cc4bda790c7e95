// Memory that the mesh-morphing Gaussian process takes of one rank: what it may, whatever the samples take.
#include "bench/memory.hpp"
#include "support/file_model_run.hpp"
#include "support/shape_data.hpp"
#include <mercer/solvers/mmgp/mmgp.hpp>

using namespace mercer;

namespace {

constexpr Index across = 60;  // 3721 nodes: about half a megabyte with fields and ways

struct Desk : test::FileModelRun {
  SampleSource source{scratch / "plates.h5"};

  /// So many plates of one size, all for training and all to be predicted.
  explicit Desk(Index count) {
    context.scratch = scratch / "";
    MeshDatasetWriter writer(comm, source.file, Existing::replace, {{"load"}, {"strain"}, {"u"}});
    for (Index number = 0; number < count; ++number) {
      MeshSample sample = test::plate(number);
      sample.mesh = test::mapped_square(across, 0.2, [&](double x, double y) {
        return std::array{x * (1 + 0.2 * sample.scalars["load"] * y * (1 - y)), y};
      });
      sample.point_fields[0].values = Tensor<double>({sample.mesh.nodes(), 1}, Rows::dense);
      for (Index i = 0; i < sample.mesh.nodes(); ++i)
        sample.point_fields[0].values(i, 0) = sample.scalars["load"] * sample.mesh.points(i, 0);
      writer.write(0, &sample);
    }
    writer.commit();
  }

  mmgp::Settings settings(double memory) const {
    mmgp::Settings made;
    made.options.modes = made.options.shape_modes = 2;
    made.options.refinements = 0;
    made.options.memory = memory;
    made.options.fields.starts = made.options.scalars.starts = 1;
    return made;
  }
  double training_peak(double memory) const {
    mmgp::Mmgp model(settings(memory));
    return bench::peak_growth([&] { model.train(context, source); });
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(predictions_take_as_much_memory_for_many_samples_as_for_few) {
  const Desk few(8), many(64);
  mmgp::Mmgp model(few.settings(2e6));
  model.train(few.context, few.source);
  const auto peak = [&](const Desk& desk) {
    OutputFile output(desk.comm, desk.scratch / "predicted", Existing::replace);
    return bench::peak_growth([&] { model.predict(desk.context, desk.source, output); });
  };
  const double first = peak(few), more = peak(many);
  // 56 samples and their predictions take 40 MiB; the cache of the file's structure, at most 32 MiB, is not full yet.
  BOOST_TEST(more < first + 10, "8 samples: " << first << " MiB, 64 samples: " << more << " MiB");
}

BOOST_AUTO_TEST_CASE(training_keeps_to_the_memory_that_it_may_use) {
  const Desk desk(64);
  const double whole = desk.training_peak(1e9), spilled = desk.training_peak(2e6);
  BOOST_TEST(spilled < 0.5 * whole, "in memory " << whole << " MiB, a batch at a time " << spilled << " MiB");
}
