#include <mercer/base/text.hpp>
#include <mercer/io/input_file.hpp>
#include <mercer/io/inspect.hpp>
#include <mercer/io/stored.hpp>

#include <algorithm>
#include <utility>

namespace mercer {
namespace {

constexpr hsize_t most_attribute_values = hsize_t{1} << 24;

/// An attribute, found on its object.
struct FoundAttribute {
  hdf5::LocalObject object;
  hdf5::LocalAttribute attribute;
  hdf5::Type type;
  hdf5::Space space;
  hsize_t count = 0;
};

FoundAttribute find_attribute(const hdf5::Source& source, const std::string& object, const std::string& name) {
  FoundAttribute found;
  found.object = hdf5::open_object(source, object);
  if (!hdf5::truth(H5Aexists(found.object.get(), name.c_str()))) {
    fail(Fault::data, "'{}' in {} has no attribute '{}'{}", object, source.path, name,
         suggestion(name, hdf5::attribute_names(found.object.get())));
  }
  found.attribute = hdf5::LocalAttribute(hdf5::valid(H5Aopen(found.object.get(), name.c_str(), H5P_DEFAULT)));
  found.type = hdf5::Type(hdf5::valid(H5Aget_type(found.attribute.get())));
  found.space = hdf5::Space(hdf5::valid(H5Aget_space(found.attribute.get())));
  found.count = hdf5::valid_size(H5Sget_simple_extent_npoints(found.space.get()));
  require(found.count <= most_attribute_values, Fault::data, "attribute '{}' of '{}' in {} claims {} values", name,
          object, source.path, found.count);
  return found;
}

std::vector<std::string> attribute_texts(const hdf5::Source& source, const std::string& object,
                                         const std::string& name) {
  const FoundAttribute found = find_attribute(source, object, name);
  require(H5Tget_class(found.type.get()) == H5T_STRING, Fault::data, "attribute '{}' of '{}' in {} is {}, not text",
          name, object, source.path, hdf5::type_text(found.type.get()));
  return hdf5::read_texts(found.type.get(), found.space.get(),
                          [&](hid_t type, hid_t, void* into) { return H5Aread(found.attribute.get(), type, into); });
}

bool attribute_is_text(const hdf5::Source& source, const std::string& object, const std::string& name) {
  return H5Tget_class(find_attribute(source, object, name).type.get()) == H5T_STRING;
}

std::vector<double> attribute_numbers(const hdf5::Source& source, const std::string& object, const std::string& name) {
  const FoundAttribute found = find_attribute(source, object, name);
  require(hdf5::is_number(found.type.get()) && H5Tget_size(found.type.get()) <= sizeof(double), Fault::data,
          "attribute '{}' of '{}' in {} is {}, not numbers", name, object, source.path,
          hdf5::type_text(found.type.get()));
  std::vector<double> numbers(found.count);
  if (!numbers.empty()) hdf5::check(H5Aread(found.attribute.get(), H5T_NATIVE_DOUBLE, numbers.data()));
  return numbers;
}

DatasetInfo description(const hdf5::Source& source, const std::string& name) {
  const hdf5::Dataset dataset = hdf5::open_dataset(source, name);
  return {name, dataset.shape, hdf5::type_text(dataset.type.get()), ""};
}

DatasetInfo description_or_refusal(const hdf5::Source& source, const std::string& name) {
  try {
    return description(source, name);
  } catch (const Error& error) {
    return {name, {}, "", error.what()};
  }
}

}  // namespace

struct InputFile::Impl {
  const Comm* comm;
  std::filesystem::path path;
  hdf5::Source source;

  /// What `look` finds on this rank, once all ranks have found something.
  template <class F>
  auto shared(F&& look) const {
    decltype(look()) found{};
    together(*comm, [&] { found = look(); });
    return found;
  }
  template <class F>
  auto attribute(const std::string& object, const std::string& name, F&& look) const {
    return shared([&] {
      return hdf5::explained(Fault::data,
                             fmt::format("cannot read attribute '{}' of '{}' in {}", name, object, source.path),
                             [&] { return look(source, object, name); });
    });
  }
  void read(const std::string& name, const Slab& slab, Number number, const hdf5::Space& memory, void* into) const {
    const std::string what = fmt::format("'{}' in {} cannot be read", name, source.path);
    hdf5::read_numbers(hdf5::open_dataset(source, name), slab, number, memory, into, what);
  }
};

InputFile::InputFile(const Comm& comm, const std::filesystem::path& path) : impl_(std::make_unique<Impl>()) {
  impl_->comm = &comm;
  impl_->path = path;
  together(comm, [&] {
    hdf5::prepare();
    impl_->source = hdf5::open_source(path.string(), inspect_hdf5(path));
  });
}

InputFile::~InputFile() = default;
InputFile::InputFile(InputFile&&) noexcept = default;

const Comm& InputFile::comm() const noexcept { return *impl_->comm; }

const std::filesystem::path& InputFile::path() const noexcept { return impl_->path; }

bool InputFile::has(const std::string& name) const {
  return impl_->shared([&] { return hdf5::exists(impl_->source, name); });
}

std::vector<DatasetInfo> InputFile::datasets() const {
  return impl_->shared([&] {
    std::vector<DatasetInfo> all;
    for (const std::string& name : hdf5::dataset_names(impl_->source)) {
      all.push_back(description_or_refusal(impl_->source, name));
    }
    return all;
  });
}

std::vector<std::string> InputFile::children(const std::string& group) const {
  return impl_->shared([&] { return hdf5::child_names(impl_->source, group); });
}

DatasetInfo InputFile::info(const std::string& name) const {
  return impl_->shared([&] { return description(impl_->source, name); });
}

std::vector<std::string> InputFile::attributes(const std::string& object) const {
  return impl_->shared([&] {
    return hdf5::explained(Fault::data,
                           fmt::format("cannot list the attributes of '{}' in {}", object, impl_->source.path),
                           [&] { return hdf5::attribute_names(hdf5::open_object(impl_->source, object).get()); });
  });
}

bool InputFile::has_attribute(const std::string& object, const std::string& name) const {
  return impl_->attribute(object, name, [](const auto& source, const auto& of, const auto& attribute) {
    return hdf5::truth(H5Aexists(hdf5::open_object(source, of).get(), attribute.c_str()));
  });
}

std::string InputFile::text_attribute(const std::string& object, const std::string& name) const {
  return impl_->attribute(object, name, [](const auto& source, const auto& of, const auto& attribute) {
    std::vector<std::string> texts = attribute_texts(source, of, attribute);
    require(texts.size() == 1, Fault::data, "attribute '{}' of '{}' in {} holds {} texts, not one", attribute, of,
            source.path, texts.size());
    return std::move(texts.front());
  });
}

std::vector<std::string> InputFile::texts_attribute(const std::string& object, const std::string& name) const {
  return impl_->attribute(object, name, attribute_texts);
}

bool InputFile::is_text_attribute(const std::string& object, const std::string& name) const {
  return impl_->attribute(object, name, attribute_is_text);
}

std::vector<double> InputFile::number_attribute(const std::string& object, const std::string& name) const {
  return impl_->attribute(object, name, attribute_numbers);
}

template <class T>
void InputFile::read(const std::string& name, const Slab& slab, View<T> into) const {
  together(*impl_->comm, [&] {
    require(slab.elements() == into.count(), Fault::internal,
            "a slab of {} elements of '{}' is read into a view of shape {}", slab.elements(), name, text(into.shape()));
    const std::string what = fmt::format("'{}' in {} cannot be read", name, impl_->source.path);
    if (const auto memory =
            hdf5::explained(Fault::internal, what, [&] { return hdf5::memory_space(into.shape(), into.strides()); })) {
      return impl_->read(name, slab, number_of<T>, *memory, into.data());
    }
    Tensor<T> dense({into.count()}, Rows::dense);
    impl_->read(name, slab, number_of<T>, hdf5::space(dense.shape()), dense.data());
    const T* next = dense.data();
    for (Index row = 0; row < into.rows(); ++row) {
      const std::span<T> target = into.row(row);
      std::copy_n(next, target.size(), target.begin());
      next += target.size();
    }
  });
}

template void InputFile::read(const std::string&, const Slab&, View<float>) const;
template void InputFile::read(const std::string&, const Slab&, View<double>) const;
template void InputFile::read(const std::string&, const Slab&, View<std::int8_t>) const;
template void InputFile::read(const std::string&, const Slab&, View<std::uint8_t>) const;
template void InputFile::read(const std::string&, const Slab&, View<std::int32_t>) const;
template void InputFile::read(const std::string&, const Slab&, View<std::int64_t>) const;

std::vector<std::string> InputFile::read_text(const std::string& name) const {
  return impl_->shared([&] {
    const std::string what = fmt::format("'{}' in {} cannot be read", name, impl_->source.path);
    const hdf5::Dataset dataset = hdf5::open_dataset(impl_->source, name);
    require(H5Tget_class(dataset.type.get()) == H5T_STRING, Fault::data, "{}: it holds {}, not text", what,
            hdf5::type_text(dataset.type.get()));
    return hdf5::explained(Fault::data, what, [&] {
      const hdf5::Space space(hdf5::valid(H5Dget_space(dataset.object.get())));
      return hdf5::read_texts(dataset.type.get(), space.get(), [&](hid_t type, hid_t transfer, void* into) {
        return H5Dread(dataset.object.get(), type, H5S_ALL, H5S_ALL, transfer, into);
      });
    });
  });
}

}  // namespace mercer
