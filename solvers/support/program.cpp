#include <mercer/base/error.hpp>
#include <mercer/solvers/support/program.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mercer {
namespace {

/// The environment of this process with some variables set anew.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    bool is_replaced = false;
    for (const auto& [name, value] : variables) is_replaced |= text.starts_with(name + "=");
    if (!is_replaced) all.push_back(text);
  }
  for (const auto& [name, value] : variables) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// What a child does with its standard streams: nothing to read, both outputs into one file.
class Streams {
 public:
  explicit Streams(const char* said) {
    int error = posix_spawn_file_actions_init(&actions_);
    if (error == 0) error = posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0)
      error = posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    require(error == 0, Fault::memory, "no program can be started: {}", std::strerror(error));
  }
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Ended run_program(const std::vector<std::string>& words, const std::filesystem::path& said,
                  const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> arguments = words, environment = environment_with(variables);
  const Streams streams(said.c_str());
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments.front().c_str(), streams.get(), nullptr,
                                 pointers_to(arguments).data(), pointers_to(environment).data());
  require(error != ENOENT && error != EACCES, Fault::unavailable,
          "the program '{0}' is not on the PATH; install the package '{0}'", words.front());
  require(error == 0, Fault::io, "the program '{}' cannot be started: {}", words.front(), std::strerror(error));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    require(errno == EINTR, Fault::internal, "the end of '{}' was missed: {}", words.front(), std::strerror(errno));
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "mercer-XXXXXX").string();
  require(!error && ::mkdtemp(name.data()) != nullptr, Fault::cannot_create,
          "no folder can be made for temporary files, '{}'; TMPDIR names another place", name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace mercer
