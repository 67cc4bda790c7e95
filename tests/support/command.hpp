// Runs a command as a user would from a shell, for tests that look at a program from outside.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/wait.h>

struct Ending {
  int code = -1;     ///< exit code, -1 where the command did not exit by itself
  std::string text;  ///< standard output and error
};

/// The variables by which OpenMPI tells a test program that it is an MPI process. A launcher started from there would
/// take itself for a part of that run.
inline std::string without_launcher_variables() {
  constexpr std::array<std::string_view, 6> marks{"PMIX_",         "ORTE_",         "OMPI_APP_",
                                                  "OMPI_MCA_ess=", "OMPI_MCA_pmix", "OMPI_MCA_orte_"};
  std::string prefix = "env";
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    for (const std::string_view mark : marks)
      if (variable.starts_with(mark)) prefix.append(" -u ").append(variable.substr(0, variable.find('=')));
  }
  return prefix + " ";
}

/// Runs a shell command. On several ranks, let one rank do it.
inline Ending run_command(const std::string& command) {
  Ending ending;
  FILE* pipe = popen((without_launcher_variables() + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return ending;
  std::array<char, 256> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), pipe)) ending.text += line.data();
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ending.code = WEXITSTATUS(status);
  return ending;
}
