// A partial differential equation on a box as the features backend takes it: numbers and functions, no text.
#pragma once

#include <mercer/config/expression.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/features.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/sampling.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/tensor_product.hpp>

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mercer::smgp {

/// Values of many points: out[i] at the i-th entries of `columns`, one column an axis in the order of the statement's
/// axes, then those that the user of the function names. A column of one entry stands for all points.
using PointFunction = std::function<void(std::span<const std::span<const double>> columns, std::span<double> out)>;

/// A formula as a PointFunction; `sample` evaluates it over a whole grid at once.
struct Formula {
  Expression expression;  ///< in the order of the columns, of which there may be more
  void operator()(std::span<const std::span<const double>> columns, std::span<double> out) const {
    expression.evaluate(columns.first(expression.symbols().size()), out);
  }
};

/// The condition at one end of an axis.
struct Side {
  enum class Kind {
    value,       ///< u = data
    derivative,  ///< outward derivative of u = data
    periodic,    ///< both ends of the axis
    free,        ///< no condition
  };
  Kind kind = Kind::value;
  PointFunction data;  ///< for value and derivative; columns: all axes
};

struct AxisStatement {
  Interval interval;
  std::array<Side, 2> sides;  ///< at the begin and at the end
  std::string name;           ///< for messages
};

using Orders = std::array<int, 3>;  ///< of differentiation along each axis; at most second order in all

/// coefficient(x) D^orders u.
struct Term {
  Orders orders{};
  double constant = 0;        ///< the coefficient, unless there is a function
  PointFunction coefficient;  ///< columns: axes
};

/// What is not linear in the unknown: g(x, values of all terms' derivatives).
struct Reaction {
  PointFunction value;                ///< columns: axes, then D^orders u of each term
  std::vector<PointFunction> slopes;  ///< d g / d (D^orders u), one a term; empty functions are zero
};

/// The source known only at equally spaced points.
struct Samples {
  Shape shape;   ///< of all of them
  Array values;  ///< this rank's rows along the first axis, block(shape[0], rank, ranks)
  Placement placement = Placement::nodes;
  Sampling along(int axis) const { return {shape[axis], placement, shape.dimensions()}; }
};

/// sum of terms + reaction = source.
struct Statement {
  std::vector<AxisStatement> axes;  ///< one to three, slowest first
  std::vector<Term> terms;
  std::optional<Reaction> reaction;
  PointFunction source;            ///< columns: axes
  std::optional<Samples> samples;  ///< in place of `source`
  int dimensions() const noexcept { return static_cast<int>(axes.size()); }
};

using Coordinates = std::vector<std::vector<double>>;  ///< of a tensor grid, one list an axis

/// Equally spaced points along each axis, the ends included.
Coordinates uniform_grid(const Statement& statement, const Shape& shape);

/// A function on a tensor grid, one call a row along the last axis unless it is a Formula. Its columns are the axes,
/// then `fields` on the same grid, null for zero. Throws Fault::numerics, with `what` and the place, for a value that
/// is not finite.
Array sample(const PointFunction& function, const Coordinates& grid, std::span<const Array* const> fields,
             const char* what);
inline Array sample(const PointFunction& function, const Coordinates& grid, const char* what) {
  return sample(function, grid, {}, what);
}

}  // namespace mercer::smgp
