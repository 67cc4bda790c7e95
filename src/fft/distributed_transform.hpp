// Fourier transforms of real arrays that are spread over the ranks in slabs, forward and back, with exact adjoints.
#pragma once

#include <mercer/fft/transform.hpp>
#include <mercer/parallel/decomposition.hpp>

namespace mercer {

/// The axis along which the spectrum is split among the ranks. A transform leaves it split along the second, in whole
/// columns of the first; each change from there to the first costs an exchange of all numbers.
enum class SpectrumSplit { first_axis, second_axis };

/// The transform of a real array of two or three dimensions, of any sizes. Its slabs along the first axis are those of
/// `Decomposition`; ranks may own nothing. The half spectrum is stored as by RealTransform, which does the work where
/// there is one rank. Dense row-major parts; inputs are never written to. All members but the boxes are @collective.
/// Instantiated for float and double.
template <class T>
class DistributedTransform {
 public:
  using Complex = std::complex<T>;

  /// `comm` must outlive the transform.
  DistributedTransform(const Comm& comm, const Shape& shape, SpectrumSplit split = SpectrumSplit::first_axis,
                       Planning planning = Planning::estimate);
  DistributedTransform(DistributedTransform&&) noexcept;
  DistributedTransform& operator=(DistributedTransform&&) noexcept;
  ~DistributedTransform();

  const Shape& shape() const noexcept;           ///< of the whole array
  const Shape& spectrum_shape() const noexcept;  ///< of the whole half spectrum
  Box owned() const;                             ///< this rank's part of the array
  Box owned_spectrum() const;                    ///< this rank's part of the half spectrum

  // As of RealTransform, on this rank's parts; the inner products of the adjoints are those over all ranks.
  void forward(std::span<const T> x, std::span<Complex> y) const;
  void backward(std::span<const Complex> y, std::span<T> x) const;
  void forward_adjoint(std::span<const Complex> y, std::span<T> x) const;
  void backward_adjoint(std::span<const T> x, std::span<Complex> y) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

extern template class DistributedTransform<float>;
extern template class DistributedTransform<double>;

}  // namespace mercer
