#include <mercer/base/heap.hpp>

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace mercer {

void give_back_freed_memory() noexcept {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace mercer
