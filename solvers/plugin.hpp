// What a plugin says of itself, in a section of its file that is read and checked before any of its code is loaded.
#pragma once

#include <mercer/solvers/registry.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace mercer {

/// Changes with every change of the classes a plugin sees.
inline constexpr std::uint32_t plugin_abi = 7;
inline constexpr char plugin_section[] = ".mercer_plugin";

/// Plain bytes, without pointers, so that the file alone tells them.
struct PluginDescriptor {
  std::array<char, 16> magic{};
  std::uint32_t size = 0;
  std::uint32_t abi = 0;
  std::uint32_t petsc_version = 0;  ///< 31805 for 3.18.5; only major and minor must agree
  std::uint32_t scalar_bytes = 0;
  std::uint32_t index_bytes = 0;  ///< of PetscInt
  std::array<char, 64> compiler{};
  std::array<char, 64> name{};
};

constexpr std::array<char, 64> fixed_text(std::string_view text) {
  std::array<char, 64> fixed{};
  std::copy_n(text.begin(), std::min<std::size_t>(text.size(), fixed.size() - 1), fixed.begin());
  return fixed;
}

#define MERCER_QUOTED(text) #text
#define MERCER_EXPANDED(text) MERCER_QUOTED(text)
#ifdef __clang__
inline constexpr std::string_view this_compiler =
    "clang++ " MERCER_EXPANDED(__clang_major__) ", C++ ABI " MERCER_EXPANDED(__GXX_ABI_VERSION);
#else
inline constexpr std::string_view this_compiler =
    "g++ " MERCER_EXPANDED(__GNUC__) ", C++ ABI " MERCER_EXPANDED(__GXX_ABI_VERSION);
#endif
#undef MERCER_EXPANDED
#undef MERCER_QUOTED

/// The descriptor of code compiled here and now.
consteval PluginDescriptor describe_plugin(std::string_view name, std::uint32_t abi = plugin_abi) {
  PluginDescriptor descriptor;
  constexpr std::string_view magic = "mercer plugin";
  std::copy(magic.begin(), magic.end(), descriptor.magic.begin());
  descriptor.size = sizeof(PluginDescriptor);
  descriptor.abi = abi;
  descriptor.petsc_version = MERCER_PETSC_VERSION;
  descriptor.scalar_bytes = sizeof(double);
  descriptor.index_bytes = MERCER_PETSC_INDEX_BYTES;
  descriptor.compiler = fixed_text(this_compiler);
  descriptor.name = fixed_text(name);
  return descriptor;
}

}  // namespace mercer

/// The one line of a plugin: `MERCER_PLUGIN("heat", registry) { registry.add_solver<Heat>("heat", "...", spec); }`.
#define MERCER_PLUGIN(name, registry)                                                \
  extern "C" __attribute__((visibility("default"), used, section(".mercer_plugin"))) \
  const mercer::PluginDescriptor mercer_plugin_v1 = mercer::describe_plugin(name);   \
  extern "C" __attribute__((visibility("default"))) void mercer_plugin_enroll(mercer::Registry& registry)
