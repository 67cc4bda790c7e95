#include <mercer/base/text.hpp>
#include <mercer/io/descriptor.hpp>
#include <mercer/io/publish.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace mercer {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

void refuse_unless_creatable(const fs::path& path, Existing existing) {
  require(!path.empty() && path.has_filename(), Fault::cannot_create, "the output file has no name: '{}'",
          path.string());
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  require(!fs::is_directory(status), Fault::cannot_create, "cannot create {}: it is a folder", path.string());
  if (fs::exists(status)) {
    require(fs::is_regular_file(status), Fault::cannot_create, "cannot create {}: it is there and no regular file",
            path.string());
    require(existing == Existing::replace, Fault::cannot_create,
            "{} exists; choose another name or allow it to be replaced (--overwrite)", path.string());
  }
  const fs::path folder = folder_of(path);
  require(fs::is_directory(folder, error), Fault::cannot_create, "cannot create {}: there is no folder {}",
          path.string(), folder.string());
  require(::access(folder.c_str(), W_OK | X_OK) == 0, Fault::cannot_create,
          "cannot create {}: the folder {} cannot be written: {}", path.string(), folder.string(), system_reason());
}

void sync(const fs::path& path, int flags) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  // Some file systems cannot sync folders and say so by EINVAL.
  const bool synced = file && (::fsync(file.get()) == 0 || errno == EINVAL);
  require(synced, Fault::io, "bringing {} to the disk failed: {}", path.string(), system_reason());
}

}  // namespace

std::string system_reason() { return std::strerror(errno); }

void write_all(const Descriptor& file, const fs::path& path, std::span<const std::byte> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::write(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    require(count > 0, Fault::io, "writing {} failed: {}; {}", path.string(), system_reason(),
            room_text(path, static_cast<double>(bytes.size())));
    done += static_cast<std::size_t>(count);
  }
}

void check_creatable(const Comm& comm, const fs::path& path, Existing existing) {
  together(comm, [&] {
    if (comm.is_root()) refuse_unless_creatable(path, existing);
  });
}

fs::path temporary_for(const fs::path& path) { return path.string() + ".part"; }

void publish(const fs::path& temporary, const fs::path& path) {
  sync(temporary, 0);
  require(::rename(temporary.c_str(), path.c_str()) == 0, Fault::io, "renaming {} to {} failed: {}", temporary.string(),
          path.string(), system_reason());
  sync(folder_of(path), O_DIRECTORY);
}

void write_file(const Comm& comm, const fs::path& path, const std::string& text, Existing existing) {
  check_creatable(comm, path, existing);
  together(comm, [&] {
    if (!comm.is_root()) return;
    const fs::path temporary = temporary_for(path);
    try {
      const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
      require(static_cast<bool>(file), Fault::cannot_create, "cannot create {}: {}", temporary.string(),
              system_reason());
      write_all(file, temporary, std::as_bytes(std::span(text)));
      publish(temporary, path);
    } catch (...) {
      ::unlink(temporary.c_str());
      throw;
    }
  });
}

void reserve(const fs::path& file, std::size_t bytes) {
  const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  struct stat status {};
  require(descriptor && ::fstat(descriptor.get(), &status) == 0, Fault::io, "{} cannot be reached: {}", file.string(),
          system_reason());
  const bool is_reserved = ::fallocate(descriptor.get(), 0, status.st_size, static_cast<off_t>(bytes)) == 0;
  require(is_reserved || errno == EOPNOTSUPP || errno == ENOSYS, Fault::io, "{}", system_reason());
}

std::string room_text(const fs::path& path, double needed_bytes) {
  struct statvfs system {};
  const std::string needed = needed_bytes > 0 ? bytes_text(needed_bytes) + " are needed" : "";
  if (::statvfs(folder_of(path).c_str(), &system) != 0) return needed;
  const double free = static_cast<double>(system.f_bavail) * static_cast<double>(system.f_frsize);
  return fmt::format("{}{}{} are free", needed, needed.empty() ? "" : ", ", bytes_text(free));
}

}  // namespace mercer
