// A formula made ready to run: straight-line operations over blocks of points, all intermediate values in the nearest
// cache.
#pragma once

#include <mercer/config/expression.hpp>
#include <mercer/config/expression_operations.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace mercer {

/// Values are numbered: first the symbols, then the constants, then one for each instruction. Holds no state of a run.
class Program {
 public:
  Program() = default;
  explicit Program(const Expression::Tree& tree);

  double operator()(std::span<const double> values) const;  ///< [symbols]; at one point, the same bits as `run`
  /// As Expression::evaluate, with sizes that fit.
  void run(std::span<const std::span<const double>> columns, std::span<double> out) const;
  /// As Expression::evaluate_on_grid, with sizes that fit.
  void run_on_grid(std::span<const std::span<const double>> axes, std::span<const std::span<const double>> fields,
                   std::span<double> out) const;

 private:
  friend class Compiler;
  struct Instruction {
    Op op;
    std::array<std::uint32_t, 3> operands;
    std::uint32_t slot;  ///< of the scratch memory, shared by values that are not needed at the same time
  };
  class Run;
  class GridRun;
  std::uint32_t first_result() const noexcept;
  std::uint32_t values() const noexcept;
  void compute(std::span<double> values) const;

  std::uint32_t symbols_ = 0, slots_ = 0, root_ = 0;
  std::vector<double> constants_;
  std::vector<Instruction> instructions_;
};

}  // namespace mercer
