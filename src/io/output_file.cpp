#include <mercer/io/chunk_rounds.hpp>
#include <mercer/io/layout.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/io/writer.hpp>

#include <algorithm>

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

hdf5::ElementType element_type(Number number) { return {hdf5::file_type(number), hdf5::memory_type(number)}; }

}  // namespace

struct OutputFile::Impl {
  hdf5::Writer writer;

  /// Every rank holds all values. A scalar lies in the header, which all write alike; else rank 0 writes.
  void write_whole(const std::string& name, const Shape& shape, const hdf5::ElementType& type, const void* data) {
    const bool writes = writer.comm().is_root() || shape.dimensions() == 0;
    writer.dataset(name, shape, type, 1, [&](Index) {
      return hdf5::Piece{writes ? Slab::whole(shape) : Slab::none(shape), hdf5::space({writes ? shape.count() : 0}),
                         data};
    });
  }
  /// `packed` holds the elements of `slab` one after another.
  void write_chunk_by_chunk(const std::string& name, const Shape& shape, const Slab& slab, Number number,
                            const void* packed) {
    const std::size_t size = bytes(number);
    const ChunkRounds rounds(writer.comm(), shape, hdf5::chunk_shape(shape, size), slab);
    std::vector<std::byte> values;
    writer.dataset(name, shape, element_type(number), rounds.count(), [&](Index round) {
      const Slab chunk = rounds.deal(round, static_cast<const std::byte*>(packed), size, values);
      return hdf5::Piece{chunk, hdf5::space({chunk.elements()}), values.data()};
    });
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
  constexpr Number number = number_of<T>;
  const bool compressed = impl_->writer.deflate() > 0 && shape.count() > 0;
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
    if (!memory) memory = hdf5::space({from.count()});
  });
  const Index written = sum(comm(), slab.elements());
  together(comm(), [&] {
    require(written == shape.count(), Fault::internal, "the ranks together write {} elements of '{}', which has {}",
            written, name, shape.count());
  });
  const T* values = dense.empty() ? from.data() : dense.data();
  if (compressed) return impl_->write_chunk_by_chunk(name, shape, slab, number, values);
  impl_->writer.dataset(name, shape, element_type(number), 1, [&](Index) {
    return hdf5::Piece{slab, std::move(*memory), values};
  });
}

template <class T>
void OutputFile::write(const std::string& name, const Shape& shape, std::span<const T> values) {
  together(comm(), [&] {
    require(static_cast<Index>(values.size()) == shape.count(), Fault::internal,
            "'{}' has shape {} and comes with {} values", name, text(shape), values.size());
  });
  impl_->write_whole(name, shape, element_type(number_of<T>), values.data());
}

template <class T>
void OutputFile::write_rows(const std::string& name, const Shape& shape,
                            const std::function<void(Index, std::span<T>)>& fill) {
  together(comm(), [&] { require(shape.dimensions() > 0, Fault::internal, "the scalar '{}' has no rows", name); });
  // Whole chunks in the order of the array, so that their places in the file do not depend on the number of ranks.
  const Index layer = hdf5::chunk_shape(shape, sizeof(T))[0], ranks = comm().size();
  const Index row = shape[0] == 0 ? 0 : shape.count() / shape[0];
  const Index rounds = ((shape[0] + layer - 1) / std::max<Index>(1, layer) + ranks - 1) / ranks;
  std::vector<T> values;
  impl_->writer.dataset(name, shape, element_type(number_of<T>), rounds, [&](Index round) {
    const Index first = std::min(shape[0], (round * ranks + comm().rank()) * layer);
    Shape start = shape, count = shape;
    for (int axis = 0; axis < shape.dimensions(); ++axis) start[axis] = 0;
    start[0] = first;
    count[0] = std::min(layer, shape[0] - first);
    together(comm(), [&] {
      values.resize(static_cast<std::size_t>(count[0] * row));
      if (!values.empty()) fill(first, values);
    });
    return hdf5::Piece{values.empty() ? Slab::none(shape) : Slab::box(start, count), hdf5::space({count[0] * row}),
                       values.data()};
  });
}

void OutputFile::write_text(const std::string& name, const std::vector<std::string>& lines) {
  const PackedTexts texts(lines);
  impl_->write_whole(name, {static_cast<Index>(lines.size())}, {texts.type.get(), texts.type.get()},
                     texts.bytes.data());
}

void OutputFile::attribute(const std::string& object, const std::string& name, const std::string& text) {
  const PackedTexts texts({text});
  impl_->writer.attribute(object, name, {}, {texts.type.get(), texts.type.get()}, texts.bytes.data());
}

void OutputFile::attribute(const std::string& object, const std::string& name, const std::vector<std::string>& list) {
  const PackedTexts texts(list);
  const hdf5::ElementType type{texts.type.get(), texts.type.get()};
  impl_->writer.attribute(object, name, {static_cast<Index>(list.size())}, type, texts.bytes.data());
}

template <class T>
void OutputFile::attribute(const std::string& object, const std::string& name, std::span<const T> numbers) {
  impl_->writer.attribute(object, name, {static_cast<Index>(numbers.size())}, element_type(number_of<T>),
                          numbers.data());
}

void OutputFile::link(const std::string& target, const std::string& name) { impl_->writer.link(target, name); }

void OutputFile::commit() { impl_->writer.commit(); }

#define MERCER_INSTANTIATE(T)                                                                    \
  template void OutputFile::write(const std::string&, const Shape&, const Slab&, View<const T>); \
  template void OutputFile::write(const std::string&, const Shape&, std::span<const T>);         \
  template void OutputFile::write_rows(const std::string&, const Shape&,                         \
                                       const std::function<void(Index, std::span<T>)>&);         \
  template void OutputFile::attribute(const std::string&, const std::string&, std::span<const T>)
MERCER_INSTANTIATE(float);
MERCER_INSTANTIATE(double);
MERCER_INSTANTIATE(std::int8_t);
MERCER_INSTANTIATE(std::uint8_t);
MERCER_INSTANTIATE(std::int32_t);
MERCER_INSTANTIATE(std::int64_t);
#undef MERCER_INSTANTIATE

}  // namespace mercer
