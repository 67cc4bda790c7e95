// Rows of one rank are consecutive in memory, so only whole rows have to be put together or taken apart.
#include <mercer/fft/sequence_transpose.hpp>

#include <algorithm>
#include <vector>

namespace mercer {

/// Numbers exchanged with each rank, and where they start.
template <class T>
struct SequenceTranspose<T>::Counts {
  std::vector<int> steps, steps_at;  ///< of [rows, own steps]: the rows of each rank
  std::vector<int> rows, rows_at;    ///< of [own rows, length]: the steps of each rank
};

template <class T>
SequenceTranspose<T>::SequenceTranspose(const Comm& comm, Index rows, Index length)
    : comm_(&comm), all_rows_(rows), length_(length) {
  require(rows >= 0 && length > 0, Fault::internal, "there are no {} sequences of {} steps", rows, length);
}

template <class T>
std::uint64_t SequenceTranspose<T>::bytes_sent() const noexcept {
  return sizeof(T) * static_cast<std::uint64_t>((all_rows_ - own_rows().count()) * own_steps().count());
}

template <class T>
std::uint64_t SequenceTranspose<T>::bytes_sent_back() const noexcept {
  return sizeof(T) * static_cast<std::uint64_t>(own_rows().count() * (length_ - own_steps().count()));
}

template <class T>
typename SequenceTranspose<T>::Counts SequenceTranspose<T>::counts() const {
  Counts counts;
  const Index rows = own_rows().count(), steps = own_steps().count();
  for (int rank = 0; rank < comm_->size(); ++rank) {
    counts.steps.push_back(narrow<int>(rows_of(rank).count() * steps));
    counts.steps_at.push_back(narrow<int>(rows_of(rank).begin * steps));
    counts.rows.push_back(narrow<int>(rows * steps_of(rank).count()));
    counts.rows_at.push_back(narrow<int>(rows * steps_of(rank).begin));
  }
  return counts;
}

template <class T>
template <class Copy>
void SequenceTranspose<T>::for_each_piece(const Copy& copy) const {
  Index at = 0;  // pieces lie rank by rank, row by row
  for (int rank = 0; rank < comm_->size(); ++rank) {
    const Range steps = steps_of(rank);
    for (Index row = 0; row < own_rows().count(); ++row, at += steps.count())
      copy(at, row * length_ + steps.begin, steps.count());
  }
}

template <class T>
void SequenceTranspose<T>::do_apply(std::span<const T> x, std::span<T> y) const {
  const Counts counts = this->counts();
  std::vector<T> pieces(y.size());
  check_mpi(MPI_Alltoallv(x.data(), counts.steps.data(), counts.steps_at.data(), mpi_type<T>(), pieces.data(),
                          counts.rows.data(), counts.rows_at.data(), mpi_type<T>(), comm_->raw()));
  for_each_piece([&](Index from, Index to, Index count) { std::copy_n(pieces.data() + from, count, y.data() + to); });
}

template <class T>
void SequenceTranspose<T>::do_apply_adjoint(std::span<const T> y, std::span<T> x) const {
  const Counts counts = this->counts();
  std::vector<T> pieces(y.size());
  for_each_piece([&](Index to, Index from, Index count) { std::copy_n(y.data() + from, count, pieces.data() + to); });
  check_mpi(MPI_Alltoallv(pieces.data(), counts.rows.data(), counts.rows_at.data(), mpi_type<T>(), x.data(),
                          counts.steps.data(), counts.steps_at.data(), mpi_type<T>(), comm_->raw()));
}

template class SequenceTranspose<float>;
template class SequenceTranspose<double>;

}  // namespace mercer
