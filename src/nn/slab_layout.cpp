// The rows that kernels reach from each slab.
#include <mercer/nn/slab_layout.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Rows of x that a convolution reads for rows of y.
Range reach(const ConvolutionShape& shape, const Range& outputs) {
  const Index begin = shape.stride * outputs.begin - shape.padding;
  if (outputs.count() == 0) return {begin, begin};
  return {begin, begin + shape.stride * (outputs.count() - 1) + shape.kernel_rows};
}

/// Rows of y, of which there are `rows`, that a transposed convolution reads for rows of x.
Range reach_back(const ConvolutionShape& shape, const Range& inputs, Index rows) {
  const Index first = inputs.begin + shape.padding - shape.kernel_rows + 1, last = inputs.end - 1 + shape.padding;
  const Index begin = first <= 0 ? 0 : (first + shape.stride - 1) / shape.stride;
  return {begin, std::max(begin, std::min(rows, last / shape.stride + 1))};
}

void extend(Range& range, const Range& by) {
  if (by.count() == 0) return;
  range = {std::min(range.begin, by.begin), std::max(range.end, by.end)};
}

}  // namespace

SlabLayout::SlabLayout(const FieldProgram& program, const Space& space) {
  const int ranks = space.is_divided() ? space.comm->size() : 1;
  require(space.least_rows >= 1, Fault::config, "a rank has at least 1 row of a grid that is divided, not {}",
          space.least_rows);
  for (const FieldSize& size : program.fields()) {
    const bool is_whole = ranks == 1 || size.rows < space.least_rows * ranks;
    FieldSlab slab{is_whole, is_whole ? Range{0, size.rows} : space.own(size.rows), {}, {}};
    for (int rank = 0; rank < ranks; ++rank)
      slab.needed.push_back(is_whole ? slab.computed : block(size.rows, rank, ranks));
    fields.push_back(std::move(slab));
  }
  for (const FieldStep& step : program.steps()) {
    switch (step.kind) {
      case FieldStep::Kind::convolution:
        add_convolution(program, step, space);
        break;
      case FieldStep::Kind::transpose:
        add_transpose(program, step, space);
        break;
      case FieldStep::Kind::norm:
      case FieldStep::Kind::gelu:
        const FieldSlab& slab = fields[static_cast<std::size_t>(step.to)];
        steps.push_back({slab.is_whole, slab.computed, slab.computed});
        break;
    }
  }
  place_ghosts(program, space);
}

void SlabLayout::need(FieldSlab& field, Index rows, int rank, const Range& range, Outside boundary) {
  Range& needed = field.needed[static_cast<std::size_t>(rank)];
  const bool was_beyond = needed.begin < 0 || needed.end > rows, is_beyond = range.begin < 0 || range.end > rows;
  require(!was_beyond || !is_beyond || field.boundary == boundary, Fault::config,
          "a field whose rows are spread over ranks is continued in one way, and this network continues one in two; "
          "use the same boundary everywhere, or training.parallel: samples");
  if (is_beyond) field.boundary = boundary;
  extend(needed, range);
}

void SlabLayout::add_convolution(const FieldProgram& program, const FieldStep& step, const Space& space) {
  FieldSlab& from = fields[static_cast<std::size_t>(step.from)];
  const FieldSlab& to = fields[static_cast<std::size_t>(step.to)];
  const Index from_rows = program.size(step.from).rows, to_rows = program.size(step.to).rows;
  if (from.is_whole) {
    require(to.is_whole, Fault::config, "a convolution from {} to {} rows cannot be divided among ranks", from_rows,
            to_rows);
    steps.push_back({true, {0, from_rows}, {0, to_rows}});
    return;
  }
  const int ranks = static_cast<int>(from.needed.size());
  for (int rank = 0; rank < ranks; ++rank)
    need(from, from_rows, rank, reach(step.shape, block(to_rows, rank, ranks)), step.shape.boundary);
  const Range outputs = space.own(to_rows);
  steps.push_back({false, reach(step.shape, outputs), outputs});
}

void SlabLayout::add_transpose(const FieldProgram& program, const FieldStep& step, const Space& space) {
  FieldSlab& from = fields[static_cast<std::size_t>(step.from)];
  const FieldSlab& to = fields[static_cast<std::size_t>(step.to)];
  const Index coarse = program.size(step.from).rows, fine = program.size(step.to).rows;
  require(from.is_whole || !to.is_whole, Fault::config,
          "a transposed convolution from {} to {} rows cannot be divided among ranks", coarse, fine);
  if (from.is_whole) {
    steps.push_back({to.is_whole, to.computed, {0, coarse}});
    if (!to.is_whole) steps.back().outputs = reach_back(step.shape, to.computed, coarse);
    return;
  }
  const int ranks = static_cast<int>(from.needed.size());
  for (int rank = 0; rank < ranks; ++rank)
    need(from, coarse, rank, reach_back(step.shape, block(fine, rank, ranks), coarse), Outside::zeros);
  steps.push_back({false, space.own(fine), reach_back(step.shape, space.own(fine), coarse)});
}

/// All fields of equally many rows hold the same ones, so that they can share memory.
void SlabLayout::place_ghosts(const FieldProgram& program, const Space& space) {
  const auto mine = static_cast<std::size_t>(space.is_divided() ? space.comm->rank() : 0);
  for (std::size_t a = 0; a < fields.size(); ++a) {
    Range held = fields[a].computed;
    for (std::size_t b = 0; b < fields.size(); ++b)
      if (program.fields()[a].rows == program.fields()[b].rows) extend(held, fields[b].needed[mine]);
    fields[a].held = held;
  }
}

std::vector<FieldSize> SlabLayout::held(const FieldProgram& program) const {
  std::vector<FieldSize> sizes = program.fields();
  for (std::size_t field = 0; field < sizes.size(); ++field) sizes[field].rows = fields[field].held.count();
  return sizes;
}

}  // namespace mercer
