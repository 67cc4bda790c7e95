// How datasets of our own are stored: the shape of their chunks and their filters, from the global shape alone.
#pragma once

#include <mercer/io/hdf5.hpp>

namespace mercer::hdf5 {

/// Chunks of about a quarter of a megabyte that are contiguous in the array: the slowest axes are cut first.
Shape chunk_shape(const Shape& shape, std::size_t element_bytes);

/// The creation properties of a dataset. Scalars and empty arrays lie in the header, which carries its own checksum.
Properties creation(const Shape& shape, std::size_t element_bytes, int deflate);

/// The creation properties of groups, and of the links by which objects are named.
Properties group_creation();
Properties link_creation();

}  // namespace mercer::hdf5
