// Communicators and agreement, by small collective calls.
#include <mercer/parallel/comm.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

namespace mercer {
namespace {

template <class T>
T reduced(const Comm& comm, T value, MPI_Datatype type, MPI_Op op) {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &value, 1, type, op, comm.raw()));
  return value;
}

/// Fault and text of a failure as the other ranks will see it.
std::pair<Fault, std::string> retold(const std::exception_ptr& failure, std::source_location& where) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    where = error.where();
    return {error.fault(), error.what()};
  } catch (const std::bad_alloc&) {
    return {Fault::memory, "there is not enough memory"};
  } catch (const std::exception& error) {
    return {Fault::internal, error.what()};
  } catch (...) {
    return {Fault::internal, "something that is no std::exception was thrown"};
  }
}

}  // namespace

void check_mpi(int code, std::source_location where) {
  if (code == MPI_SUCCESS) [[likely]]
    return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw Error(Fault::internal, "MPI: " + std::string(text.data(), static_cast<std::size_t>(length)), where);
}

Comm::Comm(MPI_Comm parent) {
  check_mpi(MPI_Comm_dup(parent, handle_.out()));
  *this = Comm(std::move(handle_));
}

Comm::Comm(Handle<Traits> handle) : handle_(std::move(handle)) {
  check_mpi(MPI_Comm_set_errhandler(raw(), MPI_ERRORS_RETURN));
  check_mpi(MPI_Comm_rank(raw(), &rank_));
  check_mpi(MPI_Comm_size(raw(), &size_));
}

Comm Comm::split(int color) const {
  Handle<Traits> part;
  check_mpi(MPI_Comm_split(raw(), color, rank_, part.out()));
  return Comm(std::move(part));
}

void agree(const Comm& comm, const std::exception_ptr& local) {
  const int first = static_cast<int>(smallest(comm, Index{local ? comm.rank() : comm.size()}));
  if (first == comm.size()) return;
  std::source_location where;
  std::pair<Fault, std::string> told;
  if (comm.rank() == first) told = retold(local, where);
  std::array<int, 2> head{exit_code(told.first), static_cast<int>(told.second.size())};
  check_mpi(MPI_Bcast(head.data(), 2, MPI_INT, first, comm.raw()));
  told.second.resize(static_cast<std::size_t>(head[1]));
  check_mpi(MPI_Bcast(told.second.data(), head[1], MPI_CHAR, first, comm.raw()));
  Error error(static_cast<Fault>(head[0]), told.second, where);
  if (comm.size() == world_size()) error.agree();
  throw error;
}

std::string broadcast(const Comm& comm, std::string text) {
  const Index size = broadcast(comm, static_cast<Index>(text.size()));
  text.resize(static_cast<std::size_t>(size));
  check_mpi(MPI_Bcast(text.data(), narrow<int>(size), MPI_CHAR, 0, comm.raw()));
  return text;
}

double broadcast(const Comm& comm, double value) {
  check_mpi(MPI_Bcast(&value, 1, MPI_DOUBLE, 0, comm.raw()));
  return value;
}

Index broadcast(const Comm& comm, Index value) {
  check_mpi(MPI_Bcast(&value, 1, MPI_INT64_T, 0, comm.raw()));
  return value;
}

Index sum(const Comm& comm, Index value) { return reduced(comm, value, MPI_INT64_T, MPI_SUM); }
Index smallest(const Comm& comm, Index value) { return reduced(comm, value, MPI_INT64_T, MPI_MIN); }
Index largest(const Comm& comm, Index value) { return reduced(comm, value, MPI_INT64_T, MPI_MAX); }

Index sum_before(const Comm& comm, Index value) {
  Index before = 0;
  check_mpi(MPI_Exscan(&value, &before, 1, MPI_INT64_T, MPI_SUM, comm.raw()));
  return comm.is_root() ? 0 : before;
}

double smallest(const Comm& comm, double value) { return -largest(comm, -value); }

// MPI_MAX may lose a NaN, and with it the sign that an iteration has failed on one rank.
double largest(const Comm& comm, double value) {
  const bool bad = std::isnan(value);
  std::array<double, 2> seen{bad ? 1.0 : 0.0, bad ? 0.0 : value};
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, seen.data(), 2, MPI_DOUBLE, MPI_MAX, comm.raw()));
  return seen[0] > 0 ? std::numeric_limits<double>::quiet_NaN() : seen[1];
}

bool all(const Comm& comm, bool value) { return smallest(comm, Index{value}) == 1; }

bool same_everywhere(const Comm& comm, const std::string& text) { return all(comm, broadcast(comm, text) == text); }

}  // namespace mercer
