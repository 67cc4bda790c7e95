// Other programs, run to their end as children of this process.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mercer {

/// How a program ended.
struct Ended {
  int code = 0;    ///< that it gave
  int signal = 0;  ///< that ended it, 0 where none did
  bool is_fine() const noexcept { return code == 0 && signal == 0; }
};

/// Looks for words[0] on the PATH and waits for its end. Both its outputs go to the file `said`; `variables` stand in
/// its environment beside those of this process. Local. Throws Fault::unavailable where there is no such program, and
/// Fault::io where none can be started.
Ended run_program(const std::vector<std::string>& words, const std::filesystem::path& said,
                  const std::vector<std::pair<std::string, std::string>>& variables);

/// A folder for the files of a child, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();  ///< throws Fault::cannot_create
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace mercer
