// The one door to HDF5: its headers, its handles, its error stack as one sentence, its types and selections. For
// sources of io only.
#pragma once

#include <mercer/base/handle.hpp>
#include <mercer/io/slab.hpp>

#include <hdf5.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace mercer::hdf5 {

/// An HDF5 call failed; the text is the innermost cause on HDF5's error stack. Always caught by `explained`.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Gives back what an HDF5 call returned; throws Failure where that is negative.
hid_t valid(hid_t id);
hsize_t valid_size(hssize_t size);
bool truth(htri_t answer);
void check(herr_t status);

/// Runs `body`; a Failure inside becomes an Error of `fault` that says "`doing`: cause".
template <class F>
auto explained(Fault fault, const std::string& doing, F&& body) {
  try {
    return body();
  } catch (const Failure& failure) {
    fail(fault, "{}: {}", doing, failure.what());
  }
}

template <herr_t (*close_id)(hid_t), bool communicates>
struct Traits {
  using type = hid_t;
  static constexpr bool collective = communicates;
  static type empty() noexcept { return H5I_INVALID_HID; }
  static void close(type& id) noexcept {
    if (close_id(id) < 0) H5Eclear2(H5E_DEFAULT);
  }
};
using LocalFile = Handle<Traits<H5Fclose, false>>;  ///< opened by this rank alone, to read
using LocalObject = Handle<Traits<H5Oclose, false>>;
using LocalAttribute = Handle<Traits<H5Aclose, false>>;
using SharedFile = Handle<Traits<H5Fclose, true>>;  ///< opened by all ranks through MPI, to write
using SharedObject = Handle<Traits<H5Oclose, true>>;
using SharedAttribute = Handle<Traits<H5Aclose, true>>;
using Space = Handle<Traits<H5Sclose, false>>;
using Type = Handle<Traits<H5Tclose, false>>;
using Properties = Handle<Traits<H5Pclose, false>>;

/// Starts HDF5 so that it neither prints nor loads filter plugins. Cheap; called before every opening of a file.
void prepare();

/// A new property list of class `kind`.
Properties properties(hid_t kind);

/// The type of a Number in this machine's memory, and in our files (little-endian everywhere). Not to be closed.
hid_t memory_type(Number number);
hid_t file_type(Number number);

/// A type of `size` bytes for texts of fixed length, padded with zeros.
Type text_type(std::size_t size, H5T_cset_t encoding);

/// A space of `shape`; a scalar where that has no dimensions.
Space space(const Shape& shape);

/// A space of `shape` in which the elements of `slab` are selected.
Space selection(const Shape& shape, const Slab& slab);

/// The elements of a view as a selection in memory, or nothing where the strides are not those of a part of a dense
/// array.
std::optional<Space> memory_space(const Shape& shape, const Shape& strides);

/// The names of the attributes of an object, in alphabetical order.
std::vector<std::string> attribute_names(hid_t object);

/// Sees to it that MPI_Finalize ends this process with the exit code of Fault::io. For after a failed write: HDF5 1.10
/// then crashes in its own clean-up, which runs when MPI deletes the attributes of MPI_COMM_SELF, last set first.
void end_with_io_fault() noexcept;

}  // namespace mercer::hdf5
