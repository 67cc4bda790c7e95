// A communicator, agreement between ranks on failure, and small collective answers.
#pragma once

#include <mercer/base/handle.hpp>
#include <mercer/base/index.hpp>

#include <exception>
#include <mpi.h>
#include <source_location>
#include <span>
#include <string>

namespace mercer {

/// Throws Fault::internal where an MPI call did not return MPI_SUCCESS.
void check_mpi(int code, std::source_location where = std::source_location::current());

/// MPI's name for a kind of number.
template <class T>
MPI_Datatype mpi_type() noexcept;
template <>
inline MPI_Datatype mpi_type<float>() noexcept {
  return MPI_FLOAT;
}
template <>
inline MPI_Datatype mpi_type<double>() noexcept {
  return MPI_DOUBLE;
}

/// An MPI communicator of our own, so that messages of mercer never meet those of others. Move only.
class Comm {
 public:
  explicit Comm(MPI_Comm parent = MPI_COMM_WORLD);  ///< @collective duplicates `parent`
  static Comm self() { return Comm(MPI_COMM_SELF); }

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }
  bool is_root() const noexcept { return rank_ == 0; }
  MPI_Comm raw() const noexcept { return handle_.get(); }

  /// @collective The ranks of equal `color`, in the order of their ranks here.
  Comm split(int color) const;

 private:
  struct Traits {
    using type = MPI_Comm;
    static constexpr bool collective = true;
    static type empty() noexcept { return MPI_COMM_NULL; }
    static void close(type& comm) noexcept { MPI_Comm_free(&comm); }
  };
  explicit Comm(Handle<Traits> handle);
  Handle<Traits> handle_;
  int rank_ = 0, size_ = 1;
};

/// @collective Where a rank brings a failure, every rank throws the lowest such rank's. The Error is agreed where
/// `comm` spans the run; on a part of the ranks it is as lonely as before, because the others go on.
void agree(const Comm& comm, const std::exception_ptr& local);

/// @collective Runs `local`, which must not communicate; a throw on one rank becomes the same throw on all.
template <class F>
void together(const Comm& comm, F&& local) {
  std::exception_ptr caught;
  try {
    local();
  } catch (...) {
    caught = std::current_exception();
  }
  agree(comm, caught);
}

/// @collective What rank 0 holds, on every rank.
std::string broadcast(const Comm& comm, std::string text);
double broadcast(const Comm& comm, double value);
Index broadcast(const Comm& comm, Index value);

/// @collective
Index sum(const Comm& comm, Index value);
Index sum_before(const Comm& comm,
                 Index value);  ///< of the lower ranks, e.g. where this rank's part of a vector starts
Index smallest(const Comm& comm, Index value);
Index largest(const Comm& comm, Index value);
double smallest(const Comm& comm, double value);  ///< NaN where any rank's is
double largest(const Comm& comm, double value);   ///< NaN where any rank's is
bool all(const Comm& comm, bool value);

/// @collective Whether every rank holds the same text.
bool same_everywhere(const Comm& comm, const std::string& text);

}  // namespace mercer
