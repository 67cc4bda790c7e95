#include <mercer/io/layout.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/io/rows.hpp>
#include <mercer/io/writer.hpp>

#include <algorithm>
#include <cstring>

namespace mercer {
namespace {

/// The elements of a view one after another.
template <class T>
std::vector<T> packed(View<const T> view) {
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(view.count()));
  for (Index row = 0; row < view.rows(); ++row) values.insert(values.end(), view.row(row).begin(), view.row(row).end());
  return values;
}

/// Texts of one length, in the narrowest encoding that holds them.
struct PackedTexts {
  explicit PackedTexts(const std::vector<std::string>& texts) {
    std::size_t size = 1;
    bool ascii = true;
    for (const std::string& text : texts) {
      size = std::max(size, text.size());
      ascii = ascii && std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    }
    bytes.assign(texts.size() * size, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(bytes.data() + i * size, size);
    type = hdf5::text_type(size, ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
  }
  std::string bytes;
  hdf5::Type type;
};

/// Elements of `type` one after another.
hdf5::Values dense_values(hid_t file_type, hid_t memory_type, Index count, const void* data) {
  return {file_type, memory_type, hdf5::space({count}), data};
}

hdf5::Values no_values(hid_t file_type, hid_t memory_type) {
  return {file_type, memory_type, hdf5::selection({1}, Slab::none({1})), nullptr};
}

/// What a rank contributes to a dataset that every rank holds: a scalar lies in the header, which all write alike; else
/// rank 0 writes.
bool contributes(const Comm& comm, const Shape& shape) { return comm.is_root() || shape.dimensions() == 0; }

}  // namespace

struct OutputFile::Impl {
  hdf5::Writer writer;

  void write_whole(const std::string& name, const Shape& shape, hid_t file_type, hid_t memory_type, const void* data) {
    if (contributes(writer.comm(), shape)) {
      writer.dataset(name, shape, Slab::whole(shape), dense_values(file_type, memory_type, shape.count(), data));
    } else {
      writer.dataset(name, shape, Slab::none(shape), no_values(file_type, memory_type));
    }
  }
  /// Compressed chunks get their places in the order of the ranks, so these hold whole chunks in the order of the
  /// array.
  void write_rows(const std::string& name, const Shape& shape, const Slab& slab, Number number, const void* packed) {
    const std::size_t size = bytes(number);
    Index thickness = 1;
    const Shape chunk = hdf5::chunk_shape(shape, size);
    for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
      if (shape[axis] > 1) thickness = chunk[axis];
    }
    const WholeRows rows =
        whole_rows(writer.comm(), shape, thickness, slab, static_cast<const std::byte*>(packed), size);
    const hid_t type = hdf5::memory_type(number);
    writer.dataset(name, shape, rows.slab,
                   dense_values(hdf5::file_type(number), type, rows.slab.elements(), rows.values.data()));
  }
};

OutputFile::OutputFile(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate)
    : impl_(new Impl{{comm, path, existing, deflate}}) {}
OutputFile::~OutputFile() = default;
OutputFile::OutputFile(OutputFile&&) noexcept = default;

void OutputFile::check(const Comm& comm, const std::filesystem::path& path, Existing existing) {
  check_creatable(comm, path, existing);
}

const Comm& OutputFile::comm() const noexcept { return impl_->writer.comm(); }

void OutputFile::group(const std::string& name) { impl_->writer.group(name); }

template <class T>
void OutputFile::write(const std::string& name, const Shape& shape, const Slab& slab, View<const T> from) {
  const bool compressed = impl_->writer.deflate() > 0 && comm().size() > 1 && shape.count() > 0;
  constexpr Number number = number_of<T>;
  std::optional<hdf5::Space> memory;
  std::vector<T> dense;
  together(comm(), [&] {
    slab.check(shape);
    require(shape.dimensions() > 0, Fault::internal, "the scalar '{}' has no parts; write it from every rank", name);
    require(slab.elements() == from.count(), Fault::internal,
            "a slab of {} elements of '{}' is written from a view of shape {}", slab.elements(), name,
            text(from.shape()));
    if (!compressed) memory = hdf5::memory_space(from.shape(), from.strides());
    if (!memory && !from.is_dense()) dense = packed(from);
  });
  const T* values = dense.empty() ? from.data() : dense.data();
  if (compressed) return impl_->write_rows(name, shape, slab, number, values);
  if (!memory) memory = hdf5::space({from.count()});
  impl_->writer.dataset(name, shape, slab,
                        {hdf5::file_type(number), hdf5::memory_type(number), std::move(*memory), values});
}

template <class T>
void OutputFile::write(const std::string& name, const Shape& shape, std::span<const T> values) {
  together(comm(), [&] {
    require(static_cast<Index>(values.size()) == shape.count(), Fault::internal,
            "'{}' has shape {} and comes with {} values", name, text(shape), values.size());
  });
  impl_->write_whole(name, shape, hdf5::file_type(number_of<T>), hdf5::memory_type(number_of<T>), values.data());
}

void OutputFile::write_text(const std::string& name, const std::vector<std::string>& lines) {
  const PackedTexts texts(lines);
  impl_->write_whole(name, {static_cast<Index>(lines.size())}, texts.type.get(), texts.type.get(), texts.bytes.data());
}

void OutputFile::attribute(const std::string& object, const std::string& name, const std::string& text) {
  const PackedTexts texts({text});
  impl_->writer.attribute(object, name, {}, dense_values(texts.type.get(), texts.type.get(), 1, texts.bytes.data()));
}

void OutputFile::attribute(const std::string& object, const std::string& name, const std::vector<std::string>& list) {
  const PackedTexts texts(list);
  const auto count = static_cast<Index>(list.size());
  impl_->writer.attribute(object, name, {count},
                          dense_values(texts.type.get(), texts.type.get(), count, texts.bytes.data()));
}

template <class T>
void OutputFile::attribute(const std::string& object, const std::string& name, std::span<const T> numbers) {
  const auto count = static_cast<Index>(numbers.size());
  impl_->writer.attribute(
      object, name, {count},
      dense_values(hdf5::file_type(number_of<T>), hdf5::memory_type(number_of<T>), count, numbers.data()));
}

void OutputFile::link(const std::string& target, const std::string& name) { impl_->writer.link(target, name); }

void OutputFile::commit() { impl_->writer.commit(); }

#define MERCER_INSTANTIATE(T)                                                                    \
  template void OutputFile::write(const std::string&, const Shape&, const Slab&, View<const T>); \
  template void OutputFile::write(const std::string&, const Shape&, std::span<const T>);         \
  template void OutputFile::attribute(const std::string&, const std::string&, std::span<const T>)
MERCER_INSTANTIATE(float);
MERCER_INSTANTIATE(double);
MERCER_INSTANTIATE(std::int8_t);
MERCER_INSTANTIATE(std::uint8_t);
MERCER_INSTANTIATE(std::int32_t);
MERCER_INSTANTIATE(std::int64_t);
#undef MERCER_INSTANTIATE

}  // namespace mercer
