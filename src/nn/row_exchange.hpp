// Rows of fields that neighbours own, brought here, and the adjoint of that.
#pragma once

#include <mercer/nn/row_window.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace mercer {

/// From the rows that ranks own to those that they need, with one message for each pair of ranks that have any for
/// each other. Fields below are given by their first own row; the others lie before and behind. Instantiated for float
/// and double.
template <class T>
class RowExchange {
 public:
  /// `needed` has a range for each rank, which contains the rows of the rank and may go beyond the grid; there
  /// `boundary` says what the field is. Local; `comm` must outlive the exchange.
  RowExchange(const Comm& comm, Index rows, std::span<const Range> needed, Outside boundary);

  /// @collective Fills the rows that are needed and not owned.
  void exchange(const FieldRows<T>& field, Index channels, Index columns);
  /// @collective The adjoint: adds them to the rows that they are copies of, in a fixed order, and sets them to zero.
  void accumulate(const FieldRows<T>& field, Index channels, Index columns);

  /// The first row of this rank.
  Index begin() const noexcept { return begin_; }
  /// What this rank sends in one call of exchange or accumulate.
  std::uint64_t bytes_exchanged(Index channels, Index columns) const { return bytes(owned_, channels, columns); }
  std::uint64_t bytes_accumulated(Index channels, Index columns) const { return bytes(needed_, channels, columns); }
  /// What this rank has sent so far.
  std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }

 private:
  /// Rows that go between this rank and another, equally ordered on both.
  struct Link {
    int peer;
    std::vector<Index> rows;  ///< from the first own one
  };
  static std::uint64_t bytes(const std::vector<Link>& links, Index channels, Index columns);
  struct Copy {
    Index from, to;
  };
  enum class Arrival { set, add };
  /// All that `senders` list goes to their peers and comes to where `receivers` list it.
  void move(const std::vector<Link>& senders, const std::vector<Link>& receivers, const FieldRows<T>& field,
            Index channels, Index columns, Arrival arrival);

  const Comm* comm_;
  Index begin_;
  std::vector<Link> owned_, needed_;  ///< what others need of this rank, and this rank of others
  std::vector<Copy> copies_;          ///< rows of this rank that stand for rows beyond the grid
  std::vector<Index> zeros_;          ///< rows beyond the grid that are zero
  std::vector<T> outgoing_, incoming_;
  std::vector<MPI_Request> requests_;
  std::uint64_t bytes_sent_ = 0;
};

extern template class RowExchange<float>;
extern template class RowExchange<double>;

}  // namespace mercer
