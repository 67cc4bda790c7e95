#include <mercer/io/inspect.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

namespace mercer {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::string_view hdf5_mark = "\x89HDF\r\n\x1a\n"sv;

struct Mark {
  std::string_view start, format;
};
constexpr std::array marks{
    Mark{"MATLAB 5.0 MAT-file"sv, "a MATLAB 5.0 MAT-file; save it from MATLAB with '-v7.3', or convert it to HDF5"sv},
    Mark{"\x89HDF"sv, "the beginning of an HDF5 file that was cut short or damaged"sv},
    Mark{"PK\x03\x04"sv, "a zip archive, as .npz and .pt files are; convert it to HDF5"sv},
    Mark{"\x93NUMPY"sv, "a NumPy .npy file; convert it to HDF5"sv},
    Mark{"CDF\x01"sv, "a netCDF file of the classic format; convert it with 'nccopy -k netCDF-4'"sv},
    Mark{"CDF\x02"sv, "a netCDF file of the classic format; convert it with 'nccopy -k netCDF-4'"sv},
    Mark{"\x1f\x8b"sv, "compressed by gzip; unpack it first"sv},
    Mark{"\x0e\x03\x13\x01"sv, "an HDF4 file; convert it with h4toh5"sv},
    Mark{"@(#)ADF"sv, "a CGNS file of the old form ADF; convert it with adf2hdf"sv},
    Mark{"$MeshFormat"sv, "a gmsh mesh; see mercer mesh --help"sv},
    Mark{"\x80\x02"sv, "a Python pickle; convert it to HDF5"sv},
    Mark{"\x80\x04"sv, "a Python pickle; convert it to HDF5"sv},
};

std::string_view looks_like(std::string_view head) {
  for (const Mark& mark : marks) {
    if (head.starts_with(mark.start)) return mark.format;
  }
  const bool printable = std::ranges::all_of(head, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code >= 0x20 || c == '\n' || c == '\r' || c == '\t' || c == '\f';
  });
  return printable ? "a text"sv : "of a format unknown here"sv;
}

/// HDF5 looks for its mark at byte 0, 512, 1024, 2048, ...: what lies before belongs to others (MATLAB 7.3 has its text
/// there).
bool is_marked(std::istream& file, Index bytes) {
  for (Index offset = 0; offset + static_cast<Index>(hdf5_mark.size()) <= bytes;
       offset = offset == 0 ? 512 : 2 * offset) {
    std::array<char, hdf5_mark.size()> found{};
    file.seekg(offset);
    file.read(found.data(), found.size());
    if (file && std::string_view(found.data(), found.size()) == hdf5_mark) return true;
  }
  file.clear();
  return false;
}

}  // namespace

Index inspect_hdf5(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  require(fs::exists(status), Fault::no_input, "there is no file {}", path.string());
  require(!fs::is_directory(status), Fault::no_input, "{} is a folder, not a file", path.string());
  require(fs::is_regular_file(status), Fault::no_input, "{} is no regular file", path.string());
  std::ifstream file(path, std::ios::binary);
  require(file.is_open(), Fault::no_input, "cannot read {}: {}", path.string(), std::strerror(errno));
  const auto bytes = static_cast<Index>(fs::file_size(path, error));
  require(bytes > 0, Fault::data, "{} is empty", path.string());
  if (is_marked(file, bytes)) return bytes;
  std::array<char, 512> head{};
  file.seekg(0);
  file.read(head.data(), head.size());
  fail(Fault::data, "{} is no HDF5 file: it is {}", path.string(),
       looks_like(std::string_view(head.data(), static_cast<std::size_t>(file.gcount()))));
}

}  // namespace mercer
