// Files that appear under their name whole or not at all: written beside it, synced, renamed.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <filesystem>
#include <string>

namespace mercer {

enum class Existing { refuse, replace };

/// @collective Throws Fault::cannot_create where a file could not be created at `path`: it exists and may not be
/// replaced, is a folder or device, or its folder is missing or closed to us. Rank 0 looks.
void check_creatable(const Comm& comm, const std::filesystem::path& path, Existing existing);

/// Where a file is written before it gets its name.
std::filesystem::path temporary_for(const std::filesystem::path& path);

/// Makes sure that `file`, which exists, can grow by so many bytes, where the file system knows (others are taken at
/// their word). One rank calls it. Throws Fault::io.
void reserve(const std::filesystem::path& file, std::size_t bytes);

/// Brings the finished `temporary` to the disk and renames it to `path`. One rank calls it. Throws Fault::io.
void publish(const std::filesystem::path& temporary, const std::filesystem::path& path);

/// @collective Rank 0 writes `text` as the file `path`.
void write_file(const Comm& comm, const std::filesystem::path& path, const std::string& text, Existing existing);

/// "1.5 GB are needed, 20 MB are free", for the message about a failed write to the folder of `path`. A need of zero is
/// not told.
std::string room_text(const std::filesystem::path& path, double needed_bytes);

}  // namespace mercer
