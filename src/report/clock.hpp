// The time source of progress and timers, an argument so that tests need not wait.
#pragma once

#include <functional>

namespace mercer {

using Clock = std::function<double()>;  ///< [s] since some fixed moment; never goes back

double steady_seconds();

}  // namespace mercer
