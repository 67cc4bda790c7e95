// Open files as the system numbers them. For sources of io only.
#pragma once

#include <mercer/base/handle.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <unistd.h>

namespace mercer {

struct DescriptorTraits {
  using type = int;
  static constexpr bool collective = false;
  static type empty() noexcept { return -1; }
  static void close(type& descriptor) noexcept { ::close(descriptor); }
};
using Descriptor = Handle<DescriptorTraits>;

/// The words of the system for what has just failed.
std::string system_reason();

/// Writes all bytes behind those that are there; throws Fault::io, which names `path` and the room on its disk.
void write_all(const Descriptor& file, const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace mercer
