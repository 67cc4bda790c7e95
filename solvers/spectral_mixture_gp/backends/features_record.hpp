// What is told of an answer of the features backend besides its fields.
#pragma once

#include <mercer/report/record.hpp>
#include <mercer/solvers/problem.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>

namespace mercer::smgp {

void record(const Problem& problem, const FeatureResult& result, Record& record);
void record(const Problem& problem, const Assimilation& found, Record& record);

}  // namespace mercer::smgp
