// Running a formula at one point and over arrays.
#include <mercer/base/tensor.hpp>
#include <mercer/config/expression_block.hpp>
#include <mercer/config/expression_program.hpp>

#include <algorithm>

namespace mercer {

std::uint32_t Program::first_result() const noexcept {
  return symbols_ + static_cast<std::uint32_t>(constants_.size());
}

std::uint32_t Program::values() const noexcept {
  return first_result() + static_cast<std::uint32_t>(instructions_.size());
}

/// Fills in constants and results behind the symbols.
void Program::compute(std::span<double> values) const {
  auto next = std::copy(constants_.begin(), constants_.end(), values.begin() + symbols_);
  for (const Instruction& instruction : instructions_) {
    const auto& [a, b, c] = instruction.operands;
    *next++ = apply(instruction.op, values[a], values[b], values[c]);
  }
}

double Program::operator()(std::span<const double> values) const {
  std::array<double, 128> small;
  std::vector<double> large(this->values() > small.size() ? this->values() : 0);
  const std::span<double> all = large.empty() ? std::span<double>(small) : std::span<double>(large);
  std::copy(values.begin(), values.end(), all.begin());
  compute(all);
  return all[root_];
}

/// One evaluation over arrays: where each value is, and which instructions differ from point to point.
class Program::Run {
 public:
  Run(const Program& program, std::span<const std::span<const double>> columns, std::size_t points)
      : program_(program),
        block_(std::min(block_points(program.slots_), points)),
        // Slots a multiple of 4 kB apart would compete for the same lines of the cache.
        scratch_(Shape{static_cast<Index>(program.slots_), static_cast<Index>(block_ + cache_line / sizeof(double))}),
        sources_(program.values()) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].size() == 1)
        sources_[i].number = columns[i][0];
      else
        sources_[i].block = columns[i].data();
    for (std::size_t i = 0; i < program.constants_.size(); ++i)
      sources_[columns.size() + i].number = program.constants_[i];
    for (const Instruction& instruction : program.instructions_) prepare(instruction);
  }

  void fill(std::span<double> out) {
    const Source& root = sources_[program_.root_];
    if (root.is_uniform()) std::fill(out.begin(), out.end(), root.number);
    if (root.is_uniform()) return;
    for (std::size_t begin = 0; begin < out.size(); begin += block_)
      fill_block(out.subspan(begin, std::min(block_, out.size() - begin)));
  }

 private:
  double* slot(const Instruction& instruction) { return scratch_.view().row(instruction.slot).data(); }

  /// Computes at once what is the same at all points.
  void prepare(const Instruction& instruction) {
    const auto& [op, operand, slot_number] = instruction;
    const Source &a = sources_[operand[0]], &b = sources_[operand[1]], &c = sources_[operand[2]];
    const int count = operands(op);
    Source& result = sources_[program_.first_result() + (&instruction - program_.instructions_.data())];
    if (a.is_uniform() && (count < 2 || b.is_uniform()) && (count < 3 || c.is_uniform())) {
      result.number = apply(op, a.number, b.number, c.number);
    } else {
      result.block = slot(instruction);
      varying_.push_back(&instruction);
    }
  }

  void fill_block(std::span<double> out) {
    for (const Instruction* instruction : varying_) {
      const auto& [op, operand, slot_number] = *instruction;
      double* target = instruction == varying_.back() ? out.data() : slot(*instruction);
      run_block(op, sources_[operand[0]], sources_[operand[1]], sources_[operand[2]], target, out.size());
    }
    if (varying_.empty()) std::copy_n(sources_[program_.root_].block, out.size(), out.data());
    for (std::size_t i = 0; i < program_.symbols_; ++i)
      if (!sources_[i].is_uniform()) sources_[i].block += out.size();
  }

  const Program& program_;
  std::size_t block_;
  Tensor<double> scratch_;
  std::vector<Source> sources_;
  std::vector<const Instruction*> varying_;  // the last one gives the root
};

void Program::run(std::span<const std::span<const double>> columns, std::span<double> out) const {
  Run(*this, columns, out.size()).fill(out);
}

}  // namespace mercer
