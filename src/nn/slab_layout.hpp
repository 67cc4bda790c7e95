// Which rows of the fields of a program each rank computes and holds, where grids are spread over ranks.
#pragma once

#include <mercer/nn/field_program.hpp>
#include <mercer/nn/space.hpp>

#include <vector>

namespace mercer {

/// A field on this rank: a slab of its rows, with rows of neighbours around it, or the whole of a coarse grid, which
/// all ranks work out alike.
struct FieldSlab {
  bool is_whole;
  Range computed;             ///< own rows, or all
  Range held;                 ///< with rows of others, and such that lie beyond the grid
  std::vector<Range> needed;  ///< of each rank: what it reads of others' rows, besides its own
  Outside boundary = Outside::zeros;
};

/// A step on this rank: rows of the fine and of the coarse side of its convolution.
struct StepSlab {
  bool is_whole;  ///< all ranks do the same, and have the result
  Range inputs, outputs;
};

struct SlabLayout {
  std::vector<FieldSlab> fields;
  std::vector<StepSlab> steps;

  /// Throws Fault::config where a convolution goes to a finer grid, which no slab allows, or where convolutions of one
  /// field continue it in several ways.
  SlabLayout(const FieldProgram& program, const Space& space);

  /// Sizes of what this rank holds of each field.
  std::vector<FieldSize> held(const FieldProgram& program) const;

 private:
  void add_convolution(const FieldProgram& program, const FieldStep& step, const Space& space);
  void add_transpose(const FieldProgram& program, const FieldStep& step, const Space& space);
  void need(FieldSlab& field, Index rows, int rank, const Range& range, Outside boundary);
  void place_ghosts(const FieldProgram& program, const Space& space);
};

}  // namespace mercer
