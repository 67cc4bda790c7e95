// Talks to a script that runs torch in a process of its own.
#pragma once

#include <string>

namespace mercer::bench {

/// A script of this folder that says `ready`, or something else where it finds no torch, and answers each line with
/// what the work took of the processor [s] and a number that tells whether its results are right. torch keeps its
/// memory.
class Torch {
 public:
  struct Answer {
    double seconds, check;
  };

  explicit Torch(const std::string& script, const std::string& argument = {});
  ~Torch();
  Torch(const Torch&) = delete;
  Torch& operator=(const Torch&) = delete;
  bool is_there() const noexcept { return is_there_; }
  Answer ask(const std::string& question);  ///< throws Fault::io where the answer is none

 private:
  std::string line();
  int to_ = -1, from_ = -1, process_ = -1;
  bool is_there_ = false;
};

}  // namespace mercer::bench
