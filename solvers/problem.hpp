// A problem as a case states it: on a box with equation, inputs, boundary conditions, exact solution and the grid of
// the answer, or on a mesh.
#pragma once

#include <mercer/config/equation.hpp>
#include <mercer/solvers/input.hpp>
#include <mercer/solvers/mesh_domain.hpp>
#include <mercer/solvers/observations.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// An input that a solver takes under a name of its choice.
struct InputSpec {
  std::string name, meaning;
  bool required = true;
  Interpolation interpolation = Interpolation::linear;  ///< of arrays, where the case does not say
};

/// Keys of `problem:` that a solver brings itself.
class ProblemKeys {
 public:
  virtual ~ProblemKeys() = default;
  virtual void describe(Binder& bind) = 0;
};

/// What a solver expects of a problem.
struct ProblemSpec {
  std::vector<InputSpec> inputs;
  std::vector<Face::Kind> faces{Face::Kind::value};  ///< none where problems have no boundary
  bool takes_equation = false;
  bool takes_observations = false;  ///< by the block `data:` of the case
  bool takes_grid_data = false;     ///< the same on a grid, which is that of the answer: no `output.points` then
  bool takes_mesh = false;          ///< a mesh in place of a box; no inputs, faces or equation of the above then
  bool mesh_is_made = false;        ///< by who reads the problem, so that no file of it is named
  std::function<std::shared_ptr<ProblemKeys>()> keys;  ///< makes those of the solver, where it has any
};

struct Problem {
  ProblemSpec spec;
  Domain domain;
  std::string equation_text;
  std::optional<Equation> equation;  ///< for u, with the source f
  std::map<std::string, Input> inputs;
  Boundary boundary;  ///< complete: a face for either end of every axis, where there is a boundary
  std::string exact_text;
  std::optional<Expression> exact;
  std::map<std::string, Index> points;  ///< of the answer, by axis; empty where its grid is that of the data
  std::optional<Observations> observations;
  std::optional<GridData> grid_data;
  std::filesystem::path mesh_file;
  std::string mesh_sample;
  Node mesh_written;
  std::shared_ptr<const MeshDomain> mesh;  ///< once it has been read
  std::shared_ptr<ProblemKeys> keys;       ///< as `spec.keys` made them

  /// Reads the `problem:` block of a case and `output.points`; whatever is wrong goes to `complaints`. Files are looked
  /// for in `folder`, then in the working folder.
  static Problem read(const Node& at, const std::map<std::string, Index>& points, const ProblemSpec& spec,
                      const std::filesystem::path& folder, Complaints& complaints);
  /// Reads the `data:` block of a case, where there is one.
  void observe(const Node& data, const std::filesystem::path& folder, Complaints& complaints);
  /// @collective Reads the mesh of a problem that has one. What is wrong is thrown, or is one more complaint where
  /// there are others.
  void read_mesh(const Comm& comm, Complaints& complaints);

  std::vector<std::string> axis_names() const;  ///< x, y, ...: the symbols of all formulas
  /// The box as axes in array order, slowest first, with the answer's points as nodes; 0 of them where the data say.
  std::vector<Axis> axes() const;
  std::shared_ptr<const Grid> grid() const;
  const Face& face(const std::string& axis, bool is_upper) const;
  /// @collective Opens every file that the problem names and compares its arrays with the domain.
  void check_files(const Comm& comm) const;
  /// @collective The named input on the points of a grid.
  Field evaluate(const Comm& comm, const std::string& input, const std::shared_ptr<const Grid>& grid,
                 const Decomposition& decomposition) const;
};

/// @collective A formula in the axes on the points of a grid.
Field evaluate(const Comm& comm, const Expression& formula, const std::string& name,
               const std::shared_ptr<const Grid>& grid, const Decomposition& decomposition);

/// Markdown table of what `problem:` takes for a solver of this kind.
std::string problem_table(const ProblemSpec& spec);

}  // namespace mercer
