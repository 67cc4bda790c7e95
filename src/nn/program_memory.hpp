// Which fields and gradients of a program share memory, as each is needed for some steps only.
#pragma once

#include <mercer/nn/field_program.hpp>

namespace mercer {

/// Where a field or its gradient lives.
enum class Home {
  outside,  ///< what the caller gives: input, output and their gradients
  kept,     ///< memory of its own for each sample of a batch
  shared,   ///< a slot that others use before and after, for the sample that is worked on
};

struct Place {
  Home home = Home::outside;
  std::size_t slot = 0;  ///< among the kept or the shared
};

/// What becomes of the gradient of `to` after a step, for the gradient of `base`.
enum class Handing { none, move, copy, add };

struct BackwardStep {
  bool adds;  ///< the gradient of `from` has something in it already
  Handing handing;
};

/// Numbers of fields and slots are those of one sample.
struct ProgramMemory {
  std::vector<Place> fields, gradients;
  std::vector<FieldSize> kept, field_slots, gradient_slots;
  std::vector<BackwardStep> backward;  ///< by step

  /// `sizes` are those of the fields, or of what a rank holds of them.
  ProgramMemory(const FieldProgram& program, const std::vector<FieldSize>& sizes, Purpose purpose);

 private:
  void place_fields(const FieldProgram& program, const std::vector<FieldSize>& sizes, Purpose purpose);
  void place_gradients(const FieldProgram& program, const std::vector<FieldSize>& sizes);
};

}  // namespace mercer
