// Peaks of memory by what Linux says about a process.
#include "bench/memory.hpp"

#include <mercer/base/error.hpp>

#include <fstream>
#include <malloc.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace mercer::bench {

namespace {

/// VmHWM, the peak, or VmRSS [MiB].
double memory(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kibibytes = 0; word == name + ":" && status >> kibibytes) return kibibytes / 1024;
  return -1;
}

}  // namespace

double peak_growth(const std::function<void()>& work) {
  malloc_trim(0);                                             // what was freed is no part of what was there before
  std::ofstream("/proc/self/clear_refs") << 5 << std::flush;  // the peak starts anew
  const double before = memory("VmRSS");
  work();
  return memory("VmHWM") - before;
}

double peak_memory(const std::function<void()>& work) {
  int ends[2];
  require(pipe(ends) == 0, Fault::io, "cannot make a pipe");
  const pid_t process = fork();
  if (process == 0) {
    const double peak = peak_growth(work);
    const bool is_sent = write(ends[1], &peak, sizeof peak) == sizeof peak;
    _exit(is_sent ? 0 : 1);
  }
  close(ends[1]);
  double peak = -1;
  const bool is_there = process > 0 && read(ends[0], &peak, sizeof peak) == sizeof peak;
  close(ends[0]);
  waitpid(process, nullptr, 0);
  require(is_there && peak > 0, Fault::io, "cannot find out how much memory a process takes");
  return peak;
}

}  // namespace mercer::bench
