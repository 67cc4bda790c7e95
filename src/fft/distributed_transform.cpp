// Transforms of rows, an exchange, and transforms of columns. The exchange is our own: the blocks of FFTW's parallel
// transforms are ceil(n / ranks) rows, so that the last ranks have fewer or none, and ours differ by one at most.
#include <mercer/fft/distributed_transform.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace mercer {
namespace {

template <class T>
MPI_Datatype complex_type();
template <>
MPI_Datatype complex_type<float>() {
  return MPI_C_FLOAT_COMPLEX;
}
template <>
MPI_Datatype complex_type<double>() {
  return MPI_C_DOUBLE_COMPLEX;
}

/// What one rank sends to or receives from each other one, in elements.
struct Counts {
  std::vector<int> counts, starts;
  void add(Index count) {
    starts.push_back(counts.empty() ? 0 : narrow<int>(Index{starts.back()} + counts.back()));
    counts.push_back(narrow<int>(count));
  }
};

/// The array [first, second, inner] by blocks of the first axis, as [own first, second, inner], and by blocks of the
/// second one, as [first, own second, inner]. A piece for one rank is contiguous in the latter.
template <class T>
class Exchange {
 public:
  using Complex = std::complex<T>;

  Exchange(const Comm& comm, Index first, Index second, Index inner)
      : comm_(&comm), second_(second), inner_(inner), rows_(block(first, comm.rank(), comm.size()).count()) {
    const Index columns = block(second, comm.rank(), comm.size()).count();
    for (int rank = 0; rank < comm.size(); ++rank) {
      in_slabs_.add(rows_ * block(second, rank, comm.size()).count() * inner);
      in_columns_.add(block(first, rank, comm.size()).count() * columns * inner);
    }
    packed_ = Tensor<Complex>({rows_, second, inner}, Rows::dense);
  }

  void to_columns(const Complex* slab, Complex* columns) {
    each_piece([slab](Complex* piece, Index at, Index count) { std::copy_n(slab + at, count, piece); });
    all_to_all(packed_.data(), in_slabs_, columns, in_columns_);
  }
  void to_slab(const Complex* columns, Complex* slab) {
    all_to_all(columns, in_columns_, packed_.data(), in_slabs_);
    each_piece([slab](const Complex* piece, Index at, Index count) { std::copy_n(piece, count, slab + at); });
  }

 private:
  /// Calls copy(place in the packed slab, place in the slab, count) for the rows of all pieces.
  template <class Copy>
  void each_piece(const Copy& copy) {
    Complex* piece = packed_.data();
    for (int rank = 0; rank < comm_->size(); ++rank) {
      const Range range = block(second_, rank, comm_->size());
      for (Index row = 0; row < rows_; ++row, piece += range.count() * inner_)
        copy(piece, (row * second_ + range.begin) * inner_, range.count() * inner_);
    }
  }
  void all_to_all(const Complex* from, const Counts& send, Complex* to, const Counts& receive) const {
    check_mpi(MPI_Alltoallv(from, send.counts.data(), send.starts.data(), complex_type<T>(), to, receive.counts.data(),
                            receive.starts.data(), complex_type<T>(), comm_->raw()));
  }

  const Comm* comm_;
  Index second_, inner_, rows_;
  Counts in_slabs_, in_columns_;
  Tensor<Complex> packed_;
};

Box part(const Shape& shape, int axis, const Comm& comm) {
  Box box;
  box.dimensions = shape.dimensions();
  for (int a = 0; a < box.dimensions; ++a)
    box.ranges[static_cast<std::size_t>(a)] =
        a == axis ? block(shape[a], comm.rank(), comm.size()) : Range{0, shape[a]};
  return box;
}

/// Divides by `size`, the part of a transform's count that the rows do not know.
template <class Number>
void scale(std::span<Number> values, Index size) {
  using Real = decltype(std::abs(Number{}));
  const Real share = Real{1} / static_cast<Real>(size);
  for (Number& value : values) value *= share;
}

const Shape& checked(const Shape& shape) {
  require_agreed(shape.dimensions() == 2 || shape.dimensions() == 3, Fault::internal,
                 "a distributed transform has two or three dimensions, not {}", shape.dimensions());
  for (const Index size : shape.span())
    require_agreed(size >= 1, Fault::internal, "a transform needs at least one point along each axis, not {}", size);
  return shape;
}

}  // namespace

template <class T>
struct DistributedTransform<T>::Parts {
  Parts(const Comm& comm, const Shape& whole, SpectrumSplit spectrum_split, Planning planning)
      : shape(checked(whole)), spectrum_shape(shape), split(spectrum_split) {
    const int last = shape.dimensions() - 1;
    spectrum_shape[last] = shape[last] / 2 + 1;
    real_part = part(shape, 0, comm);
    spectrum_part = part(spectrum_shape, split == SpectrumSplit::first_axis ? 0 : 1, comm);
    if (comm.size() == 1)
      serial.emplace(shape, planning);
    else
      slabs.emplace(comm, *this, planning);
  }

  struct Slabs {
    Slabs(const Comm& comm, const Parts& parts, Planning planning)
        : rows(Shape(parts.shape.span().subspan(1)), planning, parts.real_part.ranges[0].count()),
          exchange(comm, parts.spectrum_shape[0], parts.spectrum_shape[1], inner(parts.spectrum_shape)),
          slab(part(parts.spectrum_shape, 0, comm).shape(), Rows::dense),
          columns(part(parts.spectrum_shape, 1, comm).shape(), Rows::dense),
          along_first(parts.shape[0], columns.count() / parts.shape[0], planning) {}
    static Index inner(const Shape& spectrum) { return spectrum.dimensions() == 3 ? spectrum[2] : 1; }

    RealTransform<T> rows;  ///< along all axes but the first
    Exchange<T> exchange;
    Tensor<Complex> slab, columns;
    ColumnTransform<T> along_first;
  };

  void check(std::size_t real, std::size_t complex) const {
    const Index points = real_part.count(), modes = spectrum_part.count();
    require(std::cmp_equal(real, points) && std::cmp_equal(complex, modes), Fault::internal,
            "a rank's part of {} real and {} complex numbers of a transform got {} and {}", points, modes, real,
            complex);
  }

  /// From the slab in scratch memory to the spectrum.
  void slab_to_spectrum(std::span<Complex> y) {
    const bool stays = split == SpectrumSplit::second_axis;
    const std::span<Complex> columns = stays ? y : slabs->columns.span();
    slabs->exchange.to_columns(slabs->slab.data(), columns.data());
    slabs->along_first.forward(columns);
    if (!stays) slabs->exchange.to_slab(columns.data(), y.data());
  }

  /// From the spectrum to the slab in scratch memory; the adjoint of the above.
  void spectrum_to_slab(std::span<const Complex> y) {
    if (split == SpectrumSplit::second_axis)
      std::copy(y.begin(), y.end(), slabs->columns.data());
    else
      slabs->exchange.to_columns(y.data(), slabs->columns.data());
    slabs->along_first.backward(slabs->columns.span());
    slabs->exchange.to_slab(slabs->columns.data(), slabs->slab.data());
  }

  Shape shape, spectrum_shape;
  Box real_part, spectrum_part;
  SpectrumSplit split;
  std::optional<RealTransform<T>> serial;  ///< on one rank
  std::optional<Slabs> slabs;              ///< on several
};

template <class T>
DistributedTransform<T>::DistributedTransform(const Comm& comm, const Shape& shape, SpectrumSplit split,
                                              Planning planning)
    : parts_(std::make_unique<Parts>(comm, shape, split, planning)) {}

template <class T>
DistributedTransform<T>::DistributedTransform(DistributedTransform&&) noexcept = default;
template <class T>
DistributedTransform<T>& DistributedTransform<T>::operator=(DistributedTransform&&) noexcept = default;
template <class T>
DistributedTransform<T>::~DistributedTransform() = default;

template <class T>
const Shape& DistributedTransform<T>::shape() const noexcept {
  return parts_->shape;
}

template <class T>
const Shape& DistributedTransform<T>::spectrum_shape() const noexcept {
  return parts_->spectrum_shape;
}

template <class T>
Box DistributedTransform<T>::owned() const {
  return parts_->real_part;
}

template <class T>
Box DistributedTransform<T>::owned_spectrum() const {
  return parts_->spectrum_part;
}

template <class T>
void DistributedTransform<T>::forward(std::span<const T> x, std::span<Complex> y) const {
  parts_->check(x.size(), y.size());
  if (parts_->serial) return parts_->serial->forward(x, y);
  parts_->slabs->rows.forward(x, parts_->slabs->slab.span());
  parts_->slab_to_spectrum(y);
}

template <class T>
void DistributedTransform<T>::backward(std::span<const Complex> y, std::span<T> x) const {
  parts_->check(x.size(), y.size());
  if (parts_->serial) return parts_->serial->backward(y, x);
  parts_->spectrum_to_slab(y);
  parts_->slabs->rows.backward(parts_->slabs->slab.span(), x);
  scale(x, parts_->shape[0]);
}

template <class T>
void DistributedTransform<T>::forward_adjoint(std::span<const Complex> y, std::span<T> x) const {
  parts_->check(x.size(), y.size());
  if (parts_->serial) return parts_->serial->forward_adjoint(y, x);
  parts_->spectrum_to_slab(y);
  parts_->slabs->rows.forward_adjoint(parts_->slabs->slab.span(), x);
}

template <class T>
void DistributedTransform<T>::backward_adjoint(std::span<const T> x, std::span<Complex> y) const {
  parts_->check(x.size(), y.size());
  if (parts_->serial) return parts_->serial->backward_adjoint(x, y);
  parts_->slabs->rows.backward_adjoint(x, parts_->slabs->slab.span());
  parts_->slab_to_spectrum(y);
  scale(y, parts_->shape[0]);
}

template class DistributedTransform<float>;
template class DistributedTransform<double>;

}  // namespace mercer
