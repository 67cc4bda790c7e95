#include <mercer/parallel/tasks.hpp>

#include <cstdint>
#include <cstring>

namespace mercer {
namespace {

/// Numbers 0, 1, 2, ..., each given to one rank once. Made and destroyed together, otherwise local.
class Counter {
 public:
  explicit Counter(const Comm& comm) {
    std::int64_t* count = nullptr;
    const MPI_Aint bytes = comm.is_root() ? sizeof(std::int64_t) : 0;
    MPI_Win window = MPI_WIN_NULL;
    check_mpi(MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, comm.raw(), &count, &window));
    check_mpi(MPI_Win_lock_all(MPI_MODE_NOCHECK, window));
    window_ = Handle<Traits>(window);
    if (comm.is_root()) *count = 0;
    check_mpi(MPI_Win_sync(window));
    check_mpi(MPI_Barrier(comm.raw()));
  }

  Index next() const {
    const std::int64_t one = 1;
    std::int64_t number = 0;
    check_mpi(MPI_Fetch_and_op(&one, &number, MPI_INT64_T, 0, 0, MPI_SUM, window_.get()));
    check_mpi(MPI_Win_flush(0, window_.get()));
    return number;
  }

  /// From now on every rank gets numbers that are at least `number`.
  void raise_to(Index number) const {
    const std::int64_t least = number;
    std::int64_t before = 0;
    check_mpi(MPI_Fetch_and_op(&least, &before, MPI_INT64_T, 0, 0, MPI_MAX, window_.get()));
    check_mpi(MPI_Win_flush(0, window_.get()));
  }

 private:
  struct Traits {
    using type = MPI_Win;
    static constexpr bool collective = true;
    static type empty() noexcept { return MPI_WIN_NULL; }
    static void close(type& window) noexcept {
      MPI_Win_unlock_all(window);
      MPI_Win_free(&window);
    }
  };
  Handle<Traits> window_;
};

/// Every entry is zero on all ranks but one. By their bits, so that no sum changes any (-0, NaN).
void gather(const Comm& comm, std::span<double> records) {
  if (records.empty()) return;
  std::vector<std::uint64_t> bits(records.size());
  std::memcpy(bits.data(), records.data(), records.size_bytes());
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, bits.data(), narrow<int>(bits.size()), MPI_UINT64_T, MPI_BOR, comm.raw()));
  std::memcpy(records.data(), bits.data(), records.size_bytes());
}

}  // namespace

std::vector<double> run_tasks(const Comm& comm, Index count, Index width,
                              const std::function<void(Index task, std::span<double> record)>& work) {
  std::vector<double> records(static_cast<std::size_t>(count * width));
  const auto run = [&](Index task) {
    work(task, std::span(records).subspan(static_cast<std::size_t>(task * width), static_cast<std::size_t>(width)));
  };
  if (comm.size() == 1) {
    together(comm, [&] {
      for (Index task = 0; task < count; ++task) run(task);
    });
    return records;
  }
  const Counter counter(comm);
  together(comm, [&] {
    for (Index task = counter.next(); task < count; task = counter.next()) run(task);
  });
  gather(comm, records);
  return records;
}

void run_tasks_while(const Comm& comm, Index count, const std::function<bool(Index task)>& work) {
  const Counter counter(comm);
  together(comm, [&] {
    for (Index task = counter.next(); task < count; task = counter.next())
      if (!work(task)) counter.raise_to(count);
  });
}

}  // namespace mercer
