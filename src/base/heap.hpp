// The memory that the C library keeps of what was freed.
#pragma once

namespace mercer {

/// Gives it back to the system, also from between blocks in use. For loops over large pieces of work of which each
/// leaves a few small blocks behind: these would keep the pages of the large ones. Does nothing but with glibc.
void give_back_freed_memory() noexcept;

}  // namespace mercer
