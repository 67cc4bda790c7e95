// Equations with known solutions, most of them from Fang et al. (2024), and how far an answer is from the truth.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/translate.hpp>

#include <string>
#include <vector>

namespace mercer::test {

struct NamedProblem {
  std::string name, equation, exact;
  double length = 1;                      ///< of every axis, from 0
  std::vector<std::string> axes{"x"};     ///< slowest first
  double error = 1e-9;                    ///< required, relative L2
  int loops = 4, newton = 0, krylov = 0;  ///< at most
};

/// Those that take well below a second.
const std::vector<NamedProblem>& problems();
const NamedProblem& problem(const std::string& name);

/// All faces take their values from the exact solution.
smgp::Statement statement_of(const NamedProblem& problem);
std::vector<smgp::NamedAxis> axes_of(const NamedProblem& problem, const Expression& exact);

/// The same with the source known at equally spaced points alone, so many along each axis.
smgp::Statement sampled(const Comm& comm, smgp::Statement statement, const std::vector<Index>& points,
                        Placement placement = Placement::nodes);

/// Relative L2 error on a uniform grid: 3001, 301^2 or 61^3 points.
double error_of(const NamedProblem& problem, const smgp::Expansion& solution);

}  // namespace mercer::test
