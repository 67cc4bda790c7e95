#include <mercer/io/descriptor.hpp>
#include <mercer/io/scratch_file.hpp>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>

namespace mercer {

namespace fs = std::filesystem;

struct ScratchFile::Impl {
  fs::path path;  ///< that it had
  Descriptor file;
};

ScratchFile::ScratchFile(const fs::path& folder) : impl_(std::make_unique<Impl>()) {
  std::string name = ((folder.empty() ? fs::path(".") : folder) / ".mercer_scratch_XXXXXX").string();
  impl_->file = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
  require(bool(impl_->file), Fault::cannot_create, "cannot create the scratch file {}: {}", name, system_reason());
  ::unlink(name.c_str());
  impl_->path = name;
}

ScratchFile::~ScratchFile() = default;
ScratchFile::ScratchFile(ScratchFile&&) noexcept = default;

void ScratchFile::append(std::span<const double> values) {
  write_all(impl_->file, impl_->path, std::as_bytes(values));
  size_ += std::ssize(values);
}

void ScratchFile::read(Index first, std::span<double> into) const {
  const std::span<std::byte> bytes = std::as_writable_bytes(into);
  const auto begin = sizeof(double) * static_cast<std::size_t>(first);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count =
        ::pread(impl_->file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(begin + done));
    if (count < 0 && errno == EINTR) continue;
    require(count > 0, Fault::io, "reading the scratch file {} failed: {}", impl_->path.string(),
            count == 0 ? "it ends too early" : system_reason());
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace mercer
