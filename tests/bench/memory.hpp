// How much memory some work takes at most.
#pragma once

#include <functional>

namespace mercer::bench {

/// Peak of the memory that `work` adds to a copy of this process, in which it runs [MiB]. `work` must be local. Throws
/// Fault::io where the system does not tell.
double peak_memory(const std::function<void()>& work);

/// The same in this process itself, for work that is @collective: what the ranks share counts for each of them [MiB].
double peak_growth(const std::function<void()>& work);

}  // namespace mercer::bench
