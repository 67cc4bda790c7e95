// Who sends which rows to whom, and the messages.
#include <mercer/nn/row_exchange.hpp>

#include <algorithm>

namespace mercer {
namespace {

int owner_of(Index row, Index rows, int ranks) {
  int rank = 0;
  while (!block(rows, rank, ranks).contains(row)) ++rank;
  return rank;
}

/// Calls use(channel numbers of one row) for each channel.
template <class T, class Use>
void each_channel(const FieldRows<T>& field, Index row, Index channels, const Use& use) {
  for (Index c = 0; c < channels; ++c) use(field.row(row) + c * field.stride);
}

}  // namespace

template <class T>
RowExchange<T>::RowExchange(const Comm& comm, Index rows, std::span<const Range> needed, Outside boundary)
    : comm_(&comm), begin_(block(rows, comm.rank(), comm.size()).begin) {
  std::vector<Link> owned(needed.size()), wanted(needed.size());
  for (int rank = 0; rank < comm.size(); ++rank) {
    const Range own = block(rows, rank, comm.size()), all = needed[static_cast<std::size_t>(rank)];
    for (Index position = all.begin; position < all.end; ++position) {
      if (own.contains(position)) continue;
      const Index row = place_inside(boundary, position, rows);
      const int owner = row < 0 ? rank : owner_of(row, rows, comm.size());
      if (rank == comm.rank()) {
        if (row < 0)
          zeros_.push_back(position - begin_);
        else if (owner == rank)
          copies_.push_back({row - begin_, position - begin_});
        else
          wanted[static_cast<std::size_t>(owner)].rows.push_back(position - begin_);
      } else if (owner == comm.rank()) {
        owned[static_cast<std::size_t>(rank)].rows.push_back(row - begin_);
      }
    }
  }
  for (int rank = 0; rank < comm.size(); ++rank) {
    const auto place = static_cast<std::size_t>(rank);
    if (!owned[place].rows.empty()) owned_.push_back({rank, std::move(owned[place].rows)});
    if (!wanted[place].rows.empty()) needed_.push_back({rank, std::move(wanted[place].rows)});
  }
}

template <class T>
std::uint64_t RowExchange<T>::bytes(const std::vector<Link>& links, Index channels, Index columns) {
  std::size_t rows = 0;
  for (const Link& link : links) rows += link.rows.size();
  return sizeof(T) * rows * static_cast<std::uint64_t>(channels * columns);
}

template <class T>
void RowExchange<T>::move(const std::vector<Link>& senders, const std::vector<Link>& receivers,
                          const FieldRows<T>& field, Index channels, Index columns, Arrival arrival) {
  const auto numbers = [&](const std::vector<Link>& links) {
    Index count = 0;
    for (const Link& link : links) count += static_cast<Index>(link.rows.size()) * channels * columns;
    return static_cast<std::size_t>(count);
  };
  outgoing_.resize(numbers(senders));
  incoming_.resize(numbers(receivers));
  requests_.clear();
  const auto size = [&](const Link& link) {
    return narrow<int>(static_cast<Index>(link.rows.size()) * channels * columns);
  };
  T* next = incoming_.data();
  for (const Link& link : receivers) {
    check_mpi(MPI_Irecv(next, size(link), mpi_type<T>(), link.peer, 0, comm_->raw(), &requests_.emplace_back()));
    next += size(link);
  }
  next = outgoing_.data();
  for (const Link& link : senders) {
    T* const begin = next;
    for (const Index row : link.rows)
      each_channel(field, row, channels, [&](const T* from) { next = std::copy_n(from, columns, next); });
    check_mpi(MPI_Isend(begin, size(link), mpi_type<T>(), link.peer, 0, comm_->raw(), &requests_.emplace_back()));
    bytes_sent_ += sizeof(T) * static_cast<std::uint64_t>(size(link));
  }
  check_mpi(MPI_Waitall(narrow<int>(static_cast<Index>(requests_.size())), requests_.data(), MPI_STATUSES_IGNORE));
  const T* from = incoming_.data();
  for (const Link& link : receivers)
    for (const Index row : link.rows)
      each_channel(field, row, channels, [&](T* to) {
        for (Index x = 0; x < columns; ++x) to[x] = arrival == Arrival::set ? from[x] : to[x] + from[x];
        from += columns;
      });
}

template <class T>
void RowExchange<T>::exchange(const FieldRows<T>& field, Index channels, Index columns) {
  move(owned_, needed_, field, channels, columns, Arrival::set);
  for (const Index row : zeros_) each_channel(field, row, channels, [&](T* to) { std::fill_n(to, columns, T{0}); });
  for (const Copy& copy : copies_)
    for (Index c = 0; c < channels; ++c)
      std::copy_n(field.row(copy.from) + c * field.stride, columns, field.row(copy.to) + c * field.stride);
}

template <class T>
void RowExchange<T>::accumulate(const FieldRows<T>& field, Index channels, Index columns) {
  for (const Copy& copy : copies_)
    for (Index c = 0; c < channels; ++c) {
      const T* from = field.row(copy.to) + c * field.stride;
      T* to = field.row(copy.from) + c * field.stride;
      for (Index x = 0; x < columns; ++x) to[x] += from[x];
    }
  move(needed_, owned_, field, channels, columns, Arrival::add);
  const auto clear = [&](Index row) {
    each_channel(field, row, channels, [&](T* to) { std::fill_n(to, columns, T{0}); });
  };
  for (const Index row : zeros_) clear(row);
  for (const Copy& copy : copies_) clear(copy.to);
  for (const Link& link : needed_)
    for (const Index row : link.rows) clear(row);
}

template class RowExchange<float>;
template class RowExchange<double>;

}  // namespace mercer
