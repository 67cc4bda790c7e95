#include <mercer/io/hdf5.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <mpi.h>

namespace mercer::hdf5 {
namespace {

herr_t keep_innermost(unsigned, const H5E_error2_t* error, void* text) noexcept {
  try {
    if (error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  } catch (...) {
    return -1;
  }
  return 0;
}

/// Takes the innermost cause off HDF5's error stack.
[[noreturn]] void throw_cause() {
  std::string cause;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, &keep_innermost, &cause);
  H5Eclear2(H5E_DEFAULT);
  if (cause.empty()) cause = "HDF5 gives no reason";
  for (char& letter : cause) {
    if (letter == '\n') letter = ' ';
  }
  throw Failure(cause);
}

int abort_run(MPI_Comm, int, void*, void*) noexcept {
  std::fflush(nullptr);
  return MPI_Abort(MPI_COMM_WORLD, exit_code(Fault::io));
}

herr_t keep_name(hid_t, const char* name, const H5A_info_t*, void* names) noexcept {
  try {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  } catch (...) {
    return -1;
  }
  return 0;
}

std::array<hsize_t, max_dimensions> sizes(const Shape& shape) {
  std::array<hsize_t, max_dimensions> result{};
  std::copy(shape.span().begin(), shape.span().end(), result.begin());
  return result;
}

}  // namespace

hid_t valid(hid_t id) {
  if (id < 0) throw_cause();
  return id;
}

hsize_t valid_size(hssize_t size) {
  if (size < 0) throw_cause();
  return static_cast<hsize_t>(size);
}

bool truth(htri_t answer) {
  if (answer < 0) throw_cause();
  return answer > 0;
}

void check(herr_t status) {
  if (status < 0) throw_cause();
}

void prepare() {
  explained(Fault::internal, "starting HDF5", [] {
    check(H5open());
    check(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr));
    check(H5PLset_loading_state(0));
  });
}

Properties properties(hid_t kind) { return Properties(valid(H5Pcreate(kind))); }

hid_t memory_type(Number number) {
  switch (number) {
    case Number::float32:
      return H5T_NATIVE_FLOAT;
    case Number::float64:
      return H5T_NATIVE_DOUBLE;
    case Number::int8:
      return H5T_NATIVE_INT8;
    case Number::uint8:
      return H5T_NATIVE_UINT8;
    case Number::int32:
      return H5T_NATIVE_INT32;
    case Number::int64:
      return H5T_NATIVE_INT64;
  }
  fail(Fault::internal, "HDF5 knows no number of kind {}", static_cast<int>(number));
}

hid_t file_type(Number number) {
  switch (number) {
    case Number::float32:
      return H5T_IEEE_F32LE;
    case Number::float64:
      return H5T_IEEE_F64LE;
    case Number::int8:
      return H5T_STD_I8LE;
    case Number::uint8:
      return H5T_STD_U8LE;
    case Number::int32:
      return H5T_STD_I32LE;
    case Number::int64:
      return H5T_STD_I64LE;
  }
  fail(Fault::internal, "HDF5 knows no number of kind {}", static_cast<int>(number));
}

Type text_type(std::size_t size, H5T_cset_t encoding) {
  Type type(valid(H5Tcopy(H5T_C_S1)));
  check(H5Tset_size(type.get(), std::max<std::size_t>(size, 1)));
  check(H5Tset_strpad(type.get(), H5T_STR_NULLPAD));
  check(H5Tset_cset(type.get(), encoding));
  return type;
}

Space space(const Shape& shape) {
  if (shape.dimensions() == 0) return Space(valid(H5Screate(H5S_SCALAR)));
  return Space(valid(H5Screate_simple(shape.dimensions(), sizes(shape).data(), nullptr)));
}

Space selection(const Shape& shape, const Slab& slab) {
  slab.check(shape);
  Space result = space(shape);
  if (slab.elements() == 0) {
    check(H5Sselect_none(result.get()));
  } else if (shape.dimensions() > 0) {
    check(H5Sselect_hyperslab(result.get(), H5S_SELECT_SET, sizes(slab.start).data(), sizes(slab.stride).data(),
                              sizes(slab.count).data(), sizes(slab.block).data()));
  }
  return result;
}

std::optional<Space> memory_space(const Shape& shape, const Shape& strides) {
  // The axes that matter; extents of the dense array around the view follow from the ratios of their strides.
  std::vector<Index> counts, steps;
  for (int axis = 0; axis < shape.dimensions(); ++axis) {
    if (shape[axis] == 1) continue;
    counts.push_back(shape[axis]);
    steps.push_back(strides[axis]);
  }
  if (shape.count() == 0) return selection({1}, Slab::none({1}));
  if (counts.empty()) return space({1});
  if (steps.back() != 1) {
    counts.push_back(1);
    steps.push_back(1);
  }
  std::vector<Index> extents(counts);
  for (std::size_t axis = 1; axis < counts.size(); ++axis) {
    if (steps[axis] < 1 || steps[axis - 1] % steps[axis] != 0) return std::nullopt;
    extents[axis] = steps[axis - 1] / steps[axis];
    if (extents[axis] < counts[axis]) return std::nullopt;
  }
  if (extents.size() > max_dimensions) return std::nullopt;
  const Shape selected{std::span<const Index>(counts)};
  return selection(Shape(std::span<const Index>(extents)), Slab::box(Slab::whole(selected).start, selected));
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, &keep_name, &names));
  return names;
}

void end_with_io_fault() noexcept {
  int key = MPI_KEYVAL_INVALID;
  if (MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &abort_run, &key, nullptr) != MPI_SUCCESS) return;
  MPI_Comm_set_attr(MPI_COMM_SELF, key, nullptr);
}

}  // namespace mercer::hdf5
