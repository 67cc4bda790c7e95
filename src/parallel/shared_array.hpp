// Arrays of which the ranks of one machine share one copy.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <memory>

namespace mercer {

/// Takes pages out of the address space.
struct Unmap {
  std::size_t bytes = 0;
  void operator()(void* memory) const noexcept;
};
using SharedMemory = std::unique_ptr<void, Unmap>;

/// @collective The ranks on the machine of this one, in the order of their ranks in `comm`.
Comm machine_of(const Comm& comm);

/// @collective Zeros that all ranks of `machine` see and may write, or null on all of them where there is no such
/// memory. Nothing of it outlives the processes.
SharedMemory share_memory(const Comm& machine, std::size_t bytes);

/// Filled once, by the ranks of each machine together, and then read by all of them. Where ranks cannot share, each has
/// a copy of its own that it fills alone. Rows are padded as those of a `Tensor`. Move only; nothing may be asked of
/// what was moved from. Its end is local.
template <class T>
class SharedArray {
 public:
  SharedArray() = default;
  explicit SharedArray(Tensor<T> own)
      : own_(std::move(own)),
        view_(own_.view()),
        bytes_(allocation(own_.shape(), cache_line / sizeof(T), sizeof(T)).bytes) {}
  /// @collective Zero at first. Throws Fault::memory with the number of bytes where there is not enough of it.
  SharedArray(const Comm& comm, const Shape& shape) {
    const Comm machine = machine_of(comm);
    Index row = 0;
    together(comm, [&] {
      const Allocation needed = allocation(shape, cache_line / sizeof(T), sizeof(T));
      row = needed.row, bytes_ = needed.bytes;
    });
    if (machine.size() > 1) shared_ = share_memory(machine, bytes_);
    together(comm, [&] {
      if (!shared_) own_ = Tensor<T>(shape);
    });
    view_ = own_.view();
    if (!shared_) return;
    rank_ = machine.rank(), ranks_ = machine.size();
    view_ = View<T>(static_cast<T*>(shared_.get()), shape, View<T>::dense_strides(shape, row));
  }

  const Shape& shape() const noexcept { return view_.shape(); }
  View<const T> view() const noexcept { return view_; }
  std::size_t bytes() const noexcept { return bytes_; }  ///< of a copy

  /// What this rank fills of so many parts; the ranks of a machine fill all.
  Range share(Index parts) const noexcept { return block(parts, rank_, ranks_); }
  View<T> to_fill() noexcept { return view_; }
  /// @collective After that all ranks see what each has filled.
  void publish(const Comm& comm) const { check_mpi(MPI_Barrier(comm.raw())); }

 private:
  Tensor<T> own_;
  SharedMemory shared_;
  View<T> view_;
  std::size_t bytes_ = 0;
  int rank_ = 0, ranks_ = 1;
};

}  // namespace mercer
