// Calls of BLAS and LAPACK noted by their sizes while some work makes them, to be made again on random numbers: what
// the work would take if it were nothing but these calls.
#pragma once

#include <array>
#include <functional>
#include <vector>

namespace mercer::bench {

/// Products, QR factorisations with and without pivots, their Q, and symmetric eigenproblems.
struct BlasCall {
  enum class Kind { dgemm, dgeqp3, dgeqrf, dorgqr, dsyevd } kind;
  std::array<char, 2> transposes;
  std::array<int, 3> sizes;    ///< m, n, k as far as the routine has them
  std::array<int, 3> leading;  ///< dimensions of the arguments
};

class BlasTape {
 public:
  explicit BlasTape(const std::function<void()>& work);  ///< runs it once
  const std::vector<BlasCall>& calls() const noexcept { return calls_; }
  void replay();

 private:
  std::vector<BlasCall> calls_;
  std::vector<double> left_, right_, out_, work_;
  std::vector<int> integers_;
};

}  // namespace mercer::bench
