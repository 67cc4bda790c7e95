// Runs of the mesh-morphing Gaussian process on the plates of a test.
#pragma once

#include "support/file_model_run.hpp"
#include <mercer/solvers/mmgp/mmgp.hpp>

#include <string>

namespace mercer::test {

struct MmgpRun : FileModelRun {
  /// As many modes as plates need.
  static mmgp::Settings settings() {
    mmgp::Settings made;
    made.data.train = "train";
    made.data.split = "test";
    made.options.modes = 6;
    made.options.shape_modes = 2;
    return made;
  }
  Record predicted(const mmgp::Settings& settings, const Comm& ranks, const std::string& name) {
    return learned<mmgp::Mmgp>(settings, ranks, "plates.h5", name).predicted;
  }
};

inline double number(const Record& record, const std::string& path) { return value<double>(record, path); }

}  // namespace mercer::test
