// Problems with known solutions on uniform grids, those of Fang et al. among them.
#pragma once

#include <mercer/config/expression.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/grid_problem.hpp>

#include <string>
#include <vector>

namespace mercer::smgp::test {

/// An equation on [0, length]^d with u = exact on all faces.
struct GridCase {
  GridProblem problem;
  Expression exact;

  /// `equation` in x (, y), u and the source f, e.g. "u_xx + u_yy + u*(u^2 - 1) = f". The reaction is what is given as
  /// `reaction`, in u: it must be the part of the equation that is not linear.
  GridCase(const std::string& equation, const std::string& exact, double length, Index points,
           const std::vector<AxisDerivatives>& derivatives, const std::string& reaction = "");

  std::vector<std::vector<double>> uniform(Index points) const;  ///< one list an axis, both ends included
  Matrix truth(const std::vector<std::vector<double>>& points) const;
  /// Of a grid function on `uniform(points)`, relative L2.
  double error(const Matrix& u, Index points) const;

 private:
  double length_;
};

inline const std::string allen_cahn = "u*(u^2 - 1)";

GridCase poisson_1d(const std::string& exact, double length, Index points);
GridCase allen_cahn_1d(const std::string& exact, double length, Index points);
GridCase poisson_2d(const std::string& exact, double length, Index points);
GridCase allen_cahn_2d(const std::string& exact, double length, Index points);
GridCase advection(const std::string& exact, double speed, Index points);  ///< speed u_x + u_y = f on [0, 1]^2

}  // namespace mercer::smgp::test
