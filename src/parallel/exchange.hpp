// Lists that travel from every rank to every other one.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <numeric>
#include <type_traits>
#include <vector>

namespace mercer {

/// An MPI type of `bytes` bytes, so that counts are those of elements.
class ElementType {
 public:
  explicit ElementType(std::size_t bytes);
  ~ElementType() { MPI_Type_free(&type_); }
  ElementType(const ElementType&) = delete;
  MPI_Datatype raw() const noexcept { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

/// @collective `out[r]` goes to rank r; returns what came from each rank. Throws Fault::internal for more elements than
/// an int counts.
template <class T>
std::vector<std::vector<T>> exchange_lists(const Comm& comm, const std::vector<std::vector<T>>& out) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto ranks = static_cast<std::size_t>(comm.size());
  std::vector<int> leaving(ranks), coming(ranks), send_at(ranks + 1), receive_at(ranks + 1);
  const auto places = [](const std::vector<int>& counts, std::vector<int>& at) {
    Index total = 0;
    for (std::size_t r = 0; r < counts.size(); ++r) at[r + 1] = narrow<int>(total += counts[r]);
  };
  together(comm, [&] {
    for (std::size_t r = 0; r < ranks; ++r) leaving[r] = narrow<int>(out[r].size());
    places(leaving, send_at);
  });
  check_mpi(MPI_Alltoall(leaving.data(), 1, MPI_INT, coming.data(), 1, MPI_INT, comm.raw()));
  together(comm, [&] { places(coming, receive_at); });
  std::vector<T> sent, received(static_cast<std::size_t>(receive_at.back()));
  sent.reserve(static_cast<std::size_t>(send_at.back()));
  for (const std::vector<T>& list : out) sent.insert(sent.end(), list.begin(), list.end());
  const ElementType type(sizeof(T));
  check_mpi(MPI_Alltoallv(sent.data(), leaving.data(), send_at.data(), type.raw(), received.data(), coming.data(),
                          receive_at.data(), type.raw(), comm.raw()));
  std::vector<std::vector<T>> in(ranks);
  for (std::size_t r = 0; r < ranks; ++r)
    in[r].assign(received.begin() + receive_at[r], received.begin() + receive_at[r + 1]);
  return in;
}

/// @collective The lists of all ranks, in rank order, on every rank.
template <class T>
std::vector<T> gather_everywhere(const Comm& comm, const std::vector<T>& list) {
  std::vector<T> all;
  for (const std::vector<T>& part :
       exchange_lists(comm, std::vector<std::vector<T>>(static_cast<std::size_t>(comm.size()), list)))
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace mercer
