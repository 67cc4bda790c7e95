// Sums over all ranks of an array whose entries become ready one after the other, while the caller works on the others.
#pragma once

#include <mercer/parallel/decomposition.hpp>

#include <span>
#include <vector>

namespace mercer {

/// sum_in_rank_order, with the same bits, in buckets of entries: the messages of a bucket start when the last of its
/// entries is ready, and travel until `finish` waits for them. Buckets are counted from the end of the array, as ways
/// back through a network finish it. Used for any number of arrays, one after the other. Instantiated for float and
/// double.
template <class T>
class OverlappedSum {
 public:
  /// Messages of fewer numbers cost more by their number than by their size.
  static constexpr Index usual_message = 8192;

  /// @collective Of arrays of `count` numbers. Each bucket but the last has so many that no message has fewer than
  /// `least_message`.
  OverlappedSum(const Comm& comm, Index count, Index least_message = usual_message);

  /// Local. Begins with an array of which nothing is ready, and which must stay in its place until `finish` returns.
  /// Throws Fault::internal for an array of another size, or where the one before was not finished.
  void start(std::span<T> values);
  /// Local. These entries, told of once at most, are not touched again before `finish` returns: starts the buckets that
  /// are ready, and carries those on their way further, as MPI does so only while it is called.
  void ready(const Range& entries);
  /// @collective All the rest is ready, too. Returns when each entry is the sum over the ranks.
  void finish();

  /// Numbers that a rank sends in a sum, 2 (ranks - 1) count of all ranks together, and those for which it has memory.
  static Index numbers_sent(Index count, int rank, int ranks, Index least_message = usual_message);
  static Index numbers_held(Index count, int rank, int ranks, Index least_message = usual_message);

 private:
  enum class Stage {
    open,   ///< not all entries are ready
    terms,  ///< those of others for the own part arrive
    sums,   ///< the other parts arrive
    done,
  };
  struct Bucket {
    Range entries, own;  ///< of the array; those that this rank adds up
    Index missing = 0;   ///< entries that are not ready
    Stage stage = Stage::done;
    std::vector<T> terms;  ///< of the other ranks for the own part, in rank order
    std::vector<MPI_Request> requests;
  };
  Range part(const Bucket& bucket, int rank) const;
  std::span<T> numbers(const Range& entries) const;
  std::span<T> terms(Bucket& bucket, int rank) const;
  int tag(const Bucket& bucket) const;
  void post(Bucket& bucket, int rank, std::span<const T> sent, std::span<T> received);
  void send(Bucket& bucket, Stage round);
  void pass_on(Bucket& bucket);
  void wait(Bucket& bucket);
  void carry_on();

  Comm comm_;  ///< of its own, as ranks start the messages of a sum in orders of their own
  Index count_, size_;
  std::vector<Bucket> buckets_;  ///< from the end of the array on
  std::span<T> values_;
};

extern template class OverlappedSum<float>;
extern template class OverlappedSum<double>;

}  // namespace mercer
