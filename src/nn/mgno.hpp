// The multigrid neural operator: learned V-cycles with activations between them.
#pragma once

#include <mercer/nn/multigrid_cycle.hpp>

namespace mercer {

enum class Skip { none, pointwise };        ///< beside a cycle: nothing, or a 1x1 convolution with bias
enum class Answer { field, input_update };  ///< the output is what the last layer gives, or the input plus that

/// u_0 = input, u_{i+1} = gelu(cycle_i u_i + B_i u_i + b_i), output = W u_n, where B_i and W are 1x1 convolutions. The
/// levels of the cycles are those of `cycle`; the first one has `inputs` channels of sources on all levels.
struct MgnoOptions {
  int layers = 4;
  Index inputs = 1, outputs = 1;
  CycleOptions cycle;
  Skip skip = Skip::pointwise;
  Answer answer = Answer::field;
};

/// The published network for rough coefficients of Darcy's flow, of many scales and in pipes: six levels of 24
/// channels.
MgnoOptions mgno_for_darcy(Index inputs = 1);
/// The published one for vorticity in a periodic box.
MgnoOptions mgno_for_navier_stokes(Index inputs, Index outputs);

/// Parameters are conv_list.I. of cycles, linear_list.I.weight and .bias of skips, and linear.weight (last_layer.weight
/// without skips) of the end, as those of the authors. Throws Fault::config where options and grid do not fit.
template <class T>
std::unique_ptr<Layer<T>> mgno(ParameterVector<T>& parameters, const std::string& prefix, Index rows, Index columns,
                               const MgnoOptions& options);

extern template std::unique_ptr<Layer<float>> mgno(ParameterVector<float>&, const std::string&, Index, Index,
                                                   const MgnoOptions&);
extern template std::unique_ptr<Layer<double>> mgno(ParameterVector<double>&, const std::string&, Index, Index,
                                                    const MgnoOptions&);

}  // namespace mercer
