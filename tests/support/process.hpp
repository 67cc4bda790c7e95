// Runs commands as a user would, and keeps what they said.
#pragma once

#include <filesystem>
#include <string>

namespace mercer::test {

struct Outcome {
  int code = 0;
  std::string out, error;
};

/// Runs a line of shell; a command that hangs is ended after `seconds` with code 124.
Outcome shell(const std::string& line, int seconds = 60);

/// `mercer ARGUMENTS` on so many ranks; with 0 ranks without a launcher.
Outcome mercer(int ranks, const std::string& arguments, int seconds = 60);

/// `mpirun -n RANKS`.
std::string launcher(int ranks);

/// What the build tells its tests: MERCER_COMMAND, MERCER_SOURCE, MERCER_BUILD, ...; throws where it is not set.
std::string setting(const char* name);

/// A folder of its own, removed at the end, made in the folder for temporary files.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

bool contains(const std::string& text, const std::string& part);
/// How often `part` stands in `text`.
std::size_t count(const std::string& text, const std::string& part);
/// The number behind "name": in JSON, -1 where there is none.
double number(const std::string& json, const std::string& name);

std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace mercer::test
