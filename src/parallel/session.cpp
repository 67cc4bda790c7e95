// Start and end of MPI and PETSc, and the end of a failed run.
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/petsc.hpp>
#include <mercer/parallel/session.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace mercer {
namespace {

/// Tells the failure and gives its exit code.
int tell(const Comm& comm, const std::exception_ptr& failure, bool& agreed) {
  std::string text;
  Fault fault = Fault::internal;
  std::source_location where;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    text = error.what(), fault = error.fault(), where = error.where(), agreed = error.agreed();
  } catch (const std::bad_alloc&) {
    text = "there is not enough memory", fault = Fault::memory;
  } catch (const std::exception& error) {
    text = error.what();
  } catch (...) {
    text = "something that is no std::exception was thrown";
  }
  if (fault == Fault::internal && where.line() != 0) text += fmt::format(" ({}:{})", where.file_name(), where.line());
  agreed = agreed || comm.size() == 1;
  if (!agreed) text = fmt::format("rank {} alone: {}", comm.rank(), text);
  if (comm.is_root() || !agreed) fmt::print(stderr, "mercer: {}\n", text);
  return exit_code(fault);
}

}  // namespace

Session::Session(const std::vector<std::string>& petsc_arguments) {
  // Open MPI's look at the hardware would ask ten X displays for graphics cards, each with a look-up of a name: five
  // seconds where the network is slow to answer.
  setenv("HWLOC_COMPONENTS", "-gl", 0);
  words_ = {"mercer", "-skip_petscrc"};
  words_.insert(words_.end(), petsc_arguments.begin(), petsc_arguments.end());
  for (std::string& word : words_) pointers_.push_back(word.data());
  pointers_.push_back(nullptr);
  int count = static_cast<int>(words_.size());
  char** arguments = pointers_.data();
  if (PetscInitialize(&count, &arguments, nullptr, nullptr) != 0) fail(Fault::internal, "PETSc did not start");
  use_our_petsc_errors();
  // A full disk or a closed pipe is an error of the call that meets it, not the end of the process. MPI and PETSc have
  // set handlers of their own before.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  int ranks = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  set_world_size(ranks);
}

Session::~Session() {
  if (!unwinding_alone()) PetscFinalize();
}

int run(const Comm& comm, const std::function<int()>& body) {
  try {
    return body();
  } catch (...) {
    bool agreed = false;
    const int code = tell(comm, std::current_exception(), agreed);
    if (!agreed) MPI_Abort(MPI_COMM_WORLD, code);
    return code;
  }
}

}  // namespace mercer
