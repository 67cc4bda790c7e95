#include <mercer/io/layout.hpp>

#include <array>

namespace mercer::hdf5 {

Shape chunk_shape(const Shape& shape, std::size_t element_bytes) {
  constexpr Index wanted_bytes = Index{1} << 18;
  const Index wanted = std::max<Index>(1, wanted_bytes / static_cast<Index>(element_bytes));
  Shape chunk = shape;
  for (int axis = 0; axis < shape.dimensions(); ++axis) {
    while (chunk[axis] > 1 && chunk.count() > wanted) chunk[axis] = (chunk[axis] + 1) / 2;
  }
  return chunk;
}

Properties creation(const Shape& shape, std::size_t element_bytes, int deflate) {
  Properties list = properties(H5P_DATASET_CREATE);
  check(H5Pset_obj_track_times(list.get(), false));
  if (shape.dimensions() == 0 || shape.count() == 0) {
    check(H5Pset_layout(list.get(), H5D_COMPACT));
    return list;
  }
  const Shape chunk = chunk_shape(shape, element_bytes);
  std::array<hsize_t, max_dimensions> sizes{};
  std::copy(chunk.span().begin(), chunk.span().end(), sizes.begin());
  check(H5Pset_chunk(list.get(), chunk.dimensions(), sizes.data()));
  if (deflate > 0) {
    check(H5Pset_shuffle(list.get()));
    check(H5Pset_deflate(list.get(), static_cast<unsigned>(deflate)));
  }
  check(H5Pset_fletcher32(list.get()));
  check(H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER));
  return list;
}

Properties group_creation() {
  Properties list = properties(H5P_GROUP_CREATE);
  check(H5Pset_obj_track_times(list.get(), false));
  return list;
}

Properties link_creation() {
  Properties list = properties(H5P_LINK_CREATE);
  check(H5Pset_char_encoding(list.get(), H5T_CSET_UTF8));
  return list;
}

}  // namespace mercer::hdf5
