#include <mercer/nn/normaliser.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

constexpr double guard = 1e-5;

/// Calls use(row of the fields, row of shifts or scales) for all rows; the latter has one entry where it stands for
/// all points.
template <class T, class U, class Use>
void each_row(View<T> fields, View<U> numbers, Index first_row, const Use& use) {
  const Index rows = numbers.shape()[0];
  for (Index sample = 0; sample < fields.shape()[0]; ++sample)
    for (Index j = 0; j < fields.shape()[1]; ++j)
      for (Index c = 0; c < fields.shape()[2]; ++c)
        use(&fields(sample, j, c, 0), &numbers(rows == 1 ? 0 : first_row + j, c, 0));
}

/// Sums over samples of some fields, [y, channel, x].
class Sums {
 public:
  explicit Sums(const Shape& sample) : shape_(sample), values_(static_cast<std::size_t>(sample.count())) {}

  /// Adds use(value, entry) of all samples.
  template <class T, class Use>
  void add(View<const T> fields, const Use& use) {
    for (Index sample = 0; sample < fields.shape()[0]; ++sample) {
      std::size_t entry = 0;
      for (Index j = 0; j < shape_[0]; ++j)
        for (Index c = 0; c < shape_[1]; ++c)
          for (const T value : std::span(&fields(sample, j, c, 0), static_cast<std::size_t>(shape_[2]))) {
            values_[entry] += use(static_cast<double>(value), entry);
            ++entry;
          }
    }
  }
  /// The sums of all ranks and, unless they are wanted for each point, over all points of a channel.
  void finish(const Comm& comm, bool by_pixel) {
    sum_in_rank_order<double>(comm, values_);
    if (by_pixel) return;
    std::vector<double> channels(static_cast<std::size_t>(shape_[1]));
    for (std::size_t entry = 0; entry < values_.size(); ++entry) channels[channel(entry)] += values_[entry];
    for (std::size_t entry = 0; entry < values_.size(); ++entry) values_[entry] = channels[channel(entry)];
  }
  double operator[](std::size_t entry) const { return values_[entry]; }
  void divide(double count) {
    for (double& value : values_) value /= count;
  }

 private:
  std::size_t channel(std::size_t entry) const {
    return entry / static_cast<std::size_t>(shape_[2]) % static_cast<std::size_t>(shape_[1]);
  }
  Shape shape_;
  std::vector<double> values_;
};

}  // namespace

template <class T>
Normaliser<T>::Normaliser(Normalisation kind, const Shape& sample) : kind_(kind) {
  if (kind == Normalisation::none) return;
  const bool by_pixel = kind == Normalisation::pixel;
  const Shape numbers = by_pixel ? sample : Shape{1, sample[1], 1};
  shift_ = Tensor<T>(numbers, Rows::dense);
  scale_ = Tensor<T>(numbers, Rows::dense);
  std::fill(scale_.span().begin(), scale_.span().end(), T(1));
}

template <class T>
void Normaliser<T>::encode(View<T> fields, Index first_row) const {
  if (kind_ == Normalisation::none) return;
  const Index columns = fields.shape()[3], step = scale_.shape()[2] == 1 ? 0 : 1;
  const T* const shifts = shift_.data();
  const T* const scales = scale_.data();
  each_row(fields, scale_.view(), first_row, [&](T* row, const T* scale) {
    const T* const shift = shifts + (scale - scales);
    for (Index i = 0; i < columns; ++i) row[i] = (row[i] - shift[i * step]) / scale[i * step];
  });
}

template <class T>
void Normaliser<T>::decode(View<T> fields, Index first_row) const {
  if (kind_ == Normalisation::none) return;
  scale(fields, first_row);
  const Index columns = fields.shape()[3], step = shift_.shape()[2] == 1 ? 0 : 1;
  each_row(fields, shift_.view(), first_row, [&](T* row, const T* shift) {
    for (Index i = 0; i < columns; ++i) row[i] += shift[i * step];
  });
}

template <class T>
void Normaliser<T>::scale(View<T> fields, Index first_row) const {
  if (kind_ == Normalisation::none) return;
  const Index columns = fields.shape()[3], step = scale_.shape()[2] == 1 ? 0 : 1;
  each_row(fields, scale_.view(), first_row, [&](T* row, const T* scale) {
    for (Index i = 0; i < columns; ++i) row[i] *= scale[i * step];
  });
}

template <class T>
std::vector<StateArray> Normaliser<T>::state(const std::string& prefix) {
  if (kind_ == Normalisation::none) return {};
  return {StateArray::everywhere(prefix + "/shift", shift_.view()),
          StateArray::everywhere(prefix + "/scale", scale_.view())};
}

namespace {

/// Leaves of outputs what is beyond their base.
template <class T>
void subtract_base(View<const T> inputs, Index base, View<T> outputs) {
  if (base == 0) return;
  const View<const T> known = last_channels(inputs, base);
  for (Index row = 0; row < outputs.rows(); ++row)
    for (const T* value = known.row(row).data(); T & output : outputs.row(row)) output -= *value++;
}

/// The mean and deviation of one side of the samples, put into its normaliser.
template <class T>
struct Fit {
  Normaliser<T>& into;
  Normalisation kind;
  Shape sample;
  Sums means{sample}, squares{sample};

  void add_values(View<const T> fields) {
    means.add(fields, [](double value, std::size_t) { return value; });
  }
  void add_squares(View<const T> fields) {
    squares.add(fields,
                [&](double value, std::size_t entry) { return (value - means[entry]) * (value - means[entry]); });
  }
  double terms(Index samples) const {
    const Index points = kind == Normalisation::pixel ? 1 : sample[0] * sample[2];
    return static_cast<double>(samples * points);
  }
  void finish_means(const Comm& comm, Index samples) {
    means.finish(comm, kind == Normalisation::pixel);
    means.divide(terms(samples));
  }
  void finish(const Comm& comm, Index samples) {
    squares.finish(comm, kind == Normalisation::pixel);
    squares.divide(std::max(1.0, terms(samples) - 1));
    if (kind == Normalisation::none) return;
    const View<T> shift = into.shift(), scale = into.scale();
    const bool by_pixel = kind == Normalisation::pixel;
    for (Index entry = 0; entry < scale.count(); ++entry) {
      const auto place = static_cast<std::size_t>(by_pixel ? entry : entry * sample[2]);
      scale.data()[entry] = static_cast<T>(std::sqrt(squares[place]) + guard);
      shift.data()[entry] = static_cast<T>(kind == Normalisation::scale ? 0 : means[place]);
    }
  }
};

}  // namespace

template <class T>
Normalisers<T> fit_normalisers(const Comm& comm, const Batches<T>& batches, std::span<const Index> ids,
                               Normalisation inputs, Normalisation outputs) {
  require(!ids.empty(), Fault::internal, "there are no samples to normalise by");
  const SampleShapes shapes = batches.shapes();
  Normalisers<T> fitted{{inputs, shapes.inputs}, {outputs, shapes.outputs}};
  if (inputs == Normalisation::none && outputs == Normalisation::none) return fitted;
  Fit<T> from{fitted.inputs, inputs, shapes.inputs}, to{fitted.outputs, outputs, shapes.outputs};
  Tensor<T> x(batch_shape(1, shapes.inputs)), y(batch_shape(1, shapes.outputs));
  const auto count = static_cast<Index>(ids.size());
  const Range mine = block(count, comm.rank(), comm.size());
  const auto each_sample = [&](const auto& use) {
    for (Index i = mine.begin; i < mine.end; ++i) {
      batches.read(ids.subspan(static_cast<std::size_t>(i), 1), x.view(), y.view());
      subtract_base(std::as_const(x).view(), shapes.base, y.view());
      use();
    }
  };
  each_sample([&] { from.add_values(std::as_const(x).view()), to.add_values(std::as_const(y).view()); });
  from.finish_means(comm, count);
  to.finish_means(comm, count);
  each_sample([&] { from.add_squares(std::as_const(x).view()), to.add_squares(std::as_const(y).view()); });
  from.finish(comm, count);
  to.finish(comm, count);
  return fitted;
}

template class Normaliser<float>;
template class Normaliser<double>;
template Normalisers<float> fit_normalisers(const Comm&, const Batches<float>&, std::span<const Index>, Normalisation,
                                            Normalisation);
template Normalisers<double> fit_normalisers(const Comm&, const Batches<double>&, std::span<const Index>, Normalisation,
                                             Normalisation);

}  // namespace mercer
