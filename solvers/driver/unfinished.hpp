// Where work that was interrupted is kept, and whether a run goes on with it.
#pragma once

#include <mercer/solvers/driver/command.hpp>

namespace mercer::driver {

/// Beside the output.
std::filesystem::path checkpoint_of(const std::filesystem::path& output);

/// @collective Whether there is something to go on from and the command line asks for it. Throws Fault::cannot_create
/// where there is something and it says neither --resume nor --overwrite. `work` is its word for people.
bool goes_on(Run& run, const std::string& work);

}  // namespace mercer::driver
