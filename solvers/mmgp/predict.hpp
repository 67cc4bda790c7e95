// Predictions of a mesh-morphing Gaussian process: fields and scalars with deviations, and how new a sample is.
#pragma once

#include <mercer/solvers/mmgp/decode.hpp>
#include <mercer/solvers/mmgp/functional.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace mercer::mmgp {

/// Local. Holds what it needs of what was learnt, which must outlive it.
class Predictor {
 public:
  /// Throws Fault::config for functionals that do not fit.
  Predictor(const Learnt& learnt, const Options& options, std::uint64_t seed);

  /// Predictions on the meshes of the files for samples that know their ways; nodes without cells have NaN. What
  /// is predicted with a sample matters to rounding only.
  std::vector<MeshSample> predict(std::span<const Specimen> specimens) const;

 private:
  struct Coefficients {
    Eigen::VectorXd mean, variance;
  };
  struct Inputs {
    Matrix values;                  ///< [samples, inputs]
    std::vector<double> residuals;  ///< of the shapes
  };
  Inputs inputs_of(std::span<const Specimen> specimens) const;
  std::vector<Coefficients> coefficients(const Regression::Prediction& fields, Index sample) const;
  void add_fields(const Specimen& specimen, std::span<const Coefficients> coefficients, MeshSample& answer) const;
  void add_functionals(const Specimen& specimen, std::span<const Coefficients> coefficients, MeshSample& answer) const;

  const Learnt& learnt_;
  std::vector<FieldDecoder> decoders_;
  std::vector<Functional> functionals_;
  Index draws_;
  std::uint64_t seed_;
};

}  // namespace mercer::mmgp
