// Talks to a script in Python, such as one that runs torch, in a process of its own.
#pragma once

#include <string>

namespace mercer::bench {

/// What a script does with memory that it no longer needs: keep it for later, or give it back to the system, as
/// programs do that nobody has tuned, and pay for its pages again.
enum class Memory { kept, given_back };

/// A script of this folder that says `ready`, or something else where it does not find its packages, and answers each
/// line with what the work took of the processor [s] and a number that tells whether its results are right, the sum of
/// their squares where nothing else is said.
class Script {
 public:
  struct Answer {
    double seconds, check;
  };

  explicit Script(const std::string& script, Memory memory = Memory::kept, const std::string& argument = {});
  ~Script();
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  bool is_there() const noexcept { return is_there_; }
  Answer ask(const std::string& question);  ///< throws Fault::io where the answer is none

 private:
  std::string line();
  int to_ = -1, from_ = -1, process_ = -1;
  bool is_there_ = false;
};

}  // namespace mercer::bench
