// All that a mesh-morphing Gaussian process has learnt, and its file.
#pragma once

#include <mercer/gp/regression.hpp>
#include <mercer/solvers/mmgp/common_mesh.hpp>
#include <mercer/solvers/mmgp/functional.hpp>
#include <mercer/solvers/support/field_basis.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mercer::mmgp {

/// What is known of a shape beside its mesh.
struct ShapeFeatures {
  Eigen::VectorXd coefficients;  ///< [modes]
  double residual = 0;           ///< norm of what the modes leave of the coordinates
};

struct Learnt {
  Names names;
  std::map<std::string, std::string> scales;  ///< formulas by output that was divided by it
  CommonMesh common;
  Basis shape;                                 ///< of all first coordinates, then all second ones
  double usual_residual = 0;                   ///< median of the training shapes' residuals
  std::vector<Basis> fields;                   ///< [field]
  std::vector<std::vector<double>> residuals;  ///< [field][common node], mean square of what bases and ways leave
  std::vector<Index> kept;                     ///< columns of (shape coefficients, scalars) that vary: the inputs
  std::vector<Index> fingerprints;             ///< of the training samples
  std::optional<Regression> coefficients;      ///< of fields, one after another; none without fields
  std::optional<Regression> scalars;           ///< none without scalars
  std::vector<Correction> corrections;         ///< of functionals that the training had
};

/// Of a sample that knows its ways; `weights` are those of the common mesh. Local.
ShapeFeatures features_of(const Basis& shape, const std::vector<double>& weights, const Specimen& specimen);
/// The coordinates of a sample on the common mesh, all first ones, then all second ones.
std::vector<double> coordinates_on(const Specimen& specimen);

/// A field of a sample on the common mesh.
std::vector<double> field_on(const Specimen& specimen, const std::string& name);

/// @collective
void save(const Learnt& learnt, OutputFile& file, const std::string& group);
/// Throws Fault::config where `options` have other scales than the training had.
std::unique_ptr<Learnt> load(const InputFile& file, const std::string& group, const Options& options);

}  // namespace mercer::mmgp
