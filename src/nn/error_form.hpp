// Squared norms of fields as quadratic forms <e, M e> with symmetric M.
#pragma once

#include <mercer/parallel/decomposition.hpp>

#include <memory>
#include <span>

namespace mercer {

/// A form on fields [channel, y, x] without gaps, the sum of the forms of the channels, or the part of it that some
/// rows have. Local; owns scratch memory.
class ErrorForm {
 public:
  virtual ~ErrorForm() = default;
  /// Sets `image` to M e, which is half the derivative of the form, and gives <e, M e>.
  virtual double apply(std::span<const double> error, std::span<double> image) const = 0;
};

/// The sizes of a field.
struct FieldSizes {
  Index channels = 1, rows = 1, columns = 1;
  Index points() const noexcept { return rows * columns; }
};

/// The terms of a form that belong to the rows `own`, on arrays of the rows `held`: these contain all rows that the
/// terms depend on, and continue beyond the ends of a periodic axis, unless they are all rows.
struct FieldPart {
  FieldSizes whole;
  Range own, held;
  static FieldPart all(const FieldSizes& sizes) { return {sizes, {0, sizes.rows}, {0, sizes.rows}}; }
};

/// |e|^2.
std::unique_ptr<ErrorForm> square_form(const FieldPart& part);

/// The orthonormal spectrum times sqrt(1 + k_x^2 + k_y^2), squared; wave numbers of 20 and more count as 0 there. The
/// square root is rounded to single precision, as the published results of MgNO have it.
std::unique_ptr<ErrorForm> fourier_form(const FieldSizes& sizes);

enum class Ends {
  periodic,   ///< the last point is a neighbour of the first
  one_sided,  ///< differences of third order within the field; needs four points along an axis that has more than one
  nearest,    ///< the difference to the one neighbour there is
};

/// values |e|^2 + |D_y e|^2 + |D_x e|^2 with central differences over 2 / n along an axis of n points.
std::unique_ptr<ErrorForm> central_form(const FieldPart& part, Ends ends, double values = 1);
Range central_reach(Index rows, const Range& own, Ends ends);  ///< rows that it depends on

/// |F_y e|^2 + |F_x e|^2, where F is the difference to the next point, which is 0 beyond the last one.
std::unique_ptr<ErrorForm> forward_form(const FieldPart& part);
Range forward_reach(Index rows, const Range& own);

}  // namespace mercer
