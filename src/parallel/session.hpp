// The lifetime of MPI and PETSc, and the one place where a failure ends the program.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace mercer {

class Comm;

/// Starts MPI and PETSc, and ends them. Exactly one, made first in `main`. PETSc sees `petsc_arguments` and the
/// environment variable PETSC_OPTIONS, and no file; its signal handler is off, and its errors become Error.
class Session {
 public:
  explicit Session(const std::vector<std::string>& petsc_arguments = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  std::vector<std::string> words_;  // PETSc keeps pointers to its arguments
  std::vector<char*> pointers_;
};

/// @collective Runs `body` on all ranks and gives its result as the exit code. A failure that all ranks share is told
/// once and its fault returned; one of this rank alone is told with the rank's number, and the run is aborted with its
/// exit code.
int run(const Comm& comm, const std::function<int()>& body);

}  // namespace mercer
