// The conversation with a script.
#include "bench/script.hpp"

#include <mercer/base/error.hpp>

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace mercer::bench {

Script::Script(const std::string& script, Memory memory, const std::string& argument) {
  const std::string path = MERCER_BENCH_SCRIPTS "/" + script;
  int in[2], out[2];
  require(pipe(in) == 0 && pipe(out) == 0, Fault::io, "cannot make pipes to {}", path);
  process_ = fork();
  if (process_ == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
    if (memory == Memory::kept) {
      // Else torch and numpy lose up to half of their time to the pages of their temporaries.
      setenv("MALLOC_MMAP_THRESHOLD_", "8000000000", 1);
      setenv("MALLOC_TRIM_THRESHOLD_", "16000000000", 1);
      setenv("MALLOC_TOP_PAD_", "1000000000", 1);
    }
    execl(MERCER_BENCH_PYTHON, "python3", path.c_str(), argument.c_str(), nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = in[1];
  from_ = out[0];
  std::signal(SIGPIPE, SIG_IGN);
  is_there_ = line() == "ready";
}

Script::~Script() {
  close(to_);
  close(from_);
  waitpid(process_, nullptr, 0);
}

std::string Script::line() {
  std::string text;
  for (char letter = 0; read(from_, &letter, 1) == 1 && letter != '\n';) text += letter;
  return text;
}

Script::Answer Script::ask(const std::string& question) {
  const std::string sent = question + '\n';
  const bool is_sent = write(to_, sent.data(), sent.size()) == static_cast<ssize_t>(sent.size());
  require(is_sent, Fault::io, "the script does not listen");
  const std::string answer = line();
  char* end = nullptr;
  const double seconds = std::strtod(answer.c_str(), &end), check = std::strtod(end, nullptr);
  require(seconds > 0, Fault::io, "the script answered '{}'", answer);
  return {seconds, check};
}

}  // namespace mercer::bench
