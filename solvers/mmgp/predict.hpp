// Predictions of a mesh-morphing Gaussian process: fields and scalars with deviations, and how new a sample is.
#pragma once

#include <mercer/solvers/mmgp/decode.hpp>
#include <mercer/solvers/mmgp/draws.hpp>
#include <mercer/solvers/mmgp/learnt.hpp>
#include <mercer/solvers/mmgp/scales.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace mercer::mmgp {

/// Local. Holds what it needs of what was learnt, which must outlive it.
class Predictor {
 public:
  static constexpr Index at_once = 32;  ///< samples whose fields on the common mesh are in memory together

  /// Throws Fault::config for functionals that do not fit.
  Predictor(const Learnt& learnt, const Options& options, std::uint64_t seed);

  /// Predictions on the meshes of the files for samples that know their ways; nodes without cells have NaN. What
  /// is predicted with a sample matters to rounding only.
  std::vector<MeshSample> predict(std::span<const Specimen> specimens) const;

 private:
  struct Inputs {
    Matrix values;                  ///< [samples, inputs]
    std::vector<double> residuals;  ///< of the shapes
  };
  Inputs inputs_of(std::span<const Specimen> specimens) const;
  std::vector<Coefficients> coefficients_of(const Matrix& inputs) const;
  void add_shapes(std::span<const Specimen> specimens, const Inputs& inputs, std::span<MeshSample> answers) const;
  void add_scalars(std::span<const Specimen> specimens, const Matrix& inputs, std::span<MeshSample> answers) const;
  void add_fields(std::span<const Specimen> specimens, std::span<const Coefficients> coefficients,
                  std::span<MeshSample> answers) const;
  void add_functionals(const Specimen& specimen, std::span<const Coefficients> coefficients, Index sample,
                       MeshSample& answer) const;

  const Learnt& learnt_;
  std::vector<double> weights_;  ///< of the common mesh
  std::vector<FieldDecoder> decoders_;
  Scales scales_;
  std::vector<Functional> functionals_;
  std::vector<Correction> corrections_;  ///< of each functional
  Index draws_;
  std::uint64_t seed_;
};

}  // namespace mercer::mmgp
