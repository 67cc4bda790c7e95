// A run of a model that reads samples from a file, without a command: it learns, is kept, and predicts.
#pragma once

#include "support/shared_scratch.hpp"
#include <mercer/solvers/file_model.hpp>

#include <boost/test/unit_test.hpp>
#include <string>

namespace mercer::test {

struct FileModelRun {
  Comm comm;
  std::string said;
  Log log{comm, Level::warning, [this](std::string_view bytes) { said += bytes; }};
  Phases phases;
  SharedScratch scratch{comm};
  Context context{comm, log, phases, 0, ProgressStyle::none};

  struct Told {
    Learned trained;
    Record predicted;
  };
  /// @collective on `ranks`: trains on the file `data`, keeps the model as `name`.model and loads it again, and
  /// predicts into the file `name`.
  template <class Model>
  Told learned(const typename Model::Settings& settings, const Comm& ranks, const std::string& data,
               const std::string& name) {
    const Context here{ranks, log, phases, 0, ProgressStyle::none};
    const SampleSource source{scratch / data};
    Model model(settings), same(settings);
    Learned trained = model.train(here, source);
    OutputFile kept(ranks, scratch / (name + ".model"), Existing::replace);
    model.save(kept, "model");
    kept.commit();
    same.load(InputFile(ranks, scratch / (name + ".model")), "model");
    OutputFile output(ranks, scratch / name, Existing::replace);
    Record predicted = same.predict(here, source, output);
    output.commit();
    return {std::move(trained), std::move(predicted)};
  }
};

template <class T>
T value(const Record& record, const std::string& path) {
  const Record::Value* found = record.find(path);
  BOOST_REQUIRE_MESSAGE(found, path << " is not in the record");
  return std::get<T>(*found);
}

}  // namespace mercer::test
