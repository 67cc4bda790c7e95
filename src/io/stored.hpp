// Objects of foreign HDF5 files, opened by one rank with suspicion: nothing is allocated or followed before it is found
// harmless.
#pragma once

#include <mercer/io/hdf5.hpp>

#include <functional>
#include <string>
#include <vector>

namespace mercer::hdf5 {

/// A file open for reading.
struct Source {
  LocalFile file;
  std::string path;
  Index bytes = 0;
};

/// Opens `path`, whose size is `bytes`.
Source open_source(const std::string& path, Index bytes);

/// Whether the name leads to an object. Throws Fault::data where it leads into another file.
bool exists(const Source& source, const std::string& name);
LocalObject open_object(const Source& source, const std::string& name);

/// The names of all datasets, in alphabetical order. Soft links are not listed.
std::vector<std::string> dataset_names(const Source& source);

/// The names in a group, in alphabetical order. Throws Fault::data where `name` is no group.
std::vector<std::string> child_names(const Source& source, const std::string& name);

/// A dataset that was found harmless.
struct Dataset {
  LocalObject object;
  Type type;
  Shape shape;
};
Dataset open_dataset(const Source& source, const std::string& name);

/// "float64", "int32", "bool", "text", "compound", ...
std::string type_text(hid_t type);
bool is_number(hid_t type);

/// Reads a slab of numbers. Throws Fault::data, named by `what`, where a value does not fit `number`.
void read_numbers(const Dataset& dataset, const Slab& slab, Number number, const Space& memory, void* into,
                  const std::string& what);

/// Texts of a dataset or an attribute. `read(type, properties, into)` calls H5Dread or H5Aread.
using ReadCall = std::function<herr_t(hid_t type, hid_t properties, void* into)>;
std::vector<std::string> read_texts(hid_t type, hid_t space, const ReadCall& read);

}  // namespace mercer::hdf5
