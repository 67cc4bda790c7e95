// The routines under their Fortran names: a program's own come before those of its libraries, to which they hand on.
#include "bench/blas_tape.hpp"

#include <mercer/base/random.hpp>

#include <algorithm>
#include <dlfcn.h>

namespace mercer::bench {
namespace {

using Kind = BlasCall::Kind;

std::vector<BlasCall>* recorded = nullptr;
int depth = 0;  // of routines that call others

/// Notes a call, unless another routine makes it or it only asks for the size of its work space, and hands it on.
template <class Routine, class... Arguments>
void pass_on(const char* name, const BlasCall& call, bool counts, Arguments... arguments) {
  if (recorded != nullptr && depth == 0 && counts) recorded->push_back(call);
  ++depth;
  reinterpret_cast<Routine*>(dlsym(RTLD_NEXT, name))(arguments...);
  --depth;
}

}  // namespace
}  // namespace mercer::bench

extern "C" {

using mercer::bench::Kind;
using mercer::bench::pass_on;

void dgemm_(const char* ta, const char* tb, const int* m, const int* n, const int* k, const double* alpha,
            const double* a, const int* lda, const double* b, const int* ldb, const double* beta, double* c,
            const int* ldc) {
  pass_on<decltype(dgemm_)>("dgemm_", {Kind::dgemm, {*ta, *tb}, {*m, *n, *k}, {*lda, *ldb, *ldc}}, true, ta, tb, m, n,
                            k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void dgeqp3_(const int* m, const int* n, double* a, const int* lda, int* pivots, double* factors, double* work,
             const int* length, int* code) {
  pass_on<decltype(dgeqp3_)>("dgeqp3_", {Kind::dgeqp3, {}, {*m, *n, 0}, {*lda, 0, 0}}, *length > 0, m, n, a, lda,
                             pivots, factors, work, length, code);
}

void dgeqrf_(const int* m, const int* n, double* a, const int* lda, double* factors, double* work, const int* length,
             int* code) {
  pass_on<decltype(dgeqrf_)>("dgeqrf_", {Kind::dgeqrf, {}, {*m, *n, 0}, {*lda, 0, 0}}, *length > 0, m, n, a, lda,
                             factors, work, length, code);
}

void dorgqr_(const int* m, const int* n, const int* k, double* a, const int* lda, const double* factors, double* work,
             const int* length, int* code) {
  pass_on<decltype(dorgqr_)>("dorgqr_", {Kind::dorgqr, {}, {*m, *n, *k}, {*lda, 0, 0}}, *length > 0, m, n, k, a, lda,
                             factors, work, length, code);
}

void dsyevd_(const char* vectors, const char* part, const int* n, double* a, const int* lda, double* values,
             double* work, const int* length, int* integers, const int* integer_length, int* code) {
  pass_on<decltype(dsyevd_)>("dsyevd_", {Kind::dsyevd, {*vectors, *part}, {*n, *n, 0}, {*lda, 0, 0}}, *length > 0,
                             vectors, part, n, a, lda, values, work, length, integers, integer_length, code);
}

}  // extern "C"

namespace mercer::bench {
namespace {

std::size_t product(int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); }

/// Numbers that the arguments of a call take, leading dimensions included.
struct Needs {
  std::size_t left = 0, right = 0, out = 0, work = 0, integers = 0;
};
Needs needs(const BlasCall& call) {
  const auto [m, n, k] = call.sizes;
  const auto [first, second, third] = call.leading;
  if (call.kind == Kind::dgemm)
    return {product(first, call.transposes[0] == 'N' ? k : m), product(second, call.transposes[1] == 'N' ? n : k),
            product(third, n)};
  const std::size_t matrix = product(first, n), columns = static_cast<std::size_t>(n);
  return {matrix, columns, matrix, 2 * columns * columns + 128 * columns + 1024, 5 * columns + 8};
}

std::vector<double> random_numbers(std::size_t count, double size) {
  std::vector<double> numbers(count);
  const Random random(1);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = size * (2 * random.uniform(i) - 1);
  return numbers;
}

}  // namespace

BlasTape::BlasTape(const std::function<void()>& work) {
  recorded = &calls_;
  work();
  recorded = nullptr;
  Needs most;
  for (const BlasCall& call : calls_) {
    const Needs own = needs(call);
    most = {std::max(most.left, own.left), std::max(most.right, own.right), std::max(most.out, own.out),
            std::max(most.work, own.work), std::max(most.integers, own.integers)};
  }
  left_ = random_numbers(most.left, 1);
  right_ = random_numbers(most.right, 1e-3);  // also the factors of reflectors, whose products must not overflow
  out_.resize(most.out);
  work_.resize(most.work);
  integers_.resize(most.integers);
}

void BlasTape::replay() {
  const double one = 1, zero = 0;
  const int length = static_cast<int>(work_.size()), integer_length = static_cast<int>(integers_.size());
  int code = 0;
  for (const BlasCall& call : calls_) {
    const auto& [m, n, k] = call.sizes;
    const auto& [first, second, third] = call.leading;
    if (call.kind == Kind::dgemm) {
      dgemm_(&call.transposes[0], &call.transposes[1], &m, &n, &k, &one, left_.data(), &first, right_.data(), &second,
             &zero, out_.data(), &third);
      continue;
    }
    std::copy_n(left_.begin(), needs(call).out, out_.begin());
    if (call.kind == Kind::dgeqp3) {
      std::fill_n(integers_.begin(), n, 0);
      dgeqp3_(&m, &n, out_.data(), &first, integers_.data(), right_.data(), work_.data(), &length, &code);
    } else if (call.kind == Kind::dgeqrf) {
      dgeqrf_(&m, &n, out_.data(), &first, right_.data(), work_.data(), &length, &code);
    } else if (call.kind == Kind::dorgqr) {
      dorgqr_(&m, &n, &k, out_.data(), &first, right_.data(), work_.data(), &length, &code);
    } else {
      dsyevd_(&call.transposes[0], &call.transposes[1], &n, out_.data(), &first, right_.data(), work_.data(), &length,
              integers_.data(), &integer_length, &code);
    }
  }
}

}  // namespace mercer::bench
