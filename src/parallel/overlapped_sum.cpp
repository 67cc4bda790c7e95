// Buckets of an array, each on its way through two rounds of messages.
#include <mercer/parallel/overlapped_sum.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>

namespace mercer {
namespace {

constexpr Index most_buckets = 64;  // more of them end no sooner, and each has messages of its own

Index bucket_size(Index count, int ranks, Index least_message) {
  return std::max({Index{1}, least_message * ranks, (count + most_buckets - 1) / most_buckets});
}

/// From the end on.
std::vector<Range> buckets_of(Index count, Index size) {
  std::vector<Range> buckets;
  for (Index end = count; end > 0; end -= size) buckets.push_back({std::max(Index{0}, end - size), end});
  return buckets;
}

template <class T>
void add_to(std::span<T> sums, std::span<const T> terms) {
#pragma omp simd
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += terms[i];
}

}  // namespace

template <class T>
OverlappedSum<T>::OverlappedSum(const Comm& comm, Index count, Index least_message)
    : comm_(comm.raw()), count_(count), size_(bucket_size(count, comm.size(), least_message)) {
  if (comm_.size() == 1) return;
  for (const Range& entries : buckets_of(count, size_)) {
    Bucket& bucket = buckets_.emplace_back();
    bucket.entries = entries;
    bucket.own = part(bucket, comm_.rank());
    bucket.terms.resize(static_cast<std::size_t>((comm_.size() - 1) * bucket.own.count()));
  }
}

template <class T>
void OverlappedSum<T>::start(std::span<T> values) {
  require(static_cast<Index>(values.size()) == count_, Fault::internal, "a sum of arrays of {} numbers got one of {}",
          count_, values.size());
  values_ = values;
  for (Bucket& bucket : buckets_) {
    require(bucket.stage == Stage::done, Fault::internal, "a sum starts before the one before it has finished");
    bucket.stage = Stage::open;
    bucket.missing = bucket.entries.count();
  }
}

template <class T>
void OverlappedSum<T>::ready(const Range& entries) {
  if (buckets_.empty() || entries.count() == 0) return;
  const auto bucket_at = [&](Index entry) { return static_cast<std::size_t>((count_ - 1 - entry) / size_); };
  const std::size_t end = bucket_at(entries.begin) + 1;
  for (std::size_t b = bucket_at(entries.end - 1); b < end; ++b) {
    Bucket& bucket = buckets_[b];
    bucket.missing -= std::min(bucket.entries.end, entries.end) - std::max(bucket.entries.begin, entries.begin);
    require(bucket.missing >= 0, Fault::internal, "an entry of a sum is said to be ready twice");
    if (bucket.missing == 0) send(bucket, Stage::terms);
  }
  carry_on();
}

template <class T>
void OverlappedSum<T>::finish() {
  for (Bucket& bucket : buckets_)
    if (bucket.stage == Stage::open) send(bucket, Stage::terms);
  for (Bucket& bucket : buckets_)
    if (bucket.stage == Stage::terms) {
      wait(bucket);
      pass_on(bucket);
    }
  for (Bucket& bucket : buckets_) {
    wait(bucket);
    bucket.stage = Stage::done;
  }
}

/// The entries of a bucket that a rank adds up.
template <class T>
Range OverlappedSum<T>::part(const Bucket& bucket, int rank) const {
  const Range part = block(bucket.entries.count(), rank, comm_.size());
  return {bucket.entries.begin + part.begin, bucket.entries.begin + part.end};
}

template <class T>
std::span<T> OverlappedSum<T>::numbers(const Range& entries) const {
  return values_.subspan(static_cast<std::size_t>(entries.begin), static_cast<std::size_t>(entries.count()));
}

/// Of another rank.
template <class T>
std::span<T> OverlappedSum<T>::terms(Bucket& bucket, int rank) const {
  const auto own = static_cast<std::size_t>(bucket.own.count());
  return std::span(bucket.terms).subspan(static_cast<std::size_t>(rank < comm_.rank() ? rank : rank - 1) * own, own);
}

/// Buckets overtake one another on some ranks, and sums never terms.
template <class T>
int OverlappedSum<T>::tag(const Bucket& bucket) const {
  return static_cast<int>(&bucket - buckets_.data()) +
         (bucket.stage == Stage::sums ? static_cast<int>(most_buckets) : 0);
}

template <class T>
void OverlappedSum<T>::post(Bucket& bucket, int rank, std::span<const T> sent, std::span<T> received) {
  const auto size = [](const auto& numbers) { return narrow<int>(std::ssize(numbers)); };
  if (!received.empty())
    check_mpi(MPI_Irecv(received.data(), size(received), mpi_type<T>(), rank, tag(bucket), comm_.raw(),
                        &bucket.requests.emplace_back()));
  if (!sent.empty())
    check_mpi(MPI_Isend(sent.data(), size(sent), mpi_type<T>(), rank, tag(bucket), comm_.raw(),
                        &bucket.requests.emplace_back()));
}

/// A round of messages: of terms, those for the part of each rank, and of sums, those of the own part.
template <class T>
void OverlappedSum<T>::send(Bucket& bucket, Stage round) {
  bucket.stage = round;
  bucket.requests.clear();
  for (int step = 1; step < comm_.size(); ++step) {
    const int rank = (comm_.rank() + step) % comm_.size();
    if (round == Stage::terms)
      post(bucket, rank, numbers(part(bucket, rank)), terms(bucket, rank));
    else
      post(bucket, rank, numbers(bucket.own), numbers(part(bucket, rank)));
  }
}

/// The terms are there: adds them up and sends the sums.
template <class T>
void OverlappedSum<T>::pass_on(Bucket& bucket) {
  const std::span<T> own = numbers(bucket.own), sums = comm_.is_root() ? own : terms(bucket, 0);
  for (int rank = 1; rank < comm_.size(); ++rank) add_to<T>(sums, rank == comm_.rank() ? own : terms(bucket, rank));
  if (!comm_.is_root()) std::ranges::copy(sums, own.begin());
  send(bucket, Stage::sums);
}

template <class T>
void OverlappedSum<T>::wait(Bucket& bucket) {
  check_mpi(MPI_Waitall(static_cast<int>(bucket.requests.size()), bucket.requests.data(), MPI_STATUSES_IGNORE));
}

/// What can be done without waiting. MPI carries on with all messages in each call, so that buckets behind one that
/// still waits need no calls of their own.
template <class T>
void OverlappedSum<T>::carry_on() {
  for (const Stage round : {Stage::terms, Stage::sums})
    for (Bucket& bucket : buckets_) {
      if (bucket.stage != round) continue;
      int have_arrived = 0;
      check_mpi(MPI_Testall(static_cast<int>(bucket.requests.size()), bucket.requests.data(), &have_arrived,
                            MPI_STATUSES_IGNORE));
      if (!have_arrived) return;
      if (round == Stage::terms)
        pass_on(bucket);
      else
        bucket.stage = Stage::done;
    }
}

template <class T>
Index OverlappedSum<T>::numbers_sent(Index count, int rank, int ranks, Index least_message) {
  Index sent = 0;
  for (const Range& entries : buckets_of(count, bucket_size(count, ranks, least_message)))
    sent += entries_sent_in_sum(entries.count(), rank, ranks);
  return sent;
}

template <class T>
Index OverlappedSum<T>::numbers_held(Index count, int rank, int ranks, Index least_message) {
  Index held = 0;
  for (const Range& entries : buckets_of(count, bucket_size(count, ranks, least_message)))
    held += (ranks - 1) * block(entries.count(), rank, ranks).count();
  return held;
}

template class OverlappedSum<float>;
template class OverlappedSum<double>;

}  // namespace mercer
