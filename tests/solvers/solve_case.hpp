// Solves a case given as text, in the process of the test.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/solver.hpp>

#include <filesystem>
#include <string>

namespace mercer::test {

struct Solved {
  Problem problem;
  Solution solution;
};

/// @collective Throws Fault::config for a wrong case. Files are looked for in `folder`.
Solved solve_case(const Comm& comm, const std::string& yaml, const std::filesystem::path& folder = {});

/// @collective Relative error against the problem's exact solution.
double exact_error(const Comm& comm, const Solved& solved);

/// @collective All values of a field on every rank, x fastest.
std::vector<double> gathered(const Comm& comm, const Field& field);

}  // namespace mercer::test
