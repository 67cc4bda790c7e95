// A step of the joint Adam algorithm against its calls of BLAS and LAPACK alone, on random matrices of the same sizes.
#include "bench/bench.hpp"
#include "solvers/spectral_mixture_gp/grid_cases.hpp"
#include <mercer/linalg/cholesky.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint.hpp>

#include <numbers>

namespace {

using namespace mercer;
using namespace mercer::smgp;

constexpr double two_pi = 2 * std::numbers::pi;

/// For each axis one factorisation with its inverse and six products, one more in two dimensions.
class Replay {
 public:
  Replay(Index rows, Index columns) : u_(Matrix::Random(rows, columns)), left_(Matrix::Random(rows, rows)) {
    if (columns > 1) right_ = Matrix::Random(columns, columns);
  }

  void operator()() {
    invert(left_.rows());
    for (int i = 0; i < 4; ++i) times(left_, u_);
    for (int i = 0; i < 2; ++i) times(u_, u_, Transpose::no, Transpose::yes);
    if (right_.size() == 0) return;
    invert(right_.rows());
    for (int i = 0; i < 5; ++i) times(u_, right_);
    for (int i = 0; i < 2; ++i) times(u_, u_, Transpose::yes, Transpose::no);
  }

 private:
  void invert(Index n) {
    inverse_.setIdentity(n, n);
    inverse_ = std::move(*Cholesky::of(std::move(inverse_))).inverse();
  }
  void times(const Matrix& a, const Matrix& b, Transpose flip_a = Transpose::no, Transpose flip_b = Transpose::no) {
    const bool first = flip_a == Transpose::yes, second = flip_b == Transpose::yes;
    const Index rows = first ? a.cols() : a.rows(), columns = second ? b.rows() : b.cols();
    out_.resize(rows, columns);
    multiply({.a = flip_a, .b = flip_b, .m = rows, .n = columns, .k = first ? a.rows() : a.cols()}, a.data(), a.rows(),
             b.data(), b.rows(), out_.data(), rows);
  }

  Matrix u_, left_, right_, inverse_, out_;
};

bench::Comparison compare(const std::string& name, const smgp::test::GridCase& problem, double frequency, int pairs) {
  const AxisCovariance start = published_start(Mixture::student, 30, frequency);
  AdamJoint adam(problem.problem, {problem.problem.axes.size(), start});
  Replay replay(problem.problem.points(0), problem.problem.points(1));
  bench::Comparison row = bench::compare(
      name, "its BLAS and LAPACK", [&] { adam.step(); }, [&] { replay(); }, pairs);
  row.least = 1 / 1.5;
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  using namespace smgp::test;
  const std::vector<bench::Comparison> rows{
      compare("1-D, 400 points", poisson_1d("sin(100*x)", two_pi, 400), 20, 41),
      compare("1-D, 900 points", poisson_1d("x*sin(200*x)", two_pi, 900), 50, 11),
      compare("2-D, 200 x 200 points", poisson_2d("sin(6*x)*cos(20*x) + sin(6*y)*cos(20*y)", two_pi, 200), 20, 21),
      compare("2-D, 400 x 400 points", poisson_2d("sin(100*x)*sin(100*y)", two_pi, 400), 20, 11),
      compare("Allen-Cahn, 400 x 400", allen_cahn_2d("sin(x)*sin(100*y)", 1, 400), 30, 11)};
  return bench::conclude(comm, rows, path);
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
