// What a file is before HDF5 sees it.
#pragma once

#include <mercer/base/index.hpp>

#include <filesystem>

namespace mercer {

/// The size in bytes of the regular, readable file `path` that carries the mark of HDF5. Local. Throws Fault::no_input
/// where there is no such file, Fault::data where it is empty or of another format, and says which.
Index inspect_hdf5(const std::filesystem::path& path);

}  // namespace mercer
