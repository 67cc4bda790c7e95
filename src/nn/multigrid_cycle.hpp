// The learned V-cycle of MgNO: multigrid with kernels of convolutions for smoothing, restriction and prolongation.
#pragma once

#include <mercer/nn/program_layer.hpp>

namespace mercer {

/// One grid of a cycle, the finest first.
struct CycleLevel {
  Index sources, unknowns;  ///< channels of f and of u
  int before = 1;           ///< smoothing steps on the way down, at least one on the finest grid
  int after = 0;            ///< and on the way up; none on the coarsest grid, where there is no way up
};

enum class Restriction { plain, residual };  ///< R f, or R (f - A u)
enum class CycleNorm { none, sample };       ///< over the whole sample, with learned factors and summands

/// He, Liu and Xu (2023), arXiv 2310.19809. With u = S f at first on the finest grid, smoothing is u <- u + S (f - A
/// u), going down is f_{l+1} = R f_l and u_{l+1} = P u_l, both by strides of two, and going up is u_l <- u_l + Q^T
/// u_{l+1} with kernels of 3 for odd and of 4 for even grids.
struct CycleOptions {
  std::vector<CycleLevel> levels;
  Outside boundary = Outside::zeros;  ///< of smoothing and of padded transfers going down
  Index transfer_padding = 1;         ///< of R, P and Q; 0 loses the edges
  Bias bias = Bias::none;             ///< of S and A
  Restriction restriction = Restriction::plain;
  CycleNorm norm = CycleNorm::none;  ///< after each prolongation
};

/// As many levels as `before` has entries, all with the same channels; `after` may be shorter.
std::vector<CycleLevel> uniform_levels(Index sources, Index unknowns, const std::vector<int>& before,
                                       const std::vector<int>& after = {});

/// Appends a cycle on field `f` to a program and gives the field of its result. Its parameters are
/// PREFIXlayerL.I.S.weight and so on, as those of the authors. Throws Fault::config where options or grids do not make
/// a cycle.
int append_cycle(FieldProgram& program, const std::string& prefix, int f, const CycleOptions& options);

/// A cycle as a layer from `sources` to `unknowns` of the finest level, for grids of this size and all others on which
/// the transfers and norms have the same shapes.
template <class T>
std::unique_ptr<Layer<T>> multigrid_cycle(ParameterVector<T>& parameters, const std::string& prefix, Index rows,
                                          Index columns, const CycleOptions& options);

extern template std::unique_ptr<Layer<float>> multigrid_cycle(ParameterVector<float>&, const std::string&, Index, Index,
                                                              const CycleOptions&);
extern template std::unique_ptr<Layer<double>> multigrid_cycle(ParameterVector<double>&, const std::string&, Index,
                                                               Index, const CycleOptions&);

}  // namespace mercer
