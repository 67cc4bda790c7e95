// Running a formula on a tensor grid, row by row, with what rows have in common computed once.
#include <mercer/base/tensor.hpp>
#include <mercer/config/expression_block.hpp>
#include <mercer/config/expression_program.hpp>

#include <algorithm>

namespace mercer {

/// One evaluation: where each value is, and how often it has to be computed.
class Program::GridRun {
 public:
  GridRun(const Program& program, std::span<const std::span<const double>> axes,
          std::span<const std::span<const double>> fields)
      : program_(program),
        axes_(axes.first(last_long(axes) + 1)),
        points_(axes_.back().size()),
        block_(std::min(block_points(program.slots_), points_)),
        scratch_(Shape{static_cast<Index>(program.slots_), static_cast<Index>(block_ + cache_line / sizeof(double))}),
        values_(program.values()) {
    const std::size_t last = axes_.size() - 1;
    for (std::size_t i = 0; i < last; ++i) values_[i].kind = Kind::row;
    for (std::size_t i = axes_.size(); i < axes.size(); ++i) values_[i].source.number = axes[i].front();
    values_[last] = {Kind::line, true, {axes[last].data()}};
    for (std::size_t i = 0; i < fields.size(); ++i)
      values_[axes.size() + i] = fields[i].size() == 1 ? Value{Kind::number, false, {nullptr, fields[i][0]}}
                                                       : Value{Kind::point, true, {fields[i].data()}};
    for (std::size_t i = 0; i < program.constants_.size(); ++i)
      values_[program.symbols_ + i].source.number = program.constants_[i];
    classify();
    compute_lines();
  }

  void fill(std::span<double> out) {
    for (std::size_t begin = 0; begin < out.size(); begin += points_) {
      enter_row(begin / points_);
      fill_row(out.subspan(begin, points_));
      for (std::size_t i = axes_.size(); i < program_.symbols_; ++i)
        if (values_[i].kind == Kind::point) values_[i].source.block += points_;
    }
  }

 private:
  /// The same everywhere, on a row, on a line across all rows, or nowhere.
  enum class Kind : std::uint8_t { number, row, line, point };
  struct Value {
    Kind kind = Kind::number;
    bool spans_row = false;  ///< its block is a whole row, not a slot for a block of points
    Source source;
  };

  static Kind together(Kind a, Kind b) noexcept {
    return a == b || b == Kind::number ? a : a == Kind::number ? b : Kind::point;
  }
  /// The axis whose points make a row: the last of more than one point, if there is any.
  static std::size_t last_long(std::span<const std::span<const double>> axes) noexcept {
    std::size_t last = axes.size() - 1;
    while (last > 0 && axes[last].size() == 1) --last;
    return last;
  }
  Value& result(const Instruction& instruction) noexcept {
    return values_[program_.first_result() + static_cast<std::size_t>(&instruction - program_.instructions_.data())];
  }
  double* slot(const Instruction& instruction) { return scratch_.view().row(instruction.slot).data(); }

  void classify() {
    for (const Instruction& instruction : program_.instructions_) {
      Value& value = result(instruction);
      for (int i = 0; i < operands(instruction.op); ++i)
        value.kind = together(value.kind, values_[instruction.operands[static_cast<std::size_t>(i)]].kind);
      instructions_[static_cast<std::size_t>(value.kind)].push_back(&instruction);
      if (value.kind == Kind::point) value.source.block = slot(instruction);
    }
    for (const Instruction* instruction : of(Kind::number)) compute_number(*instruction);
  }
  const std::vector<const Instruction*>& of(Kind kind) const { return instructions_[static_cast<std::size_t>(kind)]; }

  void compute_number(const Instruction& instruction) {
    const auto& [op, operand, slot_number] = instruction;
    const auto number = [&](std::size_t i) { return values_[operand[i]].source.number; };
    result(instruction).source.number = apply(op, number(0), number(1), number(2));
  }

  void compute_lines() {
    lines_ = Tensor<double>(Shape{static_cast<Index>(of(Kind::line).size()), static_cast<Index>(points_)});
    Index next = 0;
    for (const Instruction* instruction : of(Kind::line)) {
      double* target = lines_.view().row(next++).data();
      run(*instruction, 0, target, points_);
      result(*instruction) = {Kind::line, true, {target}};
    }
  }

  void enter_row(std::size_t row) {
    for (std::size_t axis = axes_.size() - 1; axis-- > 0; row /= axes_[axis].size())
      values_[axis].source.number = axes_[axis][row % axes_[axis].size()];
    for (const Instruction* instruction : of(Kind::row)) compute_number(*instruction);
  }

  Source at(std::uint32_t value, std::size_t begin) const noexcept {
    const auto& [kind, spans_row, source] = values_[value];
    return {source.block + (spans_row ? begin : 0), source.number};
  }
  void run(const Instruction& instruction, std::size_t begin, double* target, std::size_t count) const {
    const auto& [op, operand, slot_number] = instruction;
    run_block(op, at(operand[0], begin), at(operand[1], begin), at(operand[2], begin), target, count);
  }

  void fill_row(std::span<double> out) {
    const Value& root = values_[program_.root_];
    if (root.source.is_uniform())
      std::fill(out.begin(), out.end(), root.source.number);
    else if (root.spans_row)
      std::copy_n(root.source.block, out.size(), out.begin());
    else
      for (std::size_t begin = 0; begin < points_; begin += block_)
        for (const Instruction* instruction : of(Kind::point))
          run(*instruction, begin, instruction == of(Kind::point).back() ? out.data() + begin : slot(*instruction),
              std::min(block_, points_ - begin));
  }

  const Program& program_;
  std::span<const std::span<const double>> axes_;  ///< without those behind the row
  std::size_t points_, block_;                     ///< of a row
  Tensor<double> scratch_, lines_;
  std::vector<Value> values_;
  std::array<std::vector<const Instruction*>, 4> instructions_;  ///< by kind; the last one of a formula is its root
};

void Program::run_on_grid(std::span<const std::span<const double>> axes,
                          std::span<const std::span<const double>> fields, std::span<double> out) const {
  if (out.empty()) return;
  if (axes.size() > 1) return GridRun(*this, axes, fields).fill(out);
  std::vector<std::span<const double>> columns{axes.front()};
  columns.insert(columns.end(), fields.begin(), fields.end());
  run(columns, out);
}

}  // namespace mercer
