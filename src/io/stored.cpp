#include <mercer/base/text.hpp>
#include <mercer/io/stored.hpp>

#include <algorithm>
#include <array>

namespace mercer::hdf5 {
namespace {

constexpr std::size_t longest_soft_path = 16;     // links
constexpr Index always_allowed = Index{1} << 30;  // bytes of a dataset or chunk, whatever the size of the file
constexpr Index best_compression = 1032;          // of deflate; a dataset that claims more holds nothing real

herr_t refuse_external(const char*, const char*, const char* file, const char*, unsigned*, hid_t, void* told) noexcept {
  try {
    *static_cast<std::string*>(told) = file;
  } catch (...) {
    return -1;
  }
  return -1;
}

/// How links are followed: not into other files, not in circles.
struct Links {
  Links() : list(properties(H5P_LINK_ACCESS)) {
    check(H5Pset_nlinks(list.get(), longest_soft_path));
    check(H5Pset_elink_cb(list.get(), &refuse_external, &other_file));
  }
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;
  void require_inside(const std::string& name, const Source& source) const {
    require(other_file.empty(), Fault::data,
            "'{}' in {} lies behind a link to the file '{}', and links to other files are not followed; gather the "
            "data in one file "
            "(h5copy)",
            name, source.path, other_file);
  }
  std::string other_file;
  Properties list;
};

bool link_exists(const Source& source, const std::string& name, const Links& links) {
  std::string path;
  for (const std::string& part : split(name, '/')) {
    if (part.empty() || part == ".") continue;
    path += "/" + part;
    const htri_t found = H5Lexists(source.file.get(), path.c_str(), links.list.get());
    links.require_inside(name, source);
    if (!truth(found)) return false;
  }
  return true;
}

herr_t keep_datasets(hid_t root, const char* name, const H5L_info_t* link, void* names) noexcept {
  if (link->type != H5L_TYPE_HARD) return 0;
  const LocalObject object(H5Oopen(root, name, H5P_DEFAULT));
  // An object too broken to be opened is listed, and told about when it is read.
  if (object && H5Iget_type(object.get()) != H5I_DATASET) return 0;
  try {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  } catch (...) {
    return -1;
  }
  return 0;
}

herr_t keep_child(hid_t, const char* name, const H5L_info_t*, void* names) noexcept {
  try {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  } catch (...) {
    return -1;
  }
  return 0;
}

std::string filter_text(H5Z_filter_t filter, const char* name) {
  if (filter == 32000) return "32000 (LZF, which h5py has: save it there with compression='gzip')";
  return name[0] == '\0' ? fmt::format("{}", filter) : fmt::format("{} ({})", filter, name);
}

void refuse_filters(hid_t creation) {
  constexpr std::array known{H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32,
                             H5Z_FILTER_SZIP,    H5Z_FILTER_NBIT,    H5Z_FILTER_SCALEOFFSET};
  const int count = H5Pget_nfilters(creation);
  check(count);
  for (int number = 0; number < count; ++number) {
    unsigned flags = 0;
    std::size_t values = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(number), &flags, &values, nullptr,
                                               name.size(), name.data(), nullptr);
    check(filter);
    name.back() = '\0';
    const bool usable = std::ranges::find(known, filter) != known.end() && truth(H5Zfilter_avail(filter));
    require(usable, Fault::data,
            "it is packed by the filter {}, which is not among those read here; repack it with 'h5repack -f GZIP=4' "
            "where that "
            "filter is installed",
            filter_text(filter, name.data()));
  }
}

void refuse_type(hid_t type) {
  require(!truth(H5Tcommitted(type)), Fault::data,
          "its type is a named type of the file; copy it without ('h5py' or h5repack)");
  const bool text = H5Tget_class(type) == H5T_STRING;
  require(text || (is_number(type) && H5Tget_size(type) <= sizeof(double)), Fault::data,
          "its type is {}, and only numbers of up to 8 bytes, booleans and texts are read", type_text(type));
}

Shape checked_shape(hid_t space) {
  const H5S_class_t kind = H5Sget_simple_extent_type(space);
  require(kind == H5S_SIMPLE || kind == H5S_SCALAR, Fault::data, "it is a dataset without values");
  const int dimensions = H5Sget_simple_extent_ndims(space);
  check(dimensions);
  require(dimensions <= max_dimensions, Fault::data, "it has {} dimensions, and at most {} are read", dimensions,
          max_dimensions);
  std::array<hsize_t, max_dimensions> sizes{};
  check(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
  std::array<Index, max_dimensions> result{};
  for (std::size_t axis = 0; axis < result.size(); ++axis) {
    require(std::in_range<Index>(sizes[axis]), Fault::data, "it claims an axis of {} elements", sizes[axis]);
    result[axis] = static_cast<Index>(sizes[axis]);
  }
  return Shape(std::span<const Index>(result.data(), static_cast<std::size_t>(dimensions)));
}

/// The product, or the largest Index where that is too small for it.
Index saturated_product(std::span<const Index> factors) {
  Index product = 1;
  if (std::ranges::find(factors, 0) != factors.end()) return 0;
  for (const Index factor : factors) {
    if (__builtin_mul_overflow(product, factor, &product)) return std::numeric_limits<Index>::max();
  }
  return product;
}

void refuse_size(const Dataset& dataset, hid_t creation, H5D_layout_t layout, Index file_bytes) {
  std::vector<Index> factors(dataset.shape.span().begin(), dataset.shape.span().end());
  factors.push_back(static_cast<Index>(H5Tget_size(dataset.type.get())));
  Index claimed = saturated_product(factors);
  if (layout == H5D_CHUNKED) {
    std::array<hsize_t, max_dimensions> chunk{};
    check(H5Pget_chunk(creation, max_dimensions, chunk.data()));
    for (std::size_t axis = 0; axis + 1 < factors.size(); ++axis) factors[axis] = static_cast<Index>(chunk[axis]);
    claimed = std::max(claimed, saturated_product(factors));
  }
  const Index allowed = std::max(always_allowed, saturated_product({{best_compression, file_bytes}}));
  require(claimed <= allowed, Fault::data,
          "it claims {} of shape {}, and a file of {} is allowed {} a dataset (the larger of {} and {} times the file)",
          bytes_text(static_cast<double>(claimed)), text(dataset.shape), bytes_text(static_cast<double>(file_bytes)),
          bytes_text(static_cast<double>(allowed)), bytes_text(static_cast<double>(always_allowed)), best_compression);
}

Dataset checked_dataset(LocalObject object, Index file_bytes) {
  require(H5Iget_type(object.get()) == H5I_DATASET, Fault::data, "it is no dataset");
  const Properties creation(valid(H5Dget_create_plist(object.get())));
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  require(layout != H5D_VIRTUAL, Fault::data,
          "it is a virtual dataset, made of other files, which are not read; copy it with h5repack");
  const int parts = H5Pget_external_count(creation.get());
  check(parts);
  require(parts == 0, Fault::data,
          "its values lie in other files (external storage), which are not read; copy it with h5repack");
  refuse_filters(creation.get());
  Dataset dataset{std::move(object), {}, {}};
  dataset.type = Type(valid(H5Dget_type(dataset.object.get())));
  refuse_type(dataset.type.get());
  dataset.shape = checked_shape(Space(valid(H5Dget_space(dataset.object.get()))).get());
  refuse_size(dataset, creation.get(), layout, file_bytes);
  return dataset;
}

}  // namespace

Source open_source(const std::string& path, Index bytes) {
  return explained(Fault::data, fmt::format("cannot open {}", path), [&] {
    const Properties access = properties(H5P_FILE_ACCESS);
    check(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG));
    return Source{LocalFile(valid(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()))), path, bytes};
  });
}

bool exists(const Source& source, const std::string& name) {
  return explained(Fault::data, fmt::format("looking for '{}' in {}", name, source.path), [&] {
    const Links links;
    if (!link_exists(source, name, links)) return false;
    const htri_t found = H5Oexists_by_name(source.file.get(), name.empty() ? "/" : name.c_str(), links.list.get());
    links.require_inside(name, source);
    return truth(found);
  });
}

LocalObject open_object(const Source& source, const std::string& name) {
  return explained(Fault::data, fmt::format("cannot open '{}' in {}", name, source.path), [&] {
    const Links links;
    if (!link_exists(source, name, links)) {
      fail(Fault::data, "there is no '{}' in {}{}", name, source.path, suggestion(name, dataset_names(source)));
    }
    const hid_t object = H5Oopen(source.file.get(), name.empty() ? "/" : name.c_str(), links.list.get());
    links.require_inside(name, source);
    return LocalObject(valid(object));
  });
}

std::vector<std::string> dataset_names(const Source& source) {
  return explained(Fault::data, fmt::format("listing {}", source.path), [&] {
    std::vector<std::string> names;
    check(H5Lvisit(source.file.get(), H5_INDEX_NAME, H5_ITER_INC, &keep_datasets, &names));
    std::ranges::sort(names);
    return names;
  });
}

std::vector<std::string> child_names(const Source& source, const std::string& name) {
  const LocalObject object = open_object(source, name);
  require(H5Iget_type(object.get()) == H5I_GROUP, Fault::data, "'{}' in {} is no group", name, source.path);
  return explained(Fault::data, fmt::format("listing '{}' in {}", name, source.path), [&] {
    std::vector<std::string> names;
    check(H5Literate(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, &keep_child, &names));
    return names;
  });
}

Dataset open_dataset(const Source& source, const std::string& name) {
  const std::string what = fmt::format("'{}' in {} cannot be read", name, source.path);
  LocalObject object = open_object(source, name);
  try {
    return explained(Fault::data, what, [&] { return checked_dataset(std::move(object), source.bytes); });
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(what)) throw;
    throw Error(error.fault(), what + ": " + error.what(), error.where());
  }
}

}  // namespace mercer::hdf5
