// Functionals of fields whose coefficients are known by mean and variance: moments over draws, none of which is kept.
#pragma once

#include <mercer/base/random.hpp>
#include <mercer/gp/regression.hpp>
#include <mercer/solvers/mmgp/functional.hpp>
#include <mercer/solvers/mmgp/specimen.hpp>
#include <mercer/solvers/support/field_basis.hpp>

#include <span>
#include <vector>

namespace mercer::mmgp {

/// Of one field, [mode, sample].
struct Coefficients {
  Matrix mean, variance;
};

/// Columns of a prediction [sample, coefficient of all fields] by field; a field without modes has no coefficients.
std::vector<Coefficients> by_field(const Regression::Prediction& all, std::span<const Basis> bases, Index samples);

/// The random numbers of a sample: the same on whatever rank it is, and with whatever others it comes.
Random draws_of(const Specimen& specimen, const std::vector<std::string>& inputs, std::uint64_t seed);

struct Drawn {
  double mean, deviation;
};

/// Local. One entry a functional, at the nodes of a sample that knows its ways. `bases` and `coefficients` are those of
/// all fields over their `scales`, `sample` is the column of the coefficients. The random numbers are those of `random`
/// from 0 on.
std::vector<Drawn> drawn(std::span<const Functional> functionals, std::span<const Basis> bases,
                         std::span<const Coefficients> coefficients, Index sample, const Specimen& specimen,
                         std::span<const double> scales, Index draws, const Random& random);

}  // namespace mercer::mmgp
