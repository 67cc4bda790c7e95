// What the blocks of a problem look like in a case.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/config/expression.hpp>
#include <mercer/meshes/dataset.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// A box. Axes stand in the order x, y, z, t whatever the order of the case; arrays have them the other way round, x
/// fastest.
struct Domain {
  struct Interval {
    std::string name;
    double begin = 0, end = 1;
  };
  std::vector<Interval> axes;
};

/// Numbers given over the domain: a formula in the axes, or an array of an HDF5 file.
struct Input {
  std::string text;
  std::optional<ArraySource> array;
  std::shared_ptr<const Field> field;  ///< of the array with its formula applied, where memory already has it
  Expression formula;                  ///< of `text`, once the problem has been read
  Node written;                        ///< where the case says it
  bool is_given() const noexcept { return !text.empty() || array; }
};

/// The condition on one face of the box.
struct Face {
  enum class Kind {
    value,       ///< Dirichlet: u = data
    derivative,  ///< Neumann: outward normal derivative of u = data
    periodic,
    free,  ///< no condition: outflow, final time
  };
  Kind kind = Kind::value;
  std::string text;    ///< a formula, or `exact`
  Expression formula;  ///< of `text`, once the problem has been read; for `exact` what the exact solution says
  Node written;
};

/// `exact` on all faces, or one each: x_min, x_max, y_min, ...
struct Boundary {
  bool all_exact = false;
  std::map<std::string, Face> faces;
  Node written;
};

template <>
struct Option<Domain> {
  static std::string type();
  static void read(const Node& at, std::string_view path, Domain& domain, Complaints& complaints);
  static Node show(const Domain& domain);
};
template <>
struct Option<Input> {
  static std::string type();
  static void read(const Node& at, std::string_view path, Input& input, Complaints& complaints);
  static Node show(const Input& input);
};
template <>
struct Option<Boundary> {
  static std::string type();
  static void read(const Node& at, std::string_view path, Boundary& boundary, Complaints& complaints);
  static Node show(const Boundary& boundary);
};

}  // namespace mercer
