// A plugin with a descriptor that does not fit this build, in the way that FOREIGN says. Loading it would end the
// program.
#include <mercer/solvers/plugin.hpp>

#include <cstdlib>

namespace {

[[gnu::constructor]] void runs_when_loaded() { std::_Exit(200); }

consteval mercer::PluginDescriptor foreign() {
  mercer::PluginDescriptor descriptor = mercer::describe_plugin("foreign");
#if FOREIGN == 1
  descriptor.abi = mercer::plugin_abi + 1;
#elif FOREIGN == 2
  descriptor.petsc_version = 40302;
#elif FOREIGN == 3
  descriptor.index_bytes = 12 - descriptor.index_bytes;
#elif FOREIGN == 4
  descriptor.compiler = mercer::fixed_text("cc 1");
#elif FOREIGN == 5
  descriptor.magic[0] = 'M';
#endif
  return descriptor;
}

}  // namespace

extern "C" __attribute__((visibility("default"), used, section(".mercer_plugin")))
const mercer::PluginDescriptor mercer_plugin_v1 = foreign();
