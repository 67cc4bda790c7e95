// The multigrid neural operator: learned V-cycles with activations between them.
#pragma once

#include <mercer/nn/multigrid_cycle.hpp>

namespace mercer {

enum class Skip { none, pointwise };        ///< beside a cycle: nothing, or a 1x1 convolution with bias
enum class Ending { pointwise, cycle };     ///< the last layer, without activation: a 1x1 convolution, or a cycle
enum class Answer { field, input_update };  ///< the output is what the last layer gives, or the input plus that

/// u_0 = input, u_{i+1} = gelu(norm(cycle_i u_i + B_i u_i + b_i)), output = last layer of u_n; B_i are 1x1
/// convolutions. Levels of cycles are those of `cycle`; in the first one the channels of sources, and in a last one
/// those of unknowns, shrink or grow with the number of inputs or outputs, but to no fewer than one.
struct MgnoOptions {
  int layers = 4;
  Index inputs = 1, outputs = 1;
  CycleOptions cycle;
  Skip skip = Skip::pointwise;
  CycleNorm norm = CycleNorm::none;  ///< before each activation
  Ending ending = Ending::pointwise;
  Answer answer = Answer::field;
};

/// The published networks: for rough coefficients of Darcy's flow and those of many scales (with five layers, for
/// pipes, and for smooth coefficients on odd grids), for vorticity in a periodic box, and for Helmholtz' equation.
MgnoOptions mgno_for_darcy(Index inputs = 1);
MgnoOptions mgno_for_navier_stokes(Index inputs = 1);
MgnoOptions mgno_for_helmholtz(Index inputs = 1);

/// Parameters are conv_list.I. of cycles, linear_list.I. of skips, norm_layer_list.I. of norms, and linear.
/// (last_layer. without skips) of the last layer, as those of the authors. Throws Fault::config where options and grid
/// do not fit.
template <class T>
std::unique_ptr<Layer<T>> mgno(ParameterVector<T>& parameters, const std::string& prefix, Index rows, Index columns,
                               const MgnoOptions& options);

extern template std::unique_ptr<Layer<float>> mgno(ParameterVector<float>&, const std::string&, Index, Index,
                                                   const MgnoOptions&);
extern template std::unique_ptr<Layer<double>> mgno(ParameterVector<double>&, const std::string&, Index, Index,
                                                    const MgnoOptions&);

}  // namespace mercer
