// Plugins: found, checked without running them, loaded on all ranks or on none.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/plugin.hpp>

#include <filesystem>
#include <vector>

namespace mercer {

/// The descriptor in a shared object, from the file alone. Throws Fault::unavailable for a missing file, Fault::refused
/// for anything that is not a plugin.
PluginDescriptor read_plugin_descriptor(const std::filesystem::path& file);

/// Throws Fault::refused, with the reason and what to do, where the plugin does not fit this build or its file is not
/// to be trusted.
void check_plugin(const std::filesystem::path& file, const PluginDescriptor& plugin);

/// @collective Checks the file, loads it and lets it enrol. All ranks must see the same bytes. It stays loaded to the
/// end of the process.
void load_plugin(const Comm& comm, const std::filesystem::path& file, Registry& registry);

/// The plugins built or installed together with the running command.
std::vector<std::filesystem::path> in_tree_plugins();

}  // namespace mercer
