// Lists that travel from every rank to every other one.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <algorithm>
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

/// @collective The lists of all ranks, in rank order, on rank `owner`, and nothing on others.
template <class T>
std::vector<T> gather_on(const Comm& comm, int owner, std::vector<T> list) {
  std::vector<std::vector<T>> out(static_cast<std::size_t>(comm.size()));
  out[static_cast<std::size_t>(owner)] = std::move(list);
  std::vector<T> all;
  for (const std::vector<T>& part : exchange_lists(comm, out)) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// @collective Where each rank's part begins of things that are numbered rank by rank, and the end of all: [ranks + 1].
inline std::vector<Index> starts_of(const Comm& comm, Index count) {
  std::vector<Index> starts(static_cast<std::size_t>(comm.size()) + 1);
  check_mpi(MPI_Allgather(&count, 1, MPI_INT64_T, starts.data() + 1, 1, MPI_INT64_T, comm.raw()));
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  return starts;
}

/// @collective The lists of all ranks, in rank order, on every rank.
template <class T>
std::vector<T> gather_everywhere(const Comm& comm, const std::vector<T>& list) {
  const std::vector<Index> starts = starts_of(comm, std::ssize(list));
  std::vector<T> all;
  std::vector<int> counts, places;
  together(comm, [&] {
    narrow<int>(starts.back());
    for (std::size_t rank = 0; rank + 1 < starts.size(); ++rank) {
      places.push_back(static_cast<int>(starts[rank]));
      counts.push_back(static_cast<int>(starts[rank + 1] - starts[rank]));
    }
    all.resize(static_cast<std::size_t>(starts.back()));
  });
  const ElementType type(sizeof(T));
  check_mpi(MPI_Allgatherv(list.data(), static_cast<int>(list.size()), type.raw(), all.data(), counts.data(),
                           places.data(), type.raw(), comm.raw()));
  return all;
}

/// @collective The list of rank `owner`, on every rank.
template <class T>
void broadcast_list(const Comm& comm, int owner, std::vector<T>& list) {
  Index size = std::ssize(list);
  check_mpi(MPI_Bcast(&size, 1, MPI_INT64_T, owner, comm.raw()));
  together(comm, [&] { list.resize(narrow<std::size_t>(size)); });
  const ElementType type(sizeof(T));
  check_mpi(MPI_Bcast(list.data(), narrow<int>(size), type.raw(), owner, comm.raw()));
}

/// The rank whose part of `starts` holds `number`.
inline std::size_t rank_of(const std::vector<Index>& starts, Index number) {
  return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), number) - starts.begin()) - 1;
}

/// @collective Answers to questions, in their order: `answer(question)` runs on the rank `holder(question)`.
template <class Question, class Holder, class Answer>
auto asked(const Comm& comm, const std::vector<Question>& questions, const Holder& holder, const Answer& answer) {
  using Result = decltype(answer(questions.front()));
  std::vector<std::vector<Question>> out(static_cast<std::size_t>(comm.size()));
  for (const Question& question : questions) out[holder(question)].push_back(question);
  const std::vector<std::vector<Question>> asked_here = exchange_lists(comm, out);
  std::vector<std::vector<Result>> replies(asked_here.size());
  for (std::size_t rank = 0; rank < asked_here.size(); ++rank)
    for (const Question& question : asked_here[rank]) replies[rank].push_back(answer(question));
  const std::vector<std::vector<Result>> came = exchange_lists(comm, replies);
  std::vector<std::size_t> next(came.size(), 0);
  std::vector<Result> results;
  results.reserve(questions.size());
  for (const Question& question : questions) {
    const std::size_t rank = holder(question);
    results.push_back(came[rank][next[rank]++]);
  }
  return results;
}

}  // namespace mercer
