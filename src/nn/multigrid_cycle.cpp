// The steps of a learned V-cycle.
#include <mercer/nn/multigrid_cycle.hpp>

#include <fmt/format.h>

namespace mercer {
namespace {

/// Fields f and u of a level.
struct LevelFields {
  int f, u;
};

class CycleWriter {
 public:
  CycleWriter(FieldProgram& program, const std::string& prefix, const CycleOptions& options)
      : program_(program), prefix_(prefix), options_(options) {}

  int write(int f) {
    const std::size_t count = options_.levels.size();
    std::vector<LevelFields> fields{{f, no_field}};
    for (std::size_t l = 0; l < count; ++l) {
      if (l > 0) fields.push_back(restrict_from(l - 1, fields.back()));
      const int offset = l == 0 ? 0 : 1;  // on coarser levels the transfers are number 0
      for (int i = 0; i < options_.levels[l].before; ++i)
        smooth(fmt::format("{}layer{}.{}.", prefix_, l, i + offset), l, fields.back());
    }
    for (std::size_t l = count - 1; l-- > 0;) {
      fields[l].u = prolong_to(l, fields[l + 1].u, fields[l].u);
      for (int i = 0; i < options_.levels[l].after; ++i)
        smooth(fmt::format("{}post_smooth_layer{}.{}.", prefix_, l, i), l, fields[l]);
    }
    return fields.front().u;
  }

 private:
  /// 3x3, of the same size.
  int smoother(const std::string& name, int from, int base, Index inputs, Index outputs, int sign) {
    return program_.convolution(name, from, base, {.inputs = inputs, .outputs = outputs, .boundary = options_.boundary},
                                options_.bias, sign);
  }

  int residual(const std::string& name, std::size_t l, const LevelFields& at) {
    const CycleLevel& level = options_.levels[l];
    return smoother(name, at.u, at.f, level.unknowns, level.sources, -1);
  }

  void smooth(const std::string& name, std::size_t l, LevelFields& at) {
    const CycleLevel& level = options_.levels[l];
    const int r = at.u == no_field ? at.f : residual(name + "A", l, at);
    at.u = smoother(name + "S", r, at.u, level.sources, level.unknowns, 1);
  }

  LevelFields restrict_from(std::size_t fine, const LevelFields& at) {
    const CycleLevel &from = options_.levels[fine], &to = options_.levels[fine + 1];
    const std::string name = fmt::format("{}layer{}.0.", prefix_, fine + 1);
    const auto coarsen = [&](const char* kernel, int field, Index inputs, Index outputs) {
      const ConvolutionShape shape{.inputs = inputs,
                                   .outputs = outputs,
                                   .stride = 2,
                                   .padding = options_.transfer_padding,
                                   .boundary = options_.boundary};
      return program_.convolution(name + kernel, field, no_field, shape, Bias::none);
    };
    const int f = options_.restriction == Restriction::plain ? at.f : residual(name + "A", fine, at);
    return {coarsen("R", f, from.sources, to.sources), coarsen("Pi", at.u, from.unknowns, to.unknowns)};
  }

  int prolong_to(std::size_t l, int coarse, int fine) {
    const FieldSize &small = program_.size(coarse), &large = program_.size(fine);
    const Index padding = options_.transfer_padding;
    const int sum = program_.transpose(fmt::format("{}RTlayers.{}", prefix_, l), coarse, fine,
                                       {.inputs = large.channels,
                                        .outputs = small.channels,
                                        .kernel_rows = large.rows - 2 * (small.rows - 1) + 2 * padding,
                                        .kernel_columns = large.columns - 2 * (small.columns - 1) + 2 * padding,
                                        .stride = 2,
                                        .padding = padding});
    if (options_.norm == CycleNorm::none) return sum;
    return program_.norm(fmt::format("{}norm_layer_list.{}", prefix_, l), sum);
  }

  FieldProgram& program_;
  std::string prefix_;
  const CycleOptions& options_;
};

}  // namespace

std::vector<CycleLevel> uniform_levels(Index sources, Index unknowns, const std::vector<int>& before,
                                       const std::vector<int>& after) {
  std::vector<CycleLevel> levels;
  for (std::size_t l = 0; l < before.size(); ++l)
    levels.push_back({sources, unknowns, before[l], l < after.size() ? after[l] : 0});
  return levels;
}

int append_cycle(FieldProgram& program, const std::string& prefix, int f, const CycleOptions& options) {
  require(!options.levels.empty() && options.levels.front().before >= 1, Fault::config,
          "a cycle smooths at least once on the finest grid before it goes down");
  const CycleLevel& coarsest = options.levels.back();
  require(coarsest.before >= 1 && coarsest.after == 0, Fault::config,
          "on the coarsest grid a cycle smooths on the way down only, and at least once, not {} and {} times",
          coarsest.before, coarsest.after);
  return CycleWriter(program, prefix, options).write(f);
}

template <class T>
std::unique_ptr<Layer<T>> multigrid_cycle(ParameterVector<T>& parameters, const std::string& prefix, Index rows,
                                          Index columns, const CycleOptions& options) {
  require(!options.levels.empty(), Fault::config, "a cycle has at least one level");
  return std::make_unique<ProgramLayer<T>>(
      parameters, prefix, rows, columns, [options](ParameterBook& book, Index sample_rows, Index sample_columns) {
        FieldProgram program(book, {sample_rows, options.levels.front().sources, sample_columns});
        append_cycle(program, "", 0, options);
        return program;
      });
}

template std::unique_ptr<Layer<float>> multigrid_cycle(ParameterVector<float>&, const std::string&, Index, Index,
                                                       const CycleOptions&);
template std::unique_ptr<Layer<double>> multigrid_cycle(ParameterVector<double>&, const std::string&, Index, Index,
                                                        const CycleOptions&);

}  // namespace mercer
