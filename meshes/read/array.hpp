// Whole arrays of an HDF5 file, read by this rank alone.
#pragma once

#include <mercer/io/input_file.hpp>

#include <string>
#include <vector>

namespace mercer {

/// A dataset of any shape as one row of values. Throws as InputFile does.
template <class T>
std::vector<T> read_array(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  std::vector<T> values(static_cast<std::size_t>(shape.count()));
  file.read<T>(name, Slab::whole(shape), View<T>(values.data(), shape));
  return values;
}

/// A dataset [row, column] or [row], which then has one column. Throws Fault::data for other shapes.
template <class T>
Tensor<T> read_table(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  require(shape.dimensions() == 1 || shape.dimensions() == 2, Fault::data,
          "'{}' in {} has the shape {}; expected [row, column]", name, file.path().string(), text(shape));
  Tensor<T> table({shape[0], shape.dimensions() == 1 ? 1 : shape[1]}, Rows::dense);
  file.read<T>(name, Slab::whole(shape), View<T>(table.data(), shape));
  return table;
}

}  // namespace mercer
