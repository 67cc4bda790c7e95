#include <mercer/base/text.hpp>
#include <mercer/solvers/loader.hpp>

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace mercer {
namespace {

namespace fs = std::filesystem;

std::string whole_file(const fs::path& file) {
  require(fs::exists(file), Fault::unavailable, "there is no plugin file '{}'", file.string());
  require(fs::is_regular_file(file), Fault::refused, "the plugin '{}' is not a file", file.string());
  std::ifstream in(file, std::ios::binary);
  require(in.is_open(), Fault::unavailable, "the plugin file '{}' cannot be read", file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A T at a place of the file, or nothing where the file ends before it does.
template <class T>
const T* peek(const std::string& bytes, std::uint64_t at, T& copy) {
  if (at > bytes.size() || bytes.size() - at < sizeof(T)) return nullptr;
  std::memcpy(&copy, bytes.data() + at, sizeof(T));
  return &copy;
}

/// The bytes of a section of a 64-bit ELF shared object; empty where there is none.
std::string_view section(const std::string& bytes, std::string_view name) {
  Elf64_Ehdr head;
  if (!peek(bytes, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) return {};
  if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_type != ET_DYN || head.e_shentsize != sizeof(Elf64_Shdr))
    return {};
  const auto header = [&](unsigned number, Elf64_Shdr& copy) {
    return number < head.e_shnum &&
           peek(bytes, head.e_shoff + std::uint64_t{number} * sizeof(Elf64_Shdr), copy) != nullptr;
  };
  const auto inside = [&](std::uint64_t at, std::uint64_t size) {
    return at <= bytes.size() && size <= bytes.size() - at;
  };
  Elf64_Shdr names, found;
  if (!header(head.e_shstrndx, names) || !inside(names.sh_offset, names.sh_size)) return {};
  const std::string_view table(bytes.data() + names.sh_offset, names.sh_size);
  for (unsigned number = 0; header(number, found); ++number) {
    if (found.sh_name >= table.size()) continue;
    const std::string_view rest = table.substr(found.sh_name);
    if (rest.substr(0, rest.find('\0')) != name || found.sh_type != SHT_PROGBITS ||
        !inside(found.sh_offset, found.sh_size))
      continue;
    return {bytes.data() + found.sh_offset, found.sh_size};
  }
  return {};
}

PluginDescriptor descriptor_in(const std::string& bytes, const fs::path& file) {
  const std::string_view found = section(bytes, plugin_section);
  const PluginDescriptor ours = describe_plugin("");
  PluginDescriptor theirs;
  require(found.size() >= sizeof(theirs.magic) + sizeof(theirs.size), Fault::refused,
          "'{}' is not a mercer plugin: it is no shared object with a section {}", file.string(), plugin_section);
  std::memcpy(&theirs, found.data(), std::min(found.size(), sizeof(theirs)));
  require(theirs.magic == ours.magic && theirs.size == found.size(), Fault::refused,
          "'{}' is not a mercer plugin: its section {} holds something else", file.string(), plugin_section);
  theirs.compiler.back() = theirs.name.back() = '\0';
  return theirs;
}

void check_permissions(const fs::path& path, bool is_folder) {
  struct stat status {};
  require(stat(path.c_str(), &status) == 0, Fault::unavailable, "'{}' cannot be examined", path.string());
  const bool sticky = is_folder && (status.st_mode & S_ISVTX) != 0;
  require((status.st_mode & S_IWOTH) == 0 || sticky, Fault::refused,
          "the plugin {} '{}' can be written by everybody, so anybody's code could run here: chmod o-w it",
          is_folder ? "folder" : "file", path.string());
  require(is_folder || status.st_uid == 0 || status.st_uid == geteuid(), Fault::refused,
          "the plugin file '{}' belongs to another user (id {})", path.string(), status.st_uid);
}

/// FNV-1a, 64 bits: tells files apart that differ by accident, such as two versions on two nodes.
std::string fingerprint(const std::string& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return fmt::format("{:016x} {}", hash, bytes.size());
}

}  // namespace

PluginDescriptor read_plugin_descriptor(const fs::path& file) { return descriptor_in(whole_file(file), file); }

void check_plugin(const fs::path& file, const PluginDescriptor& plugin) {
  const PluginDescriptor ours = describe_plugin("");
  require(plugin.abi == ours.abi && plugin.size == ours.size, Fault::refused,
          "the plugin '{}' was built for interface {} of mercer, this one has {}: rebuild it", file.string(),
          plugin.abi, ours.abi);
  require(plugin.petsc_version / 100 == ours.petsc_version / 100, Fault::refused,
          "the plugin '{}' was built with PETSc {}.{}, this mercer with {}.{}: rebuild it", file.string(),
          plugin.petsc_version / 10000, plugin.petsc_version / 100 % 100, ours.petsc_version / 10000,
          ours.petsc_version / 100 % 100);
  require(plugin.scalar_bytes == ours.scalar_bytes && plugin.index_bytes == ours.index_bytes, Fault::refused,
          "the plugin '{}' was built for scalars of {} and integers of {} bytes, this mercer for {} and {}: rebuild it",
          file.string(), plugin.scalar_bytes, plugin.index_bytes, ours.scalar_bytes, ours.index_bytes);
  require(plugin.compiler == ours.compiler, Fault::refused,
          "the plugin '{}' was built by {}, this mercer by {}: rebuild it", file.string(), plugin.compiler.data(),
          ours.compiler.data());
  check_permissions(file, false);
  check_permissions(fs::absolute(file).parent_path(), true);
}

void load_plugin(const Comm& comm, const fs::path& file, Registry& registry) {
  std::string print;
  PluginDescriptor plugin;
  together(comm, [&] {
    const std::string bytes = whole_file(file);
    plugin = descriptor_in(bytes, file);
    check_plugin(file, plugin);
    print = fingerprint(bytes);
  });
  const bool same = same_everywhere(comm, print);
  together(comm, [&] {
    require(same, Fault::refused, "the plugin '{}' is not the same file on all ranks", file.string());
    void* const library = dlopen(fs::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
    require(library != nullptr, Fault::refused, "the plugin '{}' cannot be loaded: {}", file.string(),
            library ? "" : dlerror());
    using Enroll = void (*)(Registry&);
    const auto enroll = reinterpret_cast<Enroll>(dlsym(library, "mercer_plugin_enroll"));
    require(enroll != nullptr, Fault::refused, "the plugin '{}' has no function mercer_plugin_enroll", file.string());
    registry.enrolling(plugin.name.data());
    enroll(registry);
  });
}

std::vector<fs::path> in_tree_plugins() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  std::vector<fs::path> found;
  for (const fs::path& place : {folder / "plugins", folder.parent_path() / MERCER_PLUGIN_FOLDER}) {
    if (!fs::is_directory(place)) continue;
    for (const auto& entry : fs::directory_iterator(place))
      if (entry.path().extension() == ".so") found.push_back(entry.path());
    break;
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace mercer
