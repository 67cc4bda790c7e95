// First splits and last joins of polynomials at one level of vector instructions; compiled once for each level.
#include <mercer/fft/ring_join.hpp>
#include <mercer/fft/ring_split.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

#define MERCER_RING_ROWS(T)                                           \
  template void split_row(const RingTables<T>&, const T* const*, T*); \
  template void join_row(const RingTables<T>&, const T*, T* const*);  \
  template void join_complex_row(const RingTables<T>&, const T*, T* const*, T* const*);
MERCER_RING_ROWS(float)
MERCER_RING_ROWS(double)
#undef MERCER_RING_ROWS

}  // namespace mercer::MERCER_SIMD_LEVEL
