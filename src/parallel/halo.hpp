// Copies of the neighbours' outermost points around a rank's block of an array, and the adjoint of that copying.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace mercer {

/// Ghost points on both sides of every axis of a block. Positions outside a non-periodic axis have no owner: they are
/// ghosts, too, but no exchange touches them. The width may exceed the blocks of the neighbours, and on periodic axes
/// even the array.
class Halo {
 public:
  /// `widths` and `periodic` one an axis. `elements_per_point` neighbouring elements move as one grid point (vector
  /// components, an inner row). `comm` must outlive the halo and have as many ranks as `decomposition`.
  Halo(const Comm& comm, const Decomposition& decomposition, std::array<Index, 3> widths,
       std::array<bool, 3> periodic = {}, Index elements_per_point = 1);

  /// Shape of a block with its ghosts; with more than one element a point these are a last dimension.
  const Shape& padded_shape() const noexcept { return padded_; }
  Index width(int axis) const noexcept { return widths_[static_cast<std::size_t>(axis)]; }

  /// @collective Fills the ghosts of a dense padded block with what their owners hold.
  template <class T>
  void exchange(View<T> block) const {
    exchange_bytes(as_bytes(block), sizeof(T));
  }

  /// @collective The adjoint: adds every ghost to its owner's value and sets it to zero. A sum has a fixed order for a
  /// given rank count.
  template <class T>
  void accumulate(View<T> block) const {
    accumulate_bytes(as_bytes(block), sizeof(T), [](std::byte* sums, const std::byte* terms, std::size_t count) {
      T* to = reinterpret_cast<T*>(sums);
      const T* from = reinterpret_cast<const T*>(terms);
      for (std::size_t i = 0; i < count; ++i) to[i] += from[i];
    });
  }

 private:
  /// Consecutive positions along one axis that move together between this rank and `peer`.
  struct Piece {
    int peer;
    Index begin, count;  ///< in the padded block
  };
  struct Plan {
    std::vector<Piece> ghosts, sources;  ///< what comes here, what leaves; equally ordered for each pair of ranks
  };
  using Add = std::function<void(std::byte*, const std::byte*, std::size_t)>;

  template <class T>
  std::byte* as_bytes(View<T> block) const {
    static_assert(std::is_trivially_copyable_v<T>);
    require(block.shape() == padded_ && block.is_dense(), Fault::internal,
            "a halo exchange needs a dense block of its padded shape");
    return reinterpret_cast<std::byte*>(block.data());
  }
  std::vector<Piece> ghosts_of(int part, int axis) const;
  Plan plan(int axis) const;
  std::size_t piece_elements(const Piece& piece, int axis) const noexcept;
  void pack(const std::byte* block, std::size_t size, const Piece& piece, int axis, std::byte* buffer) const;
  void unpack(std::byte* block, std::size_t size, const Piece& piece, int axis, const std::byte* buffer,
              const Add* add) const;
  void clear(std::byte* block, std::size_t size, const Piece& piece, int axis) const;
  void move(std::byte* block, std::size_t size, int axis, bool backward, const Add* add) const;
  void exchange_bytes(std::byte* block, std::size_t size) const;
  void accumulate_bytes(std::byte* block, std::size_t size, const Add& add) const;

  const Comm* comm_;
  Decomposition decomposition_;
  std::array<Index, 3> widths_;
  std::array<bool, 3> periodic_;
  Index elements_;
  Shape padded_;
  std::array<Plan, 3> plans_;
};

}  // namespace mercer
