// Allgatherv, and a reduce-scatter made of Alltoallv and sums in a fixed order.
#include <mercer/solvers/spectral_mixture_gp/features/exchange.hpp>

#include <algorithm>
#include <vector>

namespace mercer::smgp {

Exchange::Exchange(const Comm& comm, const Shape& shape)
    : comm_(&comm), shape_(shape), row_size_(shape[0] == 0 ? 0 : shape.count() / shape[0]) {
  narrow<int>(shape.count());
}

Shape Exchange::own_shape() const {
  Shape own = shape_;
  own[0] = rows().count();
  return own;
}

Array Exchange::own_part(const Array& whole) const { return part(whole, rows()); }

Array Exchange::gather(const Array& own) const {
  require(own.shape() == own_shape(), Fault::internal, "a rank gathers with its own rows only");
  ++collectives_;
  if (comm_->size() == 1) return copy(own);
  std::vector<int> counts, begins;
  for (int rank = 0; rank < comm_->size(); ++rank) {
    counts.push_back(static_cast<int>(rows_of(rank).count() * row_size_));
    begins.push_back(static_cast<int>(rows_of(rank).begin * row_size_));
  }
  Array whole = dense(shape_);
  check_mpi(MPI_Allgatherv(own.data(), static_cast<int>(own.count()), MPI_DOUBLE, whole.data(), counts.data(),
                           begins.data(), MPI_DOUBLE, comm_->raw()));
  return whole;
}

Array Exchange::sum_scatter(Array partial) const {
  require(partial.shape() == shape_, Fault::internal, "partial sums have the shape of the whole");
  ++collectives_;
  const int ranks = comm_->size();
  if (ranks == 1) return partial;
  const auto own_count = static_cast<int>(rows().count() * row_size_);
  std::vector<int> counts, begins, own_counts(static_cast<std::size_t>(ranks), own_count), own_begins;
  for (int rank = 0; rank < ranks; ++rank) {
    counts.push_back(static_cast<int>(rows_of(rank).count() * row_size_));
    begins.push_back(static_cast<int>(rows_of(rank).begin * row_size_));
    own_begins.push_back(narrow<int>(Index{rank} * own_count));
  }
  std::vector<double> parts(static_cast<std::size_t>(ranks) * static_cast<std::size_t>(own_count));
  check_mpi(MPI_Alltoallv(partial.data(), counts.data(), begins.data(), MPI_DOUBLE, parts.data(), own_counts.data(),
                          own_begins.data(), MPI_DOUBLE, comm_->raw()));
  Array own = dense(own_shape());
  for (int rank = 0; rank < ranks; ++rank) {
    const double* part = parts.data() + Index{rank} * own_count;
    for (int i = 0; i < own_count; ++i) own.data()[i] += part[i];
  }
  return own;
}

}  // namespace mercer::smgp
