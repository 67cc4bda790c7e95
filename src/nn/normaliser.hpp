// Fields brought to a common size before a network sees them, and back behind it.
#pragma once

#include <mercer/io/checkpoint.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/parallel/comm.hpp>

#include <span>
#include <string>
#include <vector>

namespace mercer {

enum class Normalisation {
  none,
  scale,    ///< divided by the standard deviation of a channel
  channel,  ///< mean and standard deviation of a channel over all points and samples
  pixel,    ///< mean and standard deviation of each point and channel over the samples
};

/// x -> (x - shift) / scale, with one shift and scale a channel or a point. Scales are standard deviations (of n - 1)
/// plus 1e-5, as those of MgNO and FNO. Instantiated for float and double.
template <class T>
class Normaliser {
 public:
  Normaliser() = default;
  /// Does nothing yet to fields [y, channel, x].
  Normaliser(Normalisation kind, const Shape& sample);

  /// In place, on [sample, y, channel, x], whose rows are those of a sample from `first_row` on.
  void encode(View<T> fields, Index first_row = 0) const;
  void decode(View<T> fields, Index first_row = 0) const;
  /// The adjoint of the linear part of `decode`, for gradients.
  void decode_adjoint(View<T> gradients, Index first_row = 0) const { scale(gradients, first_row); }

  /// The arrays to be stored, named `prefix`/shift and `prefix`/scale; empty without normalisation.
  std::vector<StateArray> state(const std::string& prefix);
  View<T> shift() noexcept { return shift_.view(); }  ///< [y or 1, channel, x or 1]
  View<T> scale() noexcept { return scale_.view(); }

 private:
  void scale(View<T> fields, Index first_row) const;

  Normalisation kind_ = Normalisation::none;
  Tensor<T> shift_, scale_;
};

/// The normalisers of inputs and outputs.
template <class T>
struct Normalisers {
  Normaliser<T> inputs, outputs;
};

/// @collective Those of the samples `ids`, of which each rank looks at a part; for the outputs of what they have beyond
/// their base. To rounding the same for any number of
/// ranks. Throws Fault::internal where there are no samples.
template <class T>
Normalisers<T> fit_normalisers(const Comm& comm, const Batches<T>& batches, std::span<const Index> ids,
                               Normalisation inputs, Normalisation outputs);

extern template class Normaliser<float>;
extern template class Normaliser<double>;
extern template Normalisers<float> fit_normalisers(const Comm&, const Batches<float>&, std::span<const Index>,
                                                   Normalisation, Normalisation);
extern template Normalisers<double> fit_normalisers(const Comm&, const Batches<double>&, std::span<const Index>,
                                                    Normalisation, Normalisation);

}  // namespace mercer
