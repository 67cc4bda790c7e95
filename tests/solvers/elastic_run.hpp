// Runs of the solver of elasticity on meshes made by a test.
#pragma once

#include "solvers/elastic_meshes.hpp"
#include "solvers/solve_case.hpp"

#include <string>
#include <vector>

namespace mercer::test {

/// A case on the mesh of `write_mesh`; `problem` is what else its problem says, in indented lines.
inline std::string case_of(const std::string& problem, int order) {
  return fmt::format("solver: elasticity\nproblem:\n  mesh: mesh.msh\n{}options: {{order: {}, tolerance: 1e-14}}\n",
                     problem, order);
}

inline double number(const Solved& solved, const char* name) {
  return std::get<double>(*solved.solution.record.find(name));
}

inline std::vector<double> numbers(const Solved& solved, const std::string& name) {
  return std::get<std::vector<double>>(*solved.solution.record.find(name));
}

/// @collective Solves on the mesh that the first rank has written into a folder of this communicator's own.
inline Solved solved_on(const Comm& comm, const Mesh& mesh, const std::string& text) {
  const SharedScratch scratch(comm);
  write_mesh(comm, scratch, mesh);
  return solve_case(comm, text, scratch / "");
}

}  // namespace mercer::test
