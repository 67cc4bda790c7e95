// What scikit-learn computed for the same data: see tests/data/gp/README.md.
#pragma once

#include "support/process.hpp"
#include <mercer/gp/ard_covariance.hpp>
#include <mercer/io/input_file.hpp>

#include <string>
#include <utility>
#include <vector>

namespace mercer::test {

/// @collective An array of one or two dimensions; one column where there is one.
inline Matrix scikit_learn(const Comm& comm, const std::string& name) {
  const InputFile file(comm, setting("MERCER_SOURCE") + "/tests/data/gp/scikit_learn.h5");
  const Shape shape = file.info(name).shape;
  const Index rows = shape[0], columns = shape.dimensions() == 1 ? 1 : shape[1];
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> values(rows, columns);
  file.read(name, Slab::whole(shape), View<double>(values.data(), Shape{rows, columns}));
  return values;
}

inline const std::vector<std::pair<Radial, std::string>> families{{Radial::squared_exponential, "squared_exponential"},
                                                                  {Radial::matern_half, "matern_half"},
                                                                  {Radial::matern_three_halves, "matern_three_halves"},
                                                                  {Radial::matern_five_halves, "matern_five_halves"}};

}  // namespace mercer::test
